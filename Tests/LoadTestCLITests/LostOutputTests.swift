import Foundation
import MockAssistant
import TestSupport
import Testing

/// Files of a run that somebody removes while it goes on.
@Suite("An output that is removed", .timeLimit(.minutes(5)), .amongFew)
struct LostOutputTests {
    private func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    private func size(_ path: String) -> Int {
        (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    }

    @Test("is an error with 2 when it was the event log, which says how many lines are gone", arguments: ["1", "2"])
    func eventLog(processes: String) async throws {
        let mock = try MockServer(MockConfiguration())
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 100_000)
        let events = data.path + "/events"
        let result = try await Program.loadtest.run(
            ["--headless", "-H", mock.url, "-u", "4", "-r", "100", "--data", data.path + "/a.json", "--events", events]
                + ["--processes", processes]
        ) { handle in
            let isSo1 = try await becomesTrue { size(events) > 0 }
            #expect(isSo1)
            #expect(unlink(events) == 0)
            handle.send(SIGINT)
        }
        #expect(result.exitCode == 2)
        #expect(
            result.errors.contains(
                /error: cannot write --events .*events: it was removed while the run went on; \d+ lines? (is|are) missing\n/
            ),
            "\(result.errors)"
        )
        #expect(!result.errors.contains("; 0 lines"))
    }

    @Test("is written anew when it is among the files of --csv, and said when lines of it are gone")
    func csv() async throws {
        let mock = try MockServer(MockConfiguration())
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 100_000)
        let prefix = data.path + "/out"
        let names = ["stats", "stats_history", "failures", "exceptions", "streaming"]
        let files = names.map { "\(prefix)_\($0).csv" }
        let result = try await Program.loadtest.run(
            ["--headless", "-H", mock.url, "--data", data.path + "/a.json", "--csv", prefix]
        ) { handle in
            let isSo2 = try await becomesTrue { files.allSatisfy { size($0) > 0 } }
            #expect(isSo2)
            for file in files { #expect(unlink(file) == 0) }
            _ = try await handle.errorLine(beginning: "error: cannot write --csv")
            let isSo3 = try await becomesTrue { files.allSatisfy(exists) }
            #expect(isSo3)
            handle.send(SIGINT)
        }
        #expect(result.exitCode == 2)
        let problem =
            "error: cannot write --csv \(prefix)_stats_history.csv: it was removed while the run went on; "
            + "lines before are missing\n"
        #expect(result.errors.components(separatedBy: problem).count == 2, "said once: \(result.errors)")
        for file in files {
            #expect(try String(contentsOfFile: file, encoding: .utf8).contains(","), "a head, at least: \(file)")
        }
        #expect(try String(contentsOfFile: files[1], encoding: .utf8).hasPrefix("Timestamp,"))
    }
}
