import Foundation
import LoadEngine
import LoadModel
import MockAssistant
import TestSupport
import Testing

@Suite("Ctrl-Z", .timeLimit(.minutes(5)), .amongFew)
struct StandstillTests {
    @Test("stops all processes of a run, which go on with the program, and the verdict knows of it")
    func processes() async throws {
        var configuration = MockConfiguration()
        configuration.script.events = 10
        configuration.script.firstToken = .milliseconds(1)
        configuration.script.interval = .milliseconds(1)
        let mock = try MockServer(configuration)
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 1_000_000)
        let file = data.path + "/summary"
        let run = ["--headless", "-u", "4", "-r", "1000", "-H", mock.url, "--data", data.path + "/a.json"]
        // It goes on for as long as this test wants: until turns fail.
        let end = ["--threshold", "failures.rate < 1%", "--abort-on-threshold", "1s"]
        // The system stops none of a group whose parents are all elsewhere.
        let result = try await Program.loadtest.run(
            run + end + ["--processes", "2", "--summary", file],
            hasOwnGroup: true
        ) { handle in
            let program = handle.processID
            let isRunning = try await becomesTrue { mock.counters.posts > 100 }
            #expect(isRunning)
            let all = [program] + ProcessTable.children(of: program)
            #expect(all.count == 3)
            kill(program, SIGTSTP)
            let stand = try await becomesTrue { all.allSatisfy(ProcessTable.isStopped) }
            #expect(stand)
            let posts = mock.counters.posts
            // How long they stand is what the verdict is to see.
            try await Task.sleep(for: .milliseconds(500))
            #expect(mock.counters.posts <= posts + 4)
            kill(program, SIGCONT)
            let goOn = try await becomesTrue { mock.counters.posts > posts + 100 }
            #expect(goOn)
            #expect(!all.contains(where: ProcessTable.isStopped))
            mock.stop()
        }
        #expect([3, 4].contains(result.exitCode), "\(result.errors)")
        let summary = try JSONDecoder().decode(Summary.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
        #expect(summary.run.verdict == .generatorBound)
        #expect(try #require(summary.generator.canary).maxMs >= 400)
        #expect(summary.generator.lostProcesses == nil)
    }
}
