import Foundation
import LoadModel
import Testing

@Suite("The file of a profile")
struct ProfileFileTests {
    @Test("may have comments and $schema, and needs no more than a name, a path and what events mean")
    func least() throws {
        let profile = try ProfileText(
            whole: """
                // What it is.
                {
                  "$schema": "profile.schema.json",
                  "name": "mine", "path": "/chat",
                  "events": [{ "is": "end", "data": "[DONE]" }, { "is": "content" }], /* the rest is text */
                }
                """
        ).profile()
        var expected = APIProfile(name: "mine", path: Template([.text("/chat")]))
        var end = EventRule(.end)
        end.data = "[DONE]"
        expected.events = [end, EventRule(.content)]
        #expect(profile == expected)
        #expect(profile.method == "POST" && profile.history == .none && profile.framing == .sse)
        #expect(profile.ends == [.marker])
    }

    @Test("says everything that a profile has")
    func everything() throws {
        let profile = try ProfileText(
            whole: #"""
                {
                  "name": "mine", "description": "an API", "method": "PUT", "path": "/chat/{{thread}}?v={{version}}",
                  "headers": {"Authorization": "Bearer {{ env.KEY }}", "X-Empty": ""},
                  "variables": {"version": 1.50, "model": "m\"x", "cold": true, "none": null},
                  "body": {"m": "{{model}}", "c": ["{{cold}}", "{{none}}", {}], "n": 1e3, "t": "a {{{{ {{last}}", "all": "{{messages}}"},
                  "message": {"role": "{{role}}", "content": "{{content}}"},
                  "roles": {"assistant": "model"},
                  "history": "recorded", "framing": "auto",
                  "events": [
                    {"is": "end", "event": "done", "equals": {"$.type": ["stop", null, 1, true]}},
                    {"is": "error", "has": "$.error"},
                    {"is": "content", "text": "$.parts[*].text", "cumulative": true, "last": true},
                    {"is": "reasoning", "text": "$['a b'][0].x"},
                    {"is": "tool", "data": "tool"}, {"is": "ping", "event": "ping"}, {"is": "ignore", "has": "$.noise"}
                  ],
                  "usage": {"input": "$.in", "output": ["$.out", "$.usage.out"], "reasoning": "$.r", "cached": "$.c"},
                  "finish_reason": ["$.why", "$.end.why"],
                  "ends": ["finish_reason", "marker", "eof"],
                  "capture": {"last": ["$.id", "$.message.id"]},
                  "setup": [
                    {"path": "/login", "method": "GET", "headers": {"X-A": "{{user}}"}, "capture": {"token": "header:X-Token"}},
                    {"path": "/threads", "body": {"token": "{{token}}"}, "capture": {"thread": "$.id"}}
                  ]
                }
                """#
        ).profile()
        #expect(profile.description == "an API" && profile.method == "PUT")
        #expect(
            profile.path.parts == [.text("/chat/"), .value("thread"), .text("?v="), .value("version")]
        )
        #expect(
            profile.headers == [
                .init(name: "Authorization", value: Template([.text("Bearer "), .value("env.KEY")])),
                .init(name: "X-Empty", value: Template([])),
            ]
        )
        #expect(profile.variables == ["version": "1.50", "model": #""m\"x""#, "cold": "true", "none": "null"])
        #expect(
            profile.body
                == .object([
                    .init(key: "m", value: .string(Template([.value("model")]))),
                    .init(
                        key: "c",
                        value: .array([
                            .string(Template([.value("cold")])), .string(Template([.value("none")])), .object([]),
                        ])
                    ),
                    .init(key: "n", value: .scalar("1e3")),
                    .init(key: "t", value: .string(Template([.text("a {{ "), .value("last")]))),
                    .init(key: "all", value: .string(Template([.value("messages")]))),
                ])
        )
        #expect(profile.roles == ["assistant": "model"] && profile.history == .recorded && profile.framing == .auto)
        #expect(profile.events.map(\.kind) == [.end, .error, .content, .reasoning, .tool, .ping, .ignore])
        #expect(profile.events[0].event == "done")
        #expect(
            profile.events[0].equals == [
                .init(path: try JSONPath(text: "$.type"), values: [#""stop""#, "null", "1", "true"])
            ]
        )
        #expect(profile.events[1].has == (try JSONPath(text: "$.error")))
        #expect(profile.events[2].text?.text == "$.parts[*].text" && profile.events[2].isCumulative)
        #expect(profile.events.map(\.isLast) == [false, false, true, false, false, false, false])
        #expect(profile.events[3].text?.steps == [.member("a b"), .element(0), .member("x")])
        #expect(profile.events[4].data == "tool")
        #expect(profile.usage[.output]?.map(\.text) == ["$.out", "$.usage.out"])
        #expect(profile.usage.keys.count == 4 && profile.usage[.input]?.map(\.text) == ["$.in"])
        #expect(profile.finishReason.map(\.text) == ["$.why", "$.end.why"])
        #expect(profile.ends == [.finishReason, .marker, .eof])
        #expect(
            profile.captures == [
                .init(name: "last", source: .body([try JSONPath(text: "$.id"), try JSONPath(text: "$.message.id")]))
            ]
        )
        #expect(profile.setup.map(\.method) == ["GET", "POST"])
        #expect(profile.setup[0].captures == [.init(name: "token", source: .header("X-Token"))])
        #expect(profile.setup[0].headers == [.init(name: "X-A", value: Template([.value("user")]))])
        #expect(profile.setup[1].body != nil && profile.setup[1].captures.map(\.name) == ["thread"])
    }

    // MARK: Single values

    @Test(
        "is refused with what was expected and what was found",
        arguments: [
            ("name", "5", "expected a non-empty string, found 5"),
            ("name", #""a b""#, "expected at most 100 of a-z, A-Z, 0-9, '-', '_' and '.', found 'a b'"),
            ("description", "[]", "expected a string, found an empty array"),
            (
                "method", #""post""#,
                "expected one of GET, POST, PUT, PATCH, DELETE, found the string \"post\", did you mean 'POST'?"
            ),
            ("method", #""TRACE""#, "expected one of GET, POST, PUT, PATCH, DELETE, found the string \"TRACE\""),
            ("path", #""chat""#, "expected a path that begins with /, such as /v1/chat, found 'chat'"),
            ("path", #""{{user}}/x""#, "expected a path that begins with /, such as /v1/chat, found '{{user}}/x'"),
            ("path", #""""#, "expected a path that begins with /, such as /v1/chat, found ''"),
            (
                "path", #""/a b""#,
                "expected a path as URLs have it, found '/a b'; write other characters percent-encoded, such as %20"
            ),
            (
                "path", #""/{{user""#,
                "the '{{' here has no '}}' on its line; write {{{{ for two braces that are text (character 2 of '/{{user')"
            ),
            ("headers", "[]", #"expected an object {"Name": "value", ...}, found an empty array"#),
            ("variables", #""x""#, #"expected an object {"name": value, ...}, found the string "x""#),
            (
                "message", #""{{content}}""#,
                #"expected one message, such as {"role": "{{role}}", "content": "{{content}}"}, found the string "{{content}}""#
            ),
            ("roles", "null", #"expected an object such as {"assistant": "model"}, found null"#),
            (
                "history", #""lives""#,
                "expected one of none, live, recorded, found the string \"lives\", did you mean 'live'?"
            ),
            ("framing", #""csv""#, "expected one of sse, ndjson, json, auto, found the string \"csv\""),
            (
                "events", "[]",
                #"expected a non-empty array of rules such as {"is": "content", "text": "$.delta.content"}, found an empty array"#
            ),
            (
                "events", "{}",
                #"expected a non-empty array of rules such as {"is": "content", "text": "$.delta.content"}, found an object"#
            ),
            ("usage", "5", #"expected an object such as {"output": "$.usage.output_tokens"}, found 5"#),
            ("finish_reason", "5", "expected a path such as $.delta.content, found 5"),
            ("finish_reason", "[]", "expected a path or an array of paths, found an empty array"),
            (
                "finish_reason", #""choices""#,
                "expected '$', with which a path begins, found 'choices' (character 1 of 'choices')"
            ),
            ("ends", "[]", "expected a non-empty array of marker, finish_reason, eof, found an empty array"),
            (
                "ends", #""marker""#,
                "expected a non-empty array of marker, finish_reason, eof, found the string \"marker\""
            ),
            ("capture", "[]", #"expected an object of names and paths, such as {"id": "$.id"}, found an empty array"#),
            ("setup", "{}", "expected an array of requests, found an object"),
        ]
    )
    func wrongValue(key: String, json: String, problem: String) {
        #expect(ProfileText([key: json]).problems() == ["$.\(key): \(problem)"])
    }

    @Test(
        "is refused with the place of what is wrong in it",
        arguments: [
            ("headers", #"{"a b": "x"}"#, "$.headers['a b']: expected the name of a header, found 'a b'"),
            (
                "headers", #"{"Content-Length": "5"}"#,
                "$.headers['Content-Length']: this header is set by loadtest itself; remove it"
            ),
            (
                "headers", #"{"X-A": "1", "x-a": "2"}"#,
                "$.headers['x-a']: the header is there twice; names of headers are the same in capitals"
            ),
            ("headers", #"{"X-A": "1", "X-A": "2"}"#, "$.headers['X-A']: the key is there twice"),
            (
                "headers", #"{"X-A": "1\r\nX-B: 2"}"#,
                "$.headers['X-A']: expected a value without control characters, such as line ends"
            ),
            ("headers", #"{"A": 5}"#, "$.headers.A: expected a string, found 5"),
            (
                "variables", #"{"a b": 1}"#,
                "$.variables['a b']: expected a name of letters, digits, '_', '-' and '.', found 'a b'"
            ),
            (
                "variables", #"{"a": [1]}"#,
                "$.variables.a: expected a text, a number, true, false or null, found an array"
            ),
            (
                "body", #"{"a": [1, {"b": "{{}}"}]}"#,
                "$.body.a[1].b: expected a name between '{{' and '}}' (character 3 of '{{}}')"
            ),
            ("body", #"{"a": yes}"#, "$.body.a: expected a JSON value, found yes without quotes"),
            ("body", #"{"a": "{{content}}", "a": 1}"#, "$.body.a: the key is there twice"),
            ("roles", #"{"assistant": ""}"#, "$.roles.assistant: expected a non-empty string, found an empty string"),
            (
                "events", #"["end"]"#,
                #"$.events[0]: expected a rule such as {"is": "content", "text": "$.delta.content"}, found the string "end""#
            ),
            (
                "events", #"[{"data": "[DONE]"}]"#,
                "$.events[0].is: the key is missing; expected one of end, error, content, reasoning, tool, ping, ignore"
            ),
            (
                "events", #"[{"is": "contents"}]"#,
                "$.events[0].is: expected one of end, error, content, reasoning, tool, ping, ignore, found the string \"contents\", did you mean 'content'?"
            ),
            (
                "events", #"[{"is": "content", "txt": "$.a"}]"#,
                "$.events[0].txt: unknown key 'txt', did you mean 'text'?"
            ),
            (
                "events", #"[{"is": "content", "text": "$.a[x]"}]"#,
                "$.events[0].text: expected a number, * or a name in single quotes after '[' (character 5 of '$.a[x]')"
            ),
            (
                "events", #"[{"is": "content", "data": ""}]"#,
                "$.events[0].data: expected a non-empty string, found an empty string"
            ),
            (
                "events", #"[{"is": "content", "equals": {}}]"#,
                #"$.events[0].equals: expected an object of paths and values, such as {"$.type": "text_delta"}, found an empty object"#
            ),
            (
                "events", #"[{"is": "content", "equals": {"type": "a"}}]"#,
                "$.events[0].equals.type: expected '$', with which a path begins, found 'type' (character 1 of 'type')"
            ),
            (
                "events", #"[{"is": "content", "equals": {"$.a": []}}]"#,
                "$.events[0].equals['$.a']: expected a value or an array of values, found an empty array"
            ),
            (
                "events", #"[{"is": "content", "equals": {"$.a": ["b", {}]}}]"#,
                "$.events[0].equals['$.a'][1]: expected a text, a number, true, false or null, found an object"
            ),
            (
                "events", #"[{"is": "content", "cumulative": 1}]"#,
                "$.events[0].cumulative: expected true or false, found 1"
            ),
            ("usage", #"{"outputs": "$.a"}"#, "$.usage.outputs: unknown key 'outputs', did you mean 'output'?"),
            (
                "usage", #"{"output": ["$.a", 5]}"#,
                "$.usage.output[1]: expected a path such as $.delta.content, found 5"
            ),
            ("ends", #"["marker", "marker"]"#, "$.ends[1]: 'marker' is there twice"),
            ("ends", #"["end"]"#, "$.ends[0]: expected one of marker, finish_reason, eof, found the string \"end\""),
            (
                "capture", #"{"id": "header:"}"#,
                "$.capture.id: expected the name of a header behind 'header:', found ''"
            ),
            (
                "capture", #"{"id": ["header:X"]}"#,
                "$.capture.id[0]: expected '$', with which a path begins, found 'header:X' (character 1 of 'header:X')"
            ),
            (
                "setup", #"[{"method": "POST"}]"#,
                "$.setup[0].path: the key is missing; expected a path such as /threads"
            ),
            (
                "setup", #"[{"path": "threads"}]"#,
                "$.setup[0].path: expected a path that begins with /, such as /v1/chat, found 'threads'"
            ),
            (
                "setup", #"[{"path": "/", "captures": {}}]"#,
                "$.setup[0].captures: unknown key 'captures', did you mean 'capture'?"
            ),
        ]
    )
    func wrongPlace(key: String, json: String, problem: String) {
        #expect(ProfileText([key: json]).problems() == [problem])
    }

    @Test("tells every mistake at once, and those of values before what does not go together")
    func all() {
        let problems = ProfileText([
            "path": #""chat""#, "framing": #""see""#, "headers": #"{"X-A": 1, "X-B": 2}"#,
            "ends": #"["finish_reason"]"#,
        ]).problems()
        #expect(
            problems == [
                "$.path: expected a path that begins with /, such as /v1/chat, found 'chat'",
                "$.headers['X-A']: expected a string, found 1",
                "$.headers['X-B']: expected a string, found 2",
                "$.framing: expected one of sse, ndjson, json, auto, found the string \"see\", did you mean 'sse'?",
                #"$.ends[0]: no finish reason can come: expected "finish_reason", where it is in events"#,
                #"$.events[0].is: an end completes nothing: expected "marker" in "ends", or another kind of event here"#,
            ]
        )
    }

    @Test("is not told to contradict what is only misspelt")
    func misspelt() {
        #expect(
            ProfileText(["evnts": "[]", "events": ""]).problems()
                == ["$.evnts: unknown key 'evnts', did you mean 'events'?"]
        )
        #expect(
            ProfileText(["histroy": #""live""#, "body": #"{"a": "{{messages}}"}"#]).problems()
                == ["$.histroy: unknown key 'histroy', did you mean 'history'?"]
        )
        #expect(
            ProfileText(["events": #"[{"is": "ende", "data": "[DONE]"}, {"is": "content"}]"#]).problems().count == 1
        )
    }

    @Test("names what is missing")
    func missing() {
        #expect(
            ProfileText(whole: "{}").problems() == [
                "$.name: the key is missing; expected a name such as my-api",
                "$.path: the key is missing; expected a path such as /v1/chat",
                #"$.events: the key is missing; expected a non-empty array of rules such as {"is": "content", "text": "$.delta.content"}"#,
            ]
        )
        #expect(
            ProfileText(whole: "").problems() == [
                #"the file is empty; expected an object {"name": ..., "path": ..., "events": [...]}"#
            ]
        )
        #expect(
            ProfileText(whole: "[]").problems() == [
                #"$: expected an object {"name": ..., "path": ..., "events": [...]}, found an empty array"#
            ]
        )
        #expect(
            ProfileText(whole: "{\n  \"name\" \"x\"}").problems() == ["2:10: expected ':' after the key, found '\"'"]
        )
    }

    @Test("goes through coding as it is")
    func coding() throws {
        for profile in Profiles.builtIn {
            let data = try JSONEncoder().encode(profile)
            #expect(try JSONDecoder().decode(APIProfile.self, from: data) == profile)
        }
    }
}
