import Foundation
import LoadEngine
import LoadModel
import MockAssistant
import TestSupport
import Testing

/// A generator that is made late: a signal stops the whole process again and again, as a busy machine would.
@Suite("A generator that is late", .timeLimit(.minutes(5)), .amongFew)
struct GeneratorBoundTests {
    @Test(
        "fails its run with 4, unless the limit allows for it",
        arguments: [(nil, 4, "generator_bound"), ("10m", 0, "valid")] as [(String?, Int, String)]
    )
    func exitCode(maxError: String?, exitCode: Int, verdict: String) async throws {
        var script = MockConfiguration()
        script.script.events = 1_000_000
        let mock = try MockServer(script)
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 1)
        let file = data.path + "/summary"
        let arguments =
            ["--headless", "-H", mock.url, "--data", data.path + "/a.json", "--summary", file]
            + ["--exit-code-on-error", "0"] + (maxError.map { ["--max-error", $0] } ?? [])
        let result = try await Program.loadtest.run(arguments) { program in
            let isRunning = try await becomesTrue { mock.counters.openStreams == 1 }
            #expect(isRunning)
            // The verdict needs over a thousand beats of 10 ms.
            for _ in 0..<140 {
                program.send(SIGSTOP)
                // Nothing is waited for: the length of the stop is what is tested.
                try await Task.sleep(for: .milliseconds(40))
                program.send(SIGCONT)
                try await Task.sleep(for: .milliseconds(40))
            }
            // The only turn breaks off, and the run is over.
            mock.stop()
        }
        #expect(result.exitCode == exitCode, "\(result.errors)")
        #expect(result.errors.contains("Verdict        \(verdict)"))
        let summary = try JSONDecoder().decode(Summary.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
        #expect(summary.run.verdict.rawValue == verdict)
        #expect(summary.generator.canary?.count ?? 0 >= 1_000)
        #expect(summary.generator.canary?.p99Ms ?? 0 >= 10)
    }
}
