import Foundation
import LoadEngine
import LoadModel
import Testing

/// What files of conversations may have besides a name, invocations and turns.
@Suite struct GrownConversationTests {
    /// A file with these members besides the name and the invocations.
    private static func text(_ members: String) -> String { #"{"name": "a", "invocations": 1, \#(members)}"# }

    private static func load(
        _ members: String,
        with others: [String: String] = [:],
        names: (String?) -> Set<String> = { _ in [] }
    ) throws -> Conversation {
        let folder = try DataFolder("a.json", text(members).utf8)
        for (name, text) in others { try folder.write(name, text) }
        var conversation = try #require(try ConversationLoader.load(path: folder.path, names: names).first)
        conversation.path = "a.json"
        conversation.data?.file.replace(folder.path + "/", with: "")
        return conversation
    }

    private static func problems(
        _ members: String,
        with others: [String: String] = [:],
        names: (String?) -> Set<String> = { _ in [] }
    ) throws -> [String] {
        let folder = try DataFolder("a.json", text(members).utf8)
        for (name, text) in others { try folder.write(name, text) }
        do throws(ConfigurationError) {
            _ = try ConversationLoader.load(path: folder.path, names: names)
            return []
        } catch {
            return error.messages.map { message in
                let shown = message.replacing(folder.path + "/", with: "")
                return shown.hasPrefix("a.json: ") ? String(shown.dropFirst("a.json: ".count)) : shown
            }
        }
    }

    private static let turn = #""conversation": [{"role": "user", "content": "Hi"}]"#
    private static func turns(_ turn: String) -> String { #""conversation": [{"role": "user", \#(turn)}]"# }

    @Test func aFileMayHaveEverything() throws {
        let conversation = try Self.load(
            #"""
            "api": "openai-chat", "think_time": "exponential(4s)",
            "variables": {"topic": "async \u00e9", "n": 0.50, "list": ["a", {"b": null}], "no": false},
            "data": {"file": "people.csv", "pick": "each", "when_out": "cycle"},
            "headers": {"X-Team": "{{team}}", "X-Session-ID": "{{session_id}}"},
            "conversation": [
              { "role": "system", "content": "Be brief." },
              { "role": "user", "content": "Explain {{topic}} APIs to {{name}}", "name": "explain",
                "expect": { "min_events": 3, "contains": "await", "matches": ["[0-9]+", "^T"], "max_ttft": "2s" } },
              { "role": "assistant", "content": "{{{{…" },
              { "role": "user", "content": [{"type": "text", "text": "{{topic}}"}, 5, null], "think_time": "8s" }
            ]
            """#,
            with: ["people.csv": "name,team\nAda,red\nAlan,blue\n"]
        )
        var expected = Conversation(
            name: "a",
            invocations: 1,
            turns: [
                .init(role: "system", content: "Be brief."),
                .init(role: "user", content: "Explain {{topic}} APIs to {{name}}"),
                .init(role: "assistant", content: "{{…"),
                .init(
                    .init(
                        role: "user",
                        parts: .array([
                            .object([
                                .init(key: "type", value: .string(Template([.text("text")]))),
                                .init(key: "text", value: .string(Template([.value("topic")]))),
                            ]),
                            .scalar("5"), .scalar("null"),
                        ])
                    )
                ),
            ],
            path: "a.json"
        )
        expected.turns[1].entry.template = Template([
            .text("Explain "), .value("topic"), .text(" APIs to "), .value("name"),
        ])
        expected.turns[1].name = "explain"
        expected.turns[1].expect = AnswerExpectation(
            minEvents: 3,
            contains: ["await"],
            matches: ["[0-9]+", "^T"],
            maxTTFT: .seconds(2)
        )
        expected.turns[3].thinkTime = .constant(.seconds(8))
        expected.api = "openai-chat"
        expected.thinkTime = .exponential(mean: .seconds(4))
        expected.variables = ["topic": "\"async é\"", "n": "0.50", "list": #"["a",{"b":null}]"#, "no": "false"]
        expected.headers = [
            .init(name: "X-Team", value: Template([.value("team")])),
            .init(name: "X-Session-ID", value: Template([.value("session_id")])),
        ]
        let rows: [[DataTable.Value]] = [[.text("Ada"), .text("red")], [.text("Alan"), .text("blue")]]
        expected.data = DataSource(
            file: "people.csv",
            pick: .each,
            whenOut: .cycle,
            table: try DataTable(columns: ["name", "team"], rows: rows)
        )
        #expect(conversation == expected)
        let bytes = try PropertyListEncoder().encode(conversation)
        #expect(try PropertyListDecoder().decode(Conversation.self, from: bytes) == conversation)
    }

    // MARK: Templates

    @Test func withoutVariablesAndDataBracesAreText() throws {
        let conversation = try Self.load(
            #""api": "x", "conversation": [{"role": "u", "content": "{{topic}} {{{{ {{"}, {"role": "u", "content": ["{{x"]}]"#
        )
        #expect(conversation.turns[0].content == "{{topic}} {{{{ {{")
        #expect(conversation.turns[0].entry.template == nil)
        #expect(conversation.turns[1].entry.parts == .array([.string(Template([.text("{{x")]))]))
    }

    @Test func everyNameThatHasAValueIsKnown() throws {
        let known =
            "{{v}} {{column}} {{session_id}} {{turn}} {{user}} {{uuid}} {{seq}} {{now_ms}} {{env.HOME}} {{captured}}"
        let conversation = try Self.load(
            #""api": "p", "variables": {"v": 1}, "data": {"file": "d.ndjson"}, \#(Self.turns(#""content": "\#(known)""#))"#,
            with: ["d.ndjson": #"{"column": 5}"#],
            names: { $0 == "p" ? ["captured"] : [] }
        )
        #expect(conversation.turns[0].entry.template?.names.count == 10)
        #expect(conversation.data?.pick == .cycle)
        #expect(conversation.data?.whenOut == .stop)
        #expect(conversation.data?.table[0, 0] == .json("5"))
    }

    @Test func anUnknownNameIsAMistake() throws {
        let problems = try Self.problems(
            #"""
            "variables": {"topic": 1}, "headers": {"X-A": "{{sesion_id}}"},
            "conversation": [
              {"role": "u", "content": "{{topc}} {{captured}}"}, {"role": "u", "content": [{"a b": ["{{wholly_else}}"]}]}
            ]
            """#,
            names: { _ in ["captured"] }
        )
        #expect(
            problems == [
                "$.headers['X-A']: nothing gives {{sesion_id}} a value, did you mean {{session_id}}?",
                "$.conversation[0].content: nothing gives {{topc}} a value, did you mean {{topic}}?",
                "$.conversation[1].content[0]['a b'][0]: nothing gives {{wholly_else}} a value (there are topic, captured, "
                    + "session_id, turn, user, uuid, seq, now_ms and env.NAME); {{{{ is two braces",
            ]
        )
    }

    @Test func aColumnIsNotMistakenForAValueOfLoadtest() throws {
        let data = #""data": {"file": "d.csv"}"#
        let others = ["d.csv": "user,content,x\n1,2,3\n"]
        #expect(try Self.problems("\(data), \(Self.turns(#""content": "{{x}}""#))", with: others) == [])
        #expect(
            try Self.problems("\(data), \(Self.turns(#""content": "{{user}} {{content}}""#))", with: others) == [
                "$.conversation[0].content: {{user}} is a value of loadtest itself, and the name of a column of the data; rename "
                    + "the column",
                "$.conversation[0].content: {{content}} is a value of loadtest itself, and the name of a column of the data; "
                    + "rename the column",
            ]
        )
    }

    @Test func headersAreTemplatesInEveryFile() throws {
        let conversation = try Self.load(#""headers": {"X-Session": "s-{{session_id}}"}, \#(Self.turn)"#)
        #expect(
            conversation.headers == [.init(name: "X-Session", value: Template([.text("s-"), .value("session_id")]))]
        )
        #expect(try Self.problems(#""headers": {"X-Session": "{{topic}}"}, \#(Self.turn)"#).count == 1)
    }

    @Test func aBrokenTemplateIsAMistakeWithItsPlace() throws {
        #expect(
            try Self.problems(#""variables": {"x": 1}, \#(Self.turns(#""content": "Hi {{x""#))"#) == [
                "$.conversation[0].content: the '{{' here has no '}}' on its line; write {{{{ for two braces that are text "
                    + "(character 4 of 'Hi {{x')"
            ]
        )
    }

    @Test func aHeaderThatMayBeASecretIsNotShown() throws {
        #expect(
            try Self.problems(#""headers": {"Authorization": "Bearer s3cret {{x"}, \#(Self.turn)"#) == [
                "$.headers.Authorization: the '{{' here has no '}}' on its line; write {{{{ for two braces that are text "
                    + "(character 15)"
            ]
        )
    }

    // MARK: Mistakes

    @Test(arguments: [
        (#""api": """#, ["$.api: expected a non-empty string, found an empty string"]),
        (#""api": {}"#, ["$.api: expected a non-empty string, found an object"]),
        (
            #""think_time": 3"#,
            [
                "$.think_time: expected a text such as 3s, uniform(1s, 5s), exponential(4s), lognormal(3s, 0.8) or off, found 3"
            ]
        ),
        (
            #""think_time": "exponental(4s)""#,
            [
                "$.think_time: 'exponental' is no time to think; did you mean 'exponential'? (character 1 of 'exponental(4s)')"
            ]
        ),
        (#""variables": []"#, [#"$.variables: expected an object {"name": value, ...}, found an empty array"#]),
        (
            #""variables": {"a b": 1, "": 2, "env.X": 3, "user": 3, "x": 1, "x": 2, "y": [NaN], "z": {"k": 1, "k": 2}}"#,
            [
                "$.variables.x: the key is there twice",
                "$.variables['a b']: expected a name of letters, digits, '_', '-' and '.', found 'a b'",
                "$.variables['']: expected a name of letters, digits, '_', '-' and '.', found ''",
                "$.variables['env.X']: names with env. are those of the environment; name it otherwise",
                "$.variables.user: this is the name of a value of loadtest itself; name it otherwise",
                "$.variables.y[0]: expected a JSON value, found NaN without quotes",
                "$.variables.z.k: the key is there twice",
            ]
        ),
        (#""headers": "X: y""#, [#"$.headers: expected an object {"Name": "value", ...}, found the string "X: y""#]),
        (
            #""headers": {"X Y": "1", "Content-Length": "2", "x-a": "3", "X-A": "4", "X-B": 5, "X-C": "a\nb"}"#,
            [
                "$.headers['X Y']: expected the name of a header, found 'X Y'",
                "$.headers['Content-Length']: this header is set by loadtest itself; remove it",
                "$.headers['X-A']: the header is there twice; names of headers are the same in capitals",
                "$.headers['X-B']: expected a string, found 5",
                "$.headers['X-C']: expected a value without control characters, such as line ends",
            ]
        ),
        (
            #""data": "people.csv""#,
            [#"$.data: expected an object {"file": "rows.csv", "pick": "each"}, found the string "people.csv""#]
        ),
        (
            #""data": {}"#,
            ["$.data.file: the key is missing; expected the name of a CSV or NDJSON file beside this one"]
        ),
        (
            #""data": {"file": "people.csv", "pick": "eech", "when-out": "stop"}"#,
            [
                "$.data['when-out']: unknown key 'when-out', did you mean 'when_out'?",
                #"$.data.pick: expected one of each, cycle, random, found the string "eech", did you mean 'each'?"#,
            ]
        ),
        (
            #""data": {"file": "people.csv", "pick": "random", "when_out": "cycle"}"#,
            [#"$.data.when_out: rows run out with "pick": "each" only, found "pick": "random""#]
        ),
        (
            #""data": {"file": "people.csv"}, "variables": {"name": "x"}"#,
            ["$.variables.name: a column of 'people.csv' has the same name"]
        ),
        (
            #""data": {"file": "peple.csv"}"#,
            ["$.data.file: peple.csv: the file cannot be read: No such file or directory"]
        ),
        (
            #""data": {"file": "a.json"}"#,
            ["$.data.file: a.json: expected a CSV or NDJSON file, whose name ends with .csv, .ndjson or .jsonl"]
        ),
        (
            #""data": {"file": "wrong.csv"}"#,
            [
                "$.data.file: wrong.csv:2: expected 1 value, as many as the first line has names, found 2",
                "$.data.file: wrong.csv:3: expected 1 value, as many as the first line has names, found 2",
            ]
        ),
    ])
    func whatStandsBesideTheTurnsIsChecked(_ members: String, _ expected: [String]) throws {
        let others = ["people.csv": "name\nAda\n", "wrong.csv": "a\n1,2\n3,4\n"]
        #expect(try Self.problems("\(members), \(Self.turn)", with: others) == expected)
    }

    @Test func whatDataCannotSayIsNotUnknownToo() throws {
        let members = #""data": {"file": "none.csv"}, \#(Self.turns(#""content": "{{name}}""#))"#
        #expect(try Self.problems(members).count == 1)
    }

    @Test(arguments: [
        (#""content": []"#, ["content: expected a string, found an empty array"]),
        (#""content": [{"type": NaN}]"#, ["content[0].type: expected a JSON value, found NaN without quotes"]),
        (#""content": {"a": 1, "a": 2}"#, ["content.a: the key is there twice"]),
        (#""content": "", "name": """#, ["name: expected a non-empty string, found an empty string"]),
        (#""content": "", "name": "a\nb""#, ["name: expected a name without control characters, found U+000A"]),
        (
            #""content": "", "think_time": "soon""#,
            [
                "think_time: 'soon' is no time to think; write 3s, uniform(1s, 5s), exponential(4s), lognormal(3s, 0.8) or off "
                    + "(character 1 of 'soon')"
            ]
        ),
        (
            #""content": "", "expect": "x""#,
            [
                #"expect: expected an object such as {"min_events": 3, "contains": "text"}, found the string "x""#
            ]
        ),
        (#""content": "", "expect": {}"#, ["expect: expected at least one of min_events, contains, matches, max_ttft"]),
        (
            #""content": "", "expect": {"contain": "x", "min_events": 1}"#,
            [
                "expect.contain: unknown key 'contain', did you mean 'contains'?"
            ]
        ),
        (
            #""content": "", "expect": {"min_events": 0}"#,
            ["expect.min_events: expected a whole number from 1 to 1000000000, found 0"]
        ),
        (
            #""content": "", "expect": {"min_events": 1.5}"#,
            ["expect.min_events: expected a whole number from 1 to 1000000000, found 1.5"]
        ),
        (#""content": "", "expect": {"contains": ""}"#, ["expect.contains: expected a non-empty string"]),
        (#""content": "", "expect": {"contains": ["a", ""]}"#, ["expect.contains[1]: expected a non-empty string"]),
        (
            #""content": "", "expect": {"contains": []}"#,
            ["expect.contains: expected a string or an array of strings, found an empty array"]
        ),
        (#""content": "", "expect": {"contains": ["a", 5]}"#, ["expect.contains[1]: expected a string, found 5"]),
        (
            #""content": "", "expect": {"matches": ["a", "(b"]}"#,
            ["expect.matches[1]: this '(' has no ')' (character 1 of '(b')"]
        ),
        (#""content": "", "expect": {"max_ttft": "0s"}"#, ["expect.max_ttft: expected a duration over 0"]),
        (
            #""content": "", "expect": {"max_ttft": 2}"#,
            [#"expect.max_ttft: expected a duration such as "2s" or "500ms", found 2"#]
        ),
        (
            #""content": "", "expect": {"max_ttft": "2x"}"#,
            [
                "expect.max_ttft: '2x' is not a duration: unknown unit 'x' (the units are ns us ms s m h); write for example 250ms, "
                    + "1.5s, 1h30m or 90 (seconds)"
            ]
        ),
    ])
    func whatTurnsHaveIsChecked(_ members: String, _ expected: [String]) throws {
        #expect(try Self.problems(Self.turns(members)) == expected.map { "$.conversation[0].\($0)" })
    }

    @Test func templatesAreNotReadInWhatIsExpected() throws {
        let expect = #""content": "", "expect": {"contains": "{{topic}}"}"#
        #expect(try Self.problems(Self.turns(expect)) == [])
        #expect(
            try Self.problems(#""variables": {"topic": 1}, \#(Self.turns(expect))"#) == [
                "$.conversation[0].expect.contains: templates are not read in what is expected, found '{{topic}}'"
            ]
        )
    }

    @Test func twoTurnsHaveTwoNames() throws {
        let turns = (0..<3).map { #"{"role": "u", "content": "", "name": "\#($0 == 1 ? "b" : "a")"}"# }.joined(
            separator: ","
        )
        #expect(
            try Self.problems(#""conversation": [\#(turns)]"#) == [
                "$.conversation[2].name: expected a name of its own, found 'a', as of $.conversation[0]"
            ]
        )
    }

    @Test func conversationsThatShareAFilePickAlike() throws {
        let folder = try DataFolder()
        func write(_ name: String, _ data: String) throws {
            let text = #"{"name": "\#(name)", "invocations": 1, "data": {"file": \#(data)}, \#(Self.turn)}"#
            try folder.write("\(name).json", text)
        }
        try folder.write("rows.csv", "x\n1\n")
        try folder.write("other.csv", "x\n1\n")
        try write("a", #""rows.csv", "pick": "each""#)
        try write("b", #""rows.csv", "pick": "each", "when_out": "stop""#)
        try write("c", #""other.csv", "pick": "random""#)
        #expect(folder.problems() == [])
        try write("d", #""rows.csv", "pick": "each", "when_out": "cycle""#)
        try write("e", #""rows.csv""#)
        let problem =
            ": $.data: expected the pick and when_out of a.json, which takes rows from the same file"
        #expect(folder.problems() == ["d.json" + problem, "e.json" + problem])
    }

    // MARK: Made by hand

    @Test func whatIsMadeByHandIsCheckedToo() throws {
        var wrong = Conversation(name: "a", invocations: 1, turns: [.init(role: "user", content: "")])
        wrong.turns[0].entry.template = Template([])
        wrong.turns[0].entry.parts = .array([])
        wrong.turns[0].name = ""
        wrong.turns[0].thinkTime = .uniform(.seconds(2), .seconds(1))
        wrong.turns[0].expect = AnswerExpectation(matches: ["("])
        wrong.thinkTime = .logNormal(median: .seconds(1), sigma: .nan)
        wrong.variables = ["ok": "1", "x": "text", "y": "[1"]
        wrong.headers = [
            .init(name: "a b", value: Template([])), .init(name: "X", value: Template([.text("\n")])),
            .init(name: "Ok", value: Template([.value("x")])),
        ]
        wrong.data = DataSource(file: "x", table: try DataTable(columns: ["a"], rows: []))
        let error = try #require(throws: ConfigurationError.self) { try ConversationRules.check([wrong]) }
        let begin = "conversation 'a': "
        #expect(
            error.messages == [
                begin + "turn 1 has a template and parts: give one", begin + "turn 1 has an empty name",
                begin + "turn 1 has a think time that is none: uniform(2s, 1s)",
                begin
                    + "turn 1 has a wrong expectation: matches[0]: expected something to match; what may be missing has a ? "
                    + "behind it, found the end (character 2 of '(')",
                begin + "its think time is none: lognormal(1s, nan)", begin + "its data has no rows",
                begin + "the variable 'x' is not JSON; a text has its quotes with it",
                begin + "the variable 'y' is not JSON; a text has its quotes with it",
                begin + "the header 'a b' cannot be sent, or is there twice",
                begin + "the header 'X' cannot be sent, or is there twice",
            ]
        )
    }
}
