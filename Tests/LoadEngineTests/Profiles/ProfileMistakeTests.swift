import Testing

@testable import LoadModel

/// What is wrong with profiles each part of which is right.
@Suite("A profile")
struct ProfileMistakeTests {
    private static let end = #"{"is": "end", "data": "[DONE]"}"#
    private static let content = #"{"is": "content", "text": "$.text"}"#
    private static let message = #"{"role": "{{role}}", "content": "{{content}}"}"#

    private static func events(_ rules: String...) -> String { "[\(rules.joined(separator: ", "))]" }

    @Test("with nothing wrong is taken")
    func right() throws {
        #expect(ProfileText().problems() == [])
        try ProfileText().profile().check()
    }

    @Test(
        "completes turns only by what its rules can bring about",
        arguments: [
            (
                ["events": events(content)],
                [#"$.ends[0]: no event can be the marker: expected a rule such as {"is": "end", "data": "[DONE]"}"#]
            ),
            (
                ["ends": #"["marker", "finish_reason"]"#],
                [#"$.ends[1]: no finish reason can come: expected "finish_reason", where it is in events"#]
            ),
            (
                ["ends": #"["eof"]"#],
                [
                    #"$.events[0].is: an end completes nothing: expected "marker" in "ends", or another kind of event here"#
                ]
            ),
            (
                ["framing": #""json""#],
                [
                    "$.ends: with framing json the whole answer is one event, which cannot be content and the marker: "
                        + "expected eof, finish_reason, or \"last\": true in the rule of the content"
                ]
            ),
            (["ends": #"["eof"]"#, "events": events(content)], []),
            (["ends": #"["marker", "finish_reason"]"#, "finish_reason": #""$.why""#], []),
        ] as [([String: String], [String])]
    )
    func ends(changes: [String: String], problems: [String]) {
        #expect(ProfileText(changes).problems() == problems)
    }

    @Test(
        "has rules that can match, and one for what users see",
        arguments: [
            (
                events(end, #"{"is": "error", "has": "$.error"}"#),
                ["$.events: no event is content, reasoning or tool: expected a rule for the text of the answer"]
            ),
            (events(end, #"{"is": "tool", "has": "$.call"}"#), []),
            (events(end, #"{"is": "reasoning", "text": "$.thought"}"#), []),
            (
                events(end, #"{"is": "content"}"#, #"{"is": "error", "event": "error"}"#, content),
                [
                    "$.events[2]: this rule never matches: $.events[1] comes first and matches the same events; put it before "
                        + "that, or remove it",
                    "$.events[3]: this rule never matches: $.events[1] comes first and matches the same events; put it before "
                        + "that, or remove it",
                ]
            ),
            (
                events(content, #"{"is": "end", "data": "[DONE]", "text": "$.a"}"#),
                ["$.events[1].data: this is the whole data: expected no other condition on it"]
            ),
            (
                events(end, #"{"is": "content", "cumulative": true}"#),
                [#"$.events[1].cumulative: expected "text" in the same rule, the place of the text that is repeated"#]
            ),
            (
                events(content, #"{"is": "end", "data": "over", "last": true}"#),
                ["$.events[1].last: expected this in rules of content, reasoning and tool only, found it in one of end"]
            ),
            (events(#"{"is": "content", "text": "$.a", "last": true}"#), []),
            (
                events(end, content, #"{"is": "tool", "text": "$.args", "cumulative": true}"#),
                [
                    "$.events[2].cumulative: expected this in rules of content and reasoning only, found it in one of tool"
                ]
            ),
        ] as [(String, [String])]
    )
    func rules(events: String, problems: [String]) {
        #expect(ProfileText(["events": events]).problems() == problems)
    }

    @Test("has one place for the text of an answer in a message that is sent again", arguments: [0, 2])
    func placesOfAnswer(count: Int) {
        let places = (0..<count).map { number in #""c\#(number)": "{{content}}""# }.joined(separator: ", ")
        let text = ProfileText(["history": #""live""#, "message": "{\(places)}", "body": #"{"m": "{{messages}}"}"#])
        #expect(
            text.problems().contains { $0.hasPrefix("$.message: history live puts") && $0.hasSuffix("\(count) times") }
        )
    }

    @Test("has no rules on names of events where these have none", arguments: ["ndjson", "json", "auto", "sse"])
    func names(framing: String) {
        let problems = ProfileText([
            "framing": "\"\(framing)\"", "ends": #"["eof"]"#,
            "events": Self.events(Self.content, #"{"is": "error", "event": "error"}"#),
        ]).problems()
        let expected = [
            "$.events[1].event: with framing \(framing) events have no names: expected another condition"
        ]
        #expect(problems == (framing.hasSuffix("json") ? expected : []))
    }

    @Test(
        "has no rule behind one that matches all that it matches",
        arguments: [
            ("{}", #"{"data": "x"}"#, true), ("{}", #"{"has": "$.a"}"#, true),
            (#"{"event": "a"}"#, #"{"event": "a", "has": "$.a"}"#, true),
            (#"{"event": "a"}"#, #"{"event": "b", "has": "$.a"}"#, false),
            (#"{"event": "a"}"#, "{}", false), (#"{"data": "a"}"#, #"{"data": "a", "event": "b"}"#, true),
            (#"{"has": "$.a"}"#, #"{"text": "$.a"}"#, true), (#"{"text": "$.a"}"#, #"{"has": "$.a"}"#, false),
            (#"{"has": "$.a"}"#, #"{"has": "$.a.b"}"#, true), (#"{"has": "$.a.b"}"#, #"{"has": "$.a"}"#, false),
            (#"{"has": "$.a"}"#, #"{"text": "$.a[*].b"}"#, true),
            (#"{"has": "$.a"}"#, #"{"equals": {"$.a": "b"}}"#, true),
            (#"{"has": "$.a"}"#, #"{"equals": {"$.a": 0}}"#, true),
            (#"{"has": "$.a"}"#, #"{"equals": {"$.a": false}}"#, false),
            (#"{"has": "$.a"}"#, #"{"equals": {"$.a": ["b", null]}}"#, false),
            (#"{"has": "$.a"}"#, #"{"equals": {"$.a": ["b", ""]}}"#, false),
            (#"{"text": "$.a"}"#, #"{"equals": {"$.a": "b"}}"#, true),
            (#"{"text": "$.a"}"#, #"{"equals": {"$.a": ["b", 1]}}"#, false),
            (#"{"equals": {"$.a": ["b", "c"]}}"#, #"{"equals": {"$.a": "b"}, "text": "$.d"}"#, true),
            (#"{"equals": {"$.a": "b"}}"#, #"{"equals": {"$.a": ["b", "c"]}}"#, false),
            (#"{"equals": {"$.a": "b", "$.c": 1}}"#, #"{"equals": {"$.a": "b"}}"#, false),
        ]
    )
    func covering(earlier: String, later: String, isCovered: Bool) throws {
        func rule(_ kind: String, _ json: String) -> String {
            json == "{}" ? #"{"is": "\#(kind)"}"# : #"{"is": "\#(kind)", "# + json.dropFirst()
        }
        let profile = ProfileText([
            "ends": #"["eof"]"#, "events": Self.events(rule("tool", earlier), rule("ping", later)),
        ])
        #expect(profile.problems().contains { $0.hasPrefix("$.events[1]: this rule never matches") } == isCovered)
    }

    @Test(
        "has messages where the client keeps them, and only there",
        arguments: [
            (
                ["history": #""live""#],
                ["$.history: with live the client sends what was said before: expected {{messages}} in the body"]
            ),
            (
                ["body": #"{"m": "{{messages}}"}"#, "message": message],
                [
                    #"$.body.m: {{messages}} are those that the client keeps, and "history" is none; write live or recorded "#
                        + "there, or {{content}} here"
                ]
            ),
            (
                ["message": message],
                ["$.message: nothing sends messages; write {{messages}} where they belong in the body, or remove this"]
            ),
            (
                ["history": #""recorded""#, "body": #"{"m": ["{{messages}}"]}"#],
                [
                    #"$.body.m[0]: {{messages}} needs "message", which says what one of them is, such as "#
                        + #"{"role": "{{role}}", "content": "{{content}}"}"#
                ]
            ),
            (
                [
                    "history": #""live""#, "message": message,
                    "body": #"{"m": "{{messages}}", "t": "all: {{messages}}"}"#,
                ],
                [
                    "$.body.t: {{messages}} stands for an array: expected it as a whole value of the body, such as "
                        + #""messages": "{{messages}}""#
                ]
            ),
            (
                [
                    "history": #""live""#, "message": message, "body": #"{"m": "{{messages}}"}"#,
                    "headers": #"{"X-A": "{{messages}}"}"#,
                ],
                [
                    "$.headers['X-A']: {{messages}} stands for an array: expected it as a whole value of the body, such as "
                        + #""messages": "{{messages}}""#
                ]
            ),
            (
                [
                    "history": #""live""#, "message": message, "body": #"{"m": "{{messages}}"}"#,
                    "events": events(end, #"{"is": "content", "has": "$.text"}"#),
                ],
                [#"$.events[1]: history live sends the text of the answer: expected "text", where it is in the event"#]
            ),
            (
                [
                    "history": #""live""#, "message": message, "body": #"{"m": "{{messages}}"}"#,
                    "events": events(end, #"{"is": "content"}"#),
                ], []
            ),
            (
                ["roles": #"{"assistant": "model"}"#],
                ["$.roles: nothing sends a role; write {{role}} where it belongs, or remove this"]
            ),
        ] as [([String: String], [String])]
    )
    func history(changes: [String: String], problems: [String]) {
        #expect(ProfileText(changes).problems() == problems)
    }

    // MARK: Names

    @Test(
        "has a value for every name, and a use for every value",
        arguments: [
            (
                ["body": #"{"m": "{{modle}}", "t": "{{content}}"}"#, "variables": #"{"model": "a"}"#],
                [
                    "$.body.m: nothing gives {{modle}} a value, did you mean {{model}}?",
                    "$.variables.model: nothing uses this variable; write {{model}} where its value belongs, or remove it",
                ]
            ),
            (
                ["path": #""/{{thread}}""#],
                [
                    "$.path: nothing gives {{thread}} a value; add it to \"variables\" or \"capture\" (there are content, "
                        + "messages, now_ms, role, seq, session_id, system, turn, user, uuid and env.NAME)"
                ]
            ),
            (
                ["capture": #"{"id": "$.id"}"#],
                ["$.capture.id: nothing uses what is captured here; write {{id}} where it belongs, or remove it"]
            ),
            (
                ["variables": #"{"uuid": 1, "env.X": 2}"#, "body": #"{"a": "{{uuid}}{{env.X}}"}"#],
                [
                    "$.variables['env.X']: expected a name of its own, found that of a value that is always there",
                    "$.variables.uuid: expected a name of its own, found that of a value that is always there",
                ]
            ),
            (
                [
                    "variables": #"{"id": 1}"#, "capture": #"{"id": "$.id", "turn": "$.n"}"#,
                    "body": #"{"a": "{{id}}{{turn}}"}"#,
                ],
                [
                    "$.capture.id: expected a name of its own, found that of a variable",
                    "$.capture.turn: expected a name of its own, found that of a value that is always there",
                ]
            ),
            (
                [
                    "body":
                        #"{"a": "{{session_id}}{{turn}}{{user}}{{uuid}}{{seq}}{{now_ms}}{{env.HOME}}{{system}}{{role}}"}"#
                ], []
            ),
            (
                ["body": #"{"a": "{{env.}}"}"#],
                [
                    "$.body.a: nothing gives {{env.}} a value; add it to \"variables\" or \"capture\" (there are content, "
                        + "messages, now_ms, role, seq, session_id, system, turn, user, uuid and env.NAME)"
                ]
            ),
            (
                ["path": #""/{{id}}""#, "capture": #"{"id": "$.id"}"#],
                ["$.path: {{id}} is captured from turns: the path of the first one would lack it"]
            ),
            (["body": #"{"id": "{{id}}"}"#, "capture": #"{"id": "$.id"}"#], []),
        ] as [([String: String], [String])]
    )
    func values(changes: [String: String], problems: [String]) {
        #expect(ProfileText(changes).problems() == problems)
    }

    @Test(
        "has set-up requests that use only what comes before them",
        arguments: [
            (
                #"[{"path": "/a", "capture": {"id": "$.id"}}]"#,
                [
                    "$.setup[0].capture.id: nothing uses what is captured here; write {{id}} where it belongs, or remove it"
                ]
            ),
            (
                #"[{"path": "/a/{{id}}", "capture": {"id": "$.id"}}]"#,
                [
                    "$.setup[0].path: {{id}} is captured from this request, or a later one",
                    "$.setup[0].capture.id: nothing uses what is captured here; write {{id}} where it belongs, or remove it",
                ]
            ),
            (
                #"[{"path": "/a", "headers": {"X-A": "{{content}}"}, "body": ["{{turn}}"]}]"#,
                [
                    "$.setup[0].headers['X-A']: {{content}} has no value before the first turn",
                    "$.setup[0].body[0]: {{turn}} has no value before the first turn",
                ]
            ),
            (#"[{"path": "/a/{{session_id}}", "capture": {"id": "$.id"}}, {"path": "/b/{{id}}"}]"#, []),
        ] as [(String, [String])]
    )
    func setup(json: String, problems: [String]) {
        #expect(ProfileText(["setup": json]).problems() == problems)
    }

    @Test("captures from turns nothing that a set-up request could use")
    func early() {
        let problems = ProfileText([
            "capture": #"{"id": "$.id"}"#, "body": #"{"id": "{{id}}"}"#, "setup": #"[{"path": "/a/{{id}}"}]"#,
        ]).problems()
        #expect(problems == ["$.setup[0].path: {{id}} is captured from turns, and has no value before the first"])
    }

    @Test("may have names that conversations give a value, and values that only they use")
    func outside() throws {
        let text = ProfileText([
            "body": #"{"a": "{{team}}", "b": "{{content}}"}"#, "variables": #"{"tone": "calm"}"#,
            "capture": #"{"order": "$.id"}"#,
        ])
        #expect(text.problems().count == 3)
        let outside = OutsideNames(given: ["team"], used: ["tone", "order"])
        #expect(text.problems(outside: outside) == [])
        let profile = try text.profile(outside: outside)
        #expect(profile.unknownNames(beyond: ["team"]).isEmpty)
        let unknown = try #require(profile.unknownNames().first)
        #expect(unknown.name == "team" && unknown.place == "$.body.a")
        #expect(unknown.problem.hasPrefix("nothing gives {{team}} a value"))
        #expect(throws: ConfigurationError.self) { try profile.check() }
    }

    @Test("made by a program is checked as well, with its name and the place in a file")
    func made() throws {
        var profile = try ProfileText().profile()
        profile.ends = [.finishReason]
        let error = try #require(throws: ConfigurationError.self) { try profile.check() }
        #expect(error.messages.count == 2)
        #expect(error.messages[0].hasPrefix("the profile 'mine': $.ends[0]: no finish reason can come"))
    }
}
