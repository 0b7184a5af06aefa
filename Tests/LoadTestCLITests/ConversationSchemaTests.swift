import TestSupport
import Testing

@testable import LoadModel

@Suite(
    "The schema of conversations",
    .enabled(if: SchemaFile.python.isAvailable, "\(SchemaFile.python.whyNot)"),
    .timeLimit(.minutes(5)),
    .amongFew
)
struct ConversationSchemaTests {
    private static let schema = SchemaFile(path: "docs/conversation.schema.json")

    /// What the loader says is wrong with a file; there are data files of any name beside it.
    private static func problems(_ text: String) -> [String] {
        let file = ConversationFile(bytes: Array(text.utf8), path: "a.json", names: { _ in [] }) {
            path throws(ConfigurationError) in
            guard [".csv", ".ndjson", ".jsonl"].contains(where: path.lowercased().hasSuffix) else {
                throw ConfigurationError("no data file")
            }
            return try DataTable(columns: ["column"], rows: [[.text("x")]])
        }
        return file.problems
    }

    /// A file in which nothing is wrong but for one key.
    private static func text(_ key: String, _ json: String) -> String {
        var members = [
            ("name", #""a""#), ("invocations", "1"), ("conversation", #"[{"role": "user", "content": "Hi"}]"#),
        ]
        members.removeAll { $0.0 == key }
        return "{" + (members + [(key, json)]).map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}"
    }

    /// The same with one key of an entry.
    private static func entry(_ key: String, _ json: String) -> (String, String) {
        var members = [("role", #""user""#), ("content", #""Hi""#)]
        members.removeAll { $0.0 == key }
        let text = (members + [(key, json)]).map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ")
        return ("conversation", "[{\(text)}, // a comma too many\n]")
    }

    private static let right = [
        ("$schema", "5"), ("name", #""Größe 日本 😀""#), ("invocations", "0"), ("invocations", "1000000000"),
        ("api", #""my-api""#), ("think_time", #""3s""#), ("think_time", #"" 2.5 ""#), ("think_time", #""1m30s""#),
        ("think_time", #""off""#), ("think_time", #""uniform( 1s,5 )""#), ("think_time", #""exponential (4s)""#),
        ("think_time", #""lognormal(3s, .8e0)""#), ("variables", "{}"),
        ("variables", #"{"a-b.c_1": "x", "größe": [1, {"a": null}], "envy": true}"#),
        ("data", #"{"file": "a.csv"}"#), ("data", #"{"file": "../b/a.NDJSON", "pick": "each", "when_out": "cycle"}"#),
        ("data", #"{"file": "/a.jsonl", "pick": "random"}"#), ("headers", "{}"),
        ("headers", #"{"X-A": "", "x_b!": "a\t{{session_id}} é"}"#),
        entry("role", #""tool""#), entry("content", #""""#), entry("content", "{}"),
        entry("content", #"[{"type": "text"}, 5]"#),
        entry("name", #""explain""#), entry("think_time", #""8s""#), entry("expect", #"{"min_events": 3}"#),
        entry("expect", #"{"contains": "a", "matches": ["b", "[0-9]+"], "max_ttft": "1m0.5s"}"#),
        entry("expect", #"{"contains": ["a", "b"], "max_ttft": "0.1"}"#),
    ]

    private static let wrong = [
        ("name", #""""#), ("name", "5"), ("name", #""a\nb""#), ("name", #""a\u2028""#),
        ("name", "\"\(String(repeating: "é", count: 201))\""), ("invocations", "-1"), ("invocations", "1.5"),
        ("invocations", #""1""#), ("invocations", "1000000001"), ("api", #""""#), ("api", "null"), ("think_time", "3"),
        ("think_time", #""soon""#), ("think_time", #""3x""#), ("think_time", #""-3s""#),
        ("think_time", #""uniform(1s)""#),
        ("think_time", #""exponential(1s, 2s)""#), ("think_time", #""lognormal(3s)""#),
        ("think_time", #""lognormal(3s, 0x1)""#),
        ("think_time", #""""#), ("variables", "[]"), ("variables", #"{"a b": 1}"#), ("variables", #"{"": 1}"#),
        ("variables", #"{"env.A": 1}"#), ("variables", #"{"turn": 1}"#), ("variables", #"{"messages": []}"#),
        ("data", #""a.csv""#), ("data", "{}"), ("data", #"{"file": "a.txt"}"#), ("data", #"{"file": ""}"#),
        ("data", #"{"file": "a.csv", "pick": "first"}"#), ("data", #"{"file": "a.csv", "when_out": "stop"}"#),
        ("data", #"{"file": "a.csv", "pick": "random", "when_out": "cycle"}"#),
        ("data", #"{"file": "a.csv", "pick": "each", "when_out": "wait"}"#), ("data", #"{"file": "a.csv", "rows": 1}"#),
        ("headers", "[]"), ("headers", #"{"a b": ""}"#), ("headers", #"{"": ""}"#),
        ("headers", #"{"Content-length": "1"}"#),
        ("headers", #"{"A": 1}"#), ("headers", #"{"A": "a\nb"}"#), ("conversation", "[]"), ("conversation", "{}"),
        ("conversation", #"["Hi"]"#), ("messages", "[]"), entry("role", #""""#), entry("role", "1"),
        entry("content", "5"),
        entry("content", "null"), entry("content", "[]"), entry("name", #""""#), entry("think_time", #""x""#),
        entry("wait", "1"), entry("expect", "{}"), entry("expect", "[]"), entry("expect", #"{"min_events": 0}"#),
        entry("expect", #"{"min_events": "3"}"#), entry("expect", #"{"contains": ""}"#),
        entry("expect", #"{"contains": []}"#),
        entry("expect", #"{"contains": [""]}"#), entry("expect", #"{"contains": 5}"#),
        entry("expect", #"{"contains": "\#(String(repeating: "x", count: 10_001))"}"#),
        entry("expect", #"{"matches": ""}"#),
        entry("expect", #"{"matches": [5]}"#), entry("expect", #"{"max_ttft": 2}"#),
        entry("expect", #"{"max_ttft": "0s"}"#),
        entry("expect", #"{"max_ttft": "2x"}"#), entry("expect", #"{"max_tfft": "2s"}"#),
    ]

    @Test("takes what the loader takes, and refuses what the loader refuses, as far as a schema can say it")
    func both() async throws {
        let samples = Self.right + Self.wrong
        let texts = samples.enumerated().reduce(into: [:]) {
            $0["\($1.offset)"] = Self.text($1.element.0, $1.element.1)
        }
        let problems = try await Self.schema.problems(of: texts)
        for (index, sample) in samples.enumerated() {
            let isRight = index < Self.right.count
            #expect((problems["\(index)"] == "") == isRight, "\(sample): \(problems["\(index)"] ?? "")")
            let found = Self.problems(try #require(texts["\(index)"]))
            #expect(found.isEmpty == isRight, "\(sample): \(found)")
        }
    }

    @Test("takes the samples of the package and the examples of the document")
    func examples() async throws {
        var texts: [String: String] = [:]
        for conversation in try ConversationLoader.load(path: "\(Repository.path)/data") {
            let bytes = try InputFile.contents(of: conversation.path)
            texts[conversation.name] = String(decoding: bytes, as: UTF8.self)
        }
        let document = String(
            decoding: try InputFile.contents(of: "\(Repository.path)/docs/conversations.md"),
            as: UTF8.self
        )
        for (index, part) in document.split(separator: "```jsonc\n").dropFirst().enumerated() {
            texts["example \(index)"] = String(
                part.prefix(upTo: part.firstRange(of: "```")?.lowerBound ?? part.endIndex)
            )
        }
        #expect(texts.count >= 11)
        for (name, problem) in try await Self.schema.problems(of: texts) { #expect(problem == "", "\(name)") }
    }

    /// What a schema cannot say.
    private static let beyondSchemas = [
        "nothing gives", "has no '}}'", "has no braces in it", "between '{{' and '}}'", "is shorter", "24h at most",
        "cannot be shorter than the first", "must be over 0", "at most 10, such as", "this '(' has no",
        "matches this pattern",
        "to match", "to be repeated", "closes nothing", "has the same name", "a name of its own",
        "templates are not read",
    ]

    @Test("refuses nothing that the loader takes, and takes no value that the loader does not, whatever is changed")
    func mutations() async throws {
        let whole = #"""
            {"name": "a", "invocations": 5, "api": "x", "think_time": "uniform(1s, 5s)", "variables": {"v": [1]},
             "data": {"file": "a.csv", "pick": "each", "when_out": "cycle"}, "headers": {"X-A": "{{v}}"},
             "conversation": [
               {"role": "user", "content": "{{column}}", "name": "n", "think_time": "lognormal(3s, 0.8)",
                "expect": {"min_events": 3, "contains": ["a"], "matches": "b", "max_ttft": "2s"}},
               {"role": "user", "content": [{"t": "x"}]}
             ]}
            """#
        let value = try #require(JSONReader.read(Array(whole.utf8)).value)
        let texts = JSONMutation.all(of: value).enumerated().reduce(into: [:]) { $0["\($1.offset)"] = $1.element }
        #expect(texts.count > 200)
        let refused = try await Self.schema.problems(of: texts)
        for (name, text) in texts {
            let found = Self.problems(text)
            let bySchema = refused[name] ?? ""
            if found.isEmpty {
                #expect(bySchema == "", "\(text)")
            } else if bySchema.isEmpty {
                #expect(
                    found.allSatisfy { line in Self.beyondSchemas.contains { line.contains($0) } },
                    "\(found) \(text)"
                )
            }
        }
    }
}
