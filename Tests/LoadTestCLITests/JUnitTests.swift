import Foundation
import LoadEngine
import LoadModel
import LoadReports
import MockAssistant
import TestSupport
import Testing

/// libxml2's reader, which knows schemas.
private enum Xmllint {
    static let path = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/xmllint" }
        .first { FileManager.default.isExecutableFile(atPath: $0) }
    static let schema = Repository.path + "/Tests/LoadTestCLITests/Schemas/junit.xsd"

    static func validate(_ file: String) async throws -> Program.Result {
        try await Program(path: try #require(path)).run("--noout", "--nonet", "--schema", schema, file)
    }
}

@Suite(
    "loadtest run --junit",
    .enabled(if: Xmllint.path != nil, "not installed: xmllint (Debian: libxml2-utils)"),
    .timeLimit(.minutes(5)),
    .amongFew
)
struct JUnitTests {
    @Test("writes a file that is valid by the common schema, whatever the names and answers")
    func valid() async throws {
        var configuration = MockConfiguration()
        configuration.script.firstToken = .milliseconds(1)
        configuration.script.interval = .milliseconds(1)
        configuration.script.faults = [FaultShare(.http500, percent: 30), FaultShare(.truncate, percent: 30)]
        let mock = try MockServer(configuration)
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 20)
        try data.write(
            #"{"name": "<b> & \"c\" ]]> é 會 \ufffe", "invocations": 20, "#
                + #""conversation": [{"role": "u", "content": "x"}, {"role": "u", "content": "y"}]}"#,
            to: "b.json"
        )
        try data.write(
            #"{"name": "never", "invocations": 0, "conversation": [{"role": "u", "content": "x"}]}"#,
            to: "c.json"
        )
        let file = data.path + "/junit.xml"
        let result = try await Program.loadtest.run(
            ["--headless", "-u", "5", "-r", "1000", "-H", mock.url, "--data", data.path, "--junit", file]
                + ["--threshold", "failures.rate < 1%", "--threshold", "never/ttft.p50 < 1s"]
        )
        #expect(result.exitCode == 3, "\(result.errors)")
        let validated = try await Xmllint.validate(file)
        #expect(validated.exitCode == 0, "\(validated.errors)")
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(text.contains("name=\"conversations\" package=\"loadtest\""))
        #expect(text.contains("tests=\"3\" failures=\"2\" errors=\"0\" skipped=\"1\""))
        #expect(text.contains("tests=\"2\" failures=\"2\" errors=\"0\" skipped=\"0\""))
        #expect(text.contains("turns: http_status, in the run such as: "))
    }

    @Test("holds any text, and a reader finds it again")
    func anyText() async throws {
        let mock = try MockServer(MockConfiguration())
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 1)
        let file = data.path + "/summary.json"
        let result = try await Program.loadtest.run(
            ["--headless", "-H", mock.url, "--data", data.path + "/a.json", "--summary", file]
        )
        #expect(result.exitCode == 0, "\(result.errors)")
        var summary = try JSONDecoder().decode(Summary.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
        let kept = "<a> & \"b\" 'c'\t1\n2 ]]> é 會 👩‍👩‍👧 "
        summary.result.layout.names[0] = kept + "\r\u{0}\u{7}\u{1B}\u{FFFE}"
        summary.thresholds = [ThresholdResult(expr: kept + "\u{0}", observed: nil, ok: false)]
        let junit = try data.write(JUnitReport(summary).text, to: "junit.xml")
        let validated = try await Xmllint.validate(junit)
        #expect(validated.exitCode == 0, "\(validated.errors)")
        for (path, end) in [
            ("//testcase[@classname='loadtest.conversations']/@name", #"\u{D}\u{0}\u{7}\u{1B}\u{FFFE}"# + "\n"),
            ("//testcase[@classname='loadtest.thresholds']/@name", #"\u{0}"# + "\n"),
        ] {
            let found = try await Program(path: try #require(Xmllint.path)).run("--xpath", "string(\(path))", junit)
            #expect(found.output == kept + end)
        }
    }

    @Test(
        "is checked by a schema that refuses what is wrong",
        arguments: [("time=\"0.000\"", "time=\"soon\""), ("classname=", "class="), ("<system-err></system-err>", "")]
    )
    func schema(right: String, wrong: String) async throws {
        let mock = try MockServer(MockConfiguration())
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 1)
        let file = data.path + "/junit.xml"
        let result = try await Program.loadtest.run(
            ["--headless", "-H", mock.url, "--data", data.path, "--junit", file, "--threshold", "ttft.p50 < 1m"]
        )
        #expect(result.exitCode == 0, "\(result.errors)")
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(text.contains(right))
        try data.write(text.replacing(right, with: wrong), to: "wrong.xml")
        let validated = try await Xmllint.validate(data.path + "/wrong.xml")
        #expect(validated.exitCode == 3, "\(validated.errors)")
    }
}
