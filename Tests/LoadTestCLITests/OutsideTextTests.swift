import Foundation
import TestSupport
import Testing

@testable import LoadEngine
@testable import LoadModel

/// Texts that would turn a line, move a cursor, or hide something, in everything that a user can look at. What a server sends is in EndToEndTests.
@Suite("Text from outside", .timeLimit(.minutes(5)), .amongFew)
struct OutsideTextTests {
    private static let evil =
        "e\u{1B}[2J\u{9B}31m\u{202E}\u{2066}\u{200B}\u{E0041}\u{7F}\u{2028}" + String(repeating: "\u{301}", count: 500)

    private func expectNothingHidden(_ text: String, _ name: String) {
        let hidden = text.unicodeScalars.filter { Shown.isHidden($0) && !["\n", "\r", "\t"].contains($0) }
        #expect(hidden.isEmpty, "\(name): \(hidden.map(Shown.codePoint))")
    }

    @Test("of files is shown as escapes: of a name, of a path, of what is wrong in it")
    func files() async throws {
        let good = try TemporaryFolder()
        let turns = #""invocations": 1, "conversation": [{"role": "user", "content": "Hi"}]"#
        try good.write(#"{"name": "\u202Ename\u200B", \#(turns)}"#, to: "a\u{202E}\u{9B}.json")
        let valid = try await Program.loadtest.run("validate", good.path)
        #expect(valid.exitCode == 0, "\(valid.errors)")
        #expect(valid.output.contains(#"\u{202E}name\u{200B}"#) && valid.output.contains(#"a\u{202E}\u{9B}.json"#))
        expectNothingHidden(valid.output, "validate")
        let mock = try await Program.loadtest.run(
            ["--headless", "--mock", "--data", good.path, "--threshold", #"\u{202E}name\u{200B}/turns.failed < 1"#]
        )
        #expect(mock.exitCode == 0, "\(mock.errors)")
        expectNothingHidden(mock.errors, "run")
        let bad = try TemporaryFolder()
        try bad.write(#"{"name": "x", "\u202E": "\u009B", "invocations": "\u2066"}"#, to: "\u{1B}.json")
        let invalid = try await Program.loadtest.run("validate", bad.path)
        #expect(invalid.exitCode == 64)
        #expect(invalid.errors.contains(#"unknown key '\u{202E}'"#), "\(invalid.errors)")
        expectNothingHidden(invalid.errors, "errors")
    }

    @Test("of a summary is shown as escapes in all that is made of it")
    func summary() async throws {
        let folder = try TemporaryFolder()
        var sample = LongRun()
        sample.outcomes = [.httpStatus]
        sample.names = [Self.evil, "b", "c"]
        sample.seconds = 2
        var summary = sample.summary()
        summary.run.host = Self.evil
        summary.configuration = ["data": Self.evil]
        summary.result.notes["http_status"]?.examples = [Self.evil]
        summary.thresholds = [ThresholdResult(expr: Self.evil, observed: nil, ok: false)]
        try Data(try JSONEncoder().encode(summary)).write(to: URL(fileURLWithPath: folder.path + "/s.json"))
        let prefix = folder.path + "/r"
        let result = try await Program.loadtest.run(
            ["report", folder.path + "/s.json", "--json", "--html", prefix + ".html", "--junit", prefix + ".xml"]
                + ["--csv", prefix, "--json-file", prefix]
        )
        #expect(result.exitCode == 0, "\(result.errors)")
        for (name, text) in [("stdout", result.output), ("stderr", result.errors)] { expectNothingHidden(text, name) }
        for file in ["r.html", "r.xml", "r.json", "r_stats.csv", "r_failures.csv", "r_streaming.csv"] {
            expectNothingHidden(try String(contentsOfFile: "\(folder.path)/\(file)", encoding: .utf8), file)
        }
    }

    @Test("on the command line is shown as escapes in what is wrong with it", arguments: ["--users", "--host", "--ca"])
    func arguments(option: String) async throws {
        let result = try await Program.loadtest.run("--headless", option, Self.evil)
        #expect(result.exitCode == 64)
        expectNothingHidden(result.errors, option)
    }
}
