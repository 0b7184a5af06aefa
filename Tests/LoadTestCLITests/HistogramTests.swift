import Foundation
import MockAssistant
import TestSupport
import Testing

/// HdrHistogram's own package for Python: Histograms/read_hdr.py says what is compared.
private enum HdrHistogram {
    static let python = PythonEnvironment(name: "hdr-venv")

    static func read(_ summary: String) async throws -> Program.Result {
        try await python.run(["Tests/LoadTestCLITests/Histograms/read_hdr.py", summary])
    }
}

@Suite(
    "The histograms of a summary",
    .enabled(if: HdrHistogram.python.isAvailable, "\(HdrHistogram.python.whyNot)"),
    .timeLimit(.minutes(5)),
    .amongFew
)
struct HistogramTests {
    /// Plays two conversations, some turns of which stall or fail.
    private func summary(in folder: TemporaryFolder, _ options: [String] = []) async throws -> String {
        var configuration = MockConfiguration()
        configuration.script.events = 8
        configuration.script.firstToken = .milliseconds(3)
        configuration.script.interval = .milliseconds(5)
        configuration.script.jitterPercent = 90
        configuration.script.faults = [FaultShare(.http500, percent: 5), FaultShare(.slowHeaders, percent: 2)]
        let mock = try MockServer(configuration)
        defer { mock.stop() }
        let turn = #"{"role": "user", "content": "Hi"}"#
        for name in ["a", "b"] {
            try folder.write(
                #"{"name": "\#(name)", "invocations": 150, "conversation": [\#(turn), \#(turn)]}"#,
                to: "\(name).json"
            )
        }
        let file = "\(folder.path)/summary"
        let result = try await Program.loadtest.run(
            ["--headless", "--only-summary", "-H", mock.url, "--data", folder.path, "-u", "20", "-r", "1000"]
                + ["--stall-after", "8ms", "--summary", file] + options
        )
        #expect(result.exitCode == 1, "\(result.errors)")
        return file
    }

    @Test(
        "are read by HdrHistogram's own package, with the numbers that stand beside them",
        arguments: [[], ["--processes", "2"]]
    )
    func agreement(options: [String]) async throws {
        let folder = try TemporaryFolder()
        let read = try await HdrHistogram.read(try await summary(in: folder, options))
        #expect(read.exitCode == 0, "\(read.output)\(read.errors)")
        let found = try #require(read.output.firstMatch(of: /^(\d+) histograms, 0 problems\n/))
        // Eleven of the run, six of each turn, one of each conversation, how late the loop was, and that of iterations once more
        // under its former name.
        #expect(Int(found.1) == 11 + 4 * 6 + 2 + 2 + 1)
    }

    @Test("are found wrong when a number beside them is")
    func disagreement() async throws {
        let folder = try TemporaryFolder()
        let file = URL(fileURLWithPath: try await summary(in: folder))
        let written = try JSONSerialization.jsonObject(with: try Data(contentsOf: file))
        let summary = try #require(written as? [String: Any])
        let metrics = try #require(summary["metrics"] as? [String: [String: Any]])
        let right = try #require(metrics["ttft"])
        #expect(right.count == 10)
        func read(_ metric: [String: Any]) async throws -> Program.Result {
            try JSONSerialization.data(withJSONObject: ["metrics": ["ttft": metric]]).write(to: file)
            return try await HdrHistogram.read(file.path)
        }
        let good = try await read(right)
        #expect(good.exitCode == 0, "\(good.output)\(good.errors)")
        for (key, value) in right {
            var wrong = right
            wrong[key] = (value as? Double).map { key == "count" ? $0 + 1 : $0 * 1.01 } ?? metrics["ttfb"]?["hdr"]
            let bad = try await read(wrong)
            let isFound = bad.output.contains("/metrics/ttft: \(key == "hdr" ? "count" : key): ")
            #expect(bad.exitCode == 1 && isFound, "\(key): \(bad.output)\(bad.errors)")
        }
    }
}
