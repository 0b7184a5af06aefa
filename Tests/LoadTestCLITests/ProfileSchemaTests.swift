import TestSupport
import Testing

@testable import LoadModel

@Suite(
    "The schema of profiles",
    .enabled(if: SchemaFile.python.isAvailable, "\(SchemaFile.python.whyNot)"),
    .timeLimit(.minutes(5)),
    .amongFew
)
struct ProfileSchemaTests {
    private static let schema = SchemaFile(path: "docs/profile.schema.json")

    @Test("takes every built-in profile")
    func builtIn() async throws {
        let texts = Profiles.names.reduce(into: [:]) { $0[$1] = Profiles.text(of: $1) }
        for (name, problem) in try await Self.schema.problems(of: texts) { #expect(problem == "", "\(name)") }
    }

    /// A profile in which nothing is wrong but for one key.
    private static func text(_ key: String, _ json: String) -> String {
        var members = [
            ("name", #""mine""#), ("path", #""/chat""#), ("body", #"{"text": "{{content}}"}"#),
            ("events", #"[{"is": "end", "data": "[DONE]"}, {"is": "content"}]"#),
        ]
        if let index = members.firstIndex(where: { $0.0 == key }) { members.remove(at: index) }
        return "{" + (members + [(key, json)]).map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}"
    }

    @Test("takes what the loader takes, and refuses what the loader refuses, as far as a schema can say it")
    func both() async throws {
        let right = [
            ("$schema", #""x""#), ("description", #""""#), ("method", #""GET""#), ("path", #""/a?b={{user}}&c={{{{""#),
            ("path", #""{{ session_id }}""#), ("path", #""/{{{user}}}""#),
            ("headers", #"{"X-A": "a\tb {{env.K}} }}"}"#),
            ("body", #"["{{content}}", 1, {"a": null}, "{", "{{{{x", "{{{content}}"]"#), ("body", #""{{content}}""#),
            ("framing", #""auto""#), ("ends", #"["marker", "eof"]"#),
            ("finish_reason", #"["$", "$.a['b c'][0][*].d-e"]"#),
            ("usage", #"{"cached": "$.a"}"#), ("setup", "[]"), ("setup", #"[{"path": "/", "body": {}}]"#),
            ("events", #"[{"is": "end", "event": "x", "equals": {"$.a": [1, null]}}, {"is": "tool", "has": "$.b"}]"#),
            ("events", #"[{"is": "end", "data": "x"}, {"is": "reasoning", "text": "$.b", "cumulative": true}]"#),
            ("events", #"[{"is": "end", "data": "x"}, {"is": "content", "cumulative": false}]"#),
        ]
        let wrong = [
            ("name", "5"), ("name", #""a b""#), ("name", #""""#), ("description", "1"), ("method", #""post""#),
            ("path", #""chat""#), ("path", #""/a b""#), ("path", #""/a#b""#), ("path", #""/ä""#),
            ("path", #""/{{user""#),
            ("path", #""{{user}}/a""#), ("path", #""/{{}}""#), ("headers", "[]"), ("headers", #"{"a b": ""}"#),
            ("headers", #"{"content-Length": "1"}"#), ("headers", #"{"A": "a\nb"}"#), ("headers", #"{"A": 1}"#),
            ("headers", #"{"A": "{{ }}"}"#), ("variables", #"{"a": []}"#), ("variables", #"{"a b": 1}"#),
            ("variables", #"{"uuid": 1}"#), ("variables", #"{"env.A": 1}"#), ("body", #"{"a": ["{{x"]}"#),
            ("body", #"{"a": "{{{x}"}"#), ("message", #""{{content}}""#), ("roles", #"{"a": ""}"#),
            ("history", #""on""#),
            ("history", #""live""#), ("message", #"{"a": "{{content}}"}"#), ("framing", #""json""#),
            ("framing", #""csv""#),
            ("events", "[]"), ("events", "{}"), ("events", #"["end"]"#), ("events", #"[{"is": "content"}]"#),
            ("events", #"[{"is": "end", "data": "x"}]"#), ("events", #"[{"is": "end"}, {"text": "$.a"}]"#),
            ("events", #"[{"is": "end", "data": "x"}, {"is": "content", "txt": "$.a"}]"#),
            ("events", #"[{"is": "end", "data": "x"}, {"is": "content", "text": "a"}]"#),
            ("events", #"[{"is": "end", "data": "x"}, {"is": "content", "text": "$.a[-1]"}]"#),
            ("events", #"[{"is": "end", "data": ""}, {"is": "content"}]"#),
            ("events", #"[{"is": "end", "data": "x", "has": "$.a"}, {"is": "content"}]"#),
            ("events", #"[{"is": "end", "equals": {}}, {"is": "content", "has": "$.b"}]"#),
            ("events", #"[{"is": "end", "equals": {"a": 1}}, {"is": "content", "has": "$.b"}]"#),
            ("events", #"[{"is": "end", "equals": {"$.a": []}}, {"is": "content", "has": "$.b"}]"#),
            ("events", #"[{"is": "end", "equals": {"$.a": {}}}, {"is": "content", "has": "$.b"}]"#),
            ("events", #"[{"is": "end", "data": "x"}, {"is": "content", "cumulative": true}]"#),
            ("events", #"[{"is": "end", "data": "x"}, {"is": "tool", "text": "$.a", "cumulative": true}]"#),
            ("usage", #"{"outputs": "$.a"}"#), ("usage", #"{"output": []}"#), ("finish_reason", "[]"),
            ("finish_reason", #""a""#), ("ends", "[]"), ("ends", #"["marker", "marker"]"#), ("ends", #"["eof"]"#),
            ("ends", #"["marker", "finish_reason"]"#), ("capture", #"{"a b": "$.a"}"#),
            ("capture", #"{"a": "header:"}"#),
            ("capture", #"{"turn": "$.a"}"#), ("capture", #"{"a": ["header:A"]}"#), ("setup", "{}"), ("setup", "[{}]"),
            ("setup", #"[{"path": "/", "capturs": {}}]"#), ("evnts", "[]"),
        ]
        let texts = (right + wrong).enumerated().reduce(into: [:]) {
            $0["\($1.offset)"] = Self.text($1.element.0, $1.element.1)
        }
        let problems = try await Self.schema.problems(of: texts)
        for (index, sample) in (right + wrong).enumerated() {
            let text = try #require(texts["\(index)"])
            let isRight = index < right.count
            #expect((problems["\(index)"] == "") == isRight, "\(sample): \(problems["\(index)"] ?? "")")
            let found = ProfileFile(bytes: Array(text.utf8), path: "p").problems
            #expect(found.isEmpty == isRight, "\(sample): \(found)")
        }
    }

    @Test("refuses nothing that the loader takes, and takes no value that the loader does not, whatever is changed")
    func mutations() async throws {
        var texts: [String: String] = [:]
        for name in Profiles.names {
            let text = try #require(Profiles.text(of: name))
            let value = try #require(JSONReader.read(Array(text.utf8)).value)
            for (index, mutation) in JSONMutation.all(of: value).enumerated() { texts["\(name) \(index)"] = mutation }
        }
        let refused = try await Self.schema.problems(of: texts)
        #expect(texts.count > 2_000)
        for (name, text) in texts {
            let file = ProfileFile(bytes: Array(text.utf8), path: "p")
            let bySchema = refused[name] ?? ""
            if file.problems.isEmpty {
                #expect(bySchema == "", "\(text)")
            } else if bySchema.isEmpty {
                // What does not go together is more than a schema can say.
                let mistakes = file.profile.mistakes(outside: OutsideNames()).map { "p: \($0.place): \($0.text)" }
                #expect(file.problems.allSatisfy(mistakes.contains), "\(file.problems) \(text)")
            }
        }
    }
}
