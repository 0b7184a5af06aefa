import Foundation
import LoadEngine
import MockAssistant
import TestSupport
import Testing

@Suite("loadtest run --csv", .timeLimit(.minutes(5)), .amongFew)
struct CSVTests {
    private static let statsHead =
        "Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response Time,"
        + "Max Response Time,Average Content Size,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%"
    private static let historyHead =
        "Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,66%,75%,80%,90%,95%,98%,99%,99.9%,99.99%,100%,"
        + "Total Request Count,Total Failure Count,Total Median Response Time,Total Average Response Time,"
        + "Total Min Response Time,Total Max Response Time,Total Average Content Size"

    private func lines(_ path: String) throws -> [[String]] {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.hasSuffix("\r\n"))
        return text.components(separatedBy: "\r\n").dropLast().map { $0.components(separatedBy: ",") }
    }

    @Test("writes Locust's files with the numbers of the result, and report writes them again")
    func files() async throws {
        let folder = try TemporaryFolder()
        let prefix = folder.path + "/run"
        let result = try await Program.loadtest.run(
            ["--headless", "-u", "55", "-r", "1000", "--mock", "--csv", prefix, "--csv-full-history"]
                + ["--summary", folder.path + "/s.json", "--json-file", folder.path + "/numbers"]
        )
        #expect(result.exitCode == 0, "\(result.errors)")
        let stats = try lines(prefix + "_stats.csv")
        #expect(stats[0].joined(separator: ",") == Self.statsHead)
        #expect(stats.count == 9)
        #expect(stats.allSatisfy { $0.count == stats[0].count })
        #expect(stats[2][..<4] == ["POST", "conversation_A", "50", "0"])
        #expect(stats[8][..<4] == ["", "Aggregated", "230", "0"])
        let history = try lines(prefix + "_stats_history.csv")
        #expect(history[0].joined(separator: ",") == Self.historyHead)
        #expect(history.count > 8 && history.allSatisfy { $0.count == history[0].count })
        #expect(history.last?[17] == "230")
        #expect(
            try lines(prefix + "_failures.csv") == [
                ["Method", "Name", "Error", "Occurrences", "First Seen", "Last Seen"]
            ]
        )
        #expect(try lines(prefix + "_exceptions.csv") == [["Count", "Message", "Traceback", "Nodes"]])
        #expect(try lines(prefix + "_streaming.csv").count == 9)
        let json = try JSONSerialization.jsonObject(
            with: Data(contentsOf: URL(fileURLWithPath: folder.path + "/numbers.json"))
        )
        let entries = try #require(json as? [[String: Any]])
        let perSecond = entries.compactMap { $0["num_reqs_per_sec"] as? [String: Int] }
        #expect(perSecond.count == 7 && perSecond.flatMap(\.values).reduce(0, +) == 230)

        let again = try await Program.loadtest.run("report", folder.path + "/s.json", "--csv", folder.path + "/again")
        #expect(again.exitCode == 0, "\(again.errors)")
        for name in ["stats", "failures", "exceptions", "streaming"] {
            let first = try String(contentsOfFile: "\(prefix)_\(name).csv", encoding: .utf8)
            #expect(try String(contentsOfFile: "\(folder.path)/again_\(name).csv", encoding: .utf8) == first, "\(name)")
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/again_stats_history.csv"))
    }

    @Test("leaves whole files behind when the program is killed")
    func killed() async throws {
        var configuration = MockConfiguration()
        configuration.script.events = 5
        configuration.script.interval = .milliseconds(5)
        let mock = try MockServer(configuration)
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 1_000_000)
        let prefix = data.path + "/run"
        _ = try await Program.loadtest.run(
            ["--headless", "-u", "5", "-r", "1000", "-H", mock.url, "--data", data.path + "/a.json", "--csv", prefix]
        ) { program in
            let isWritten = try await becomesTrue {
                (try? lines(prefix + "_stats.csv").last?[2]).flatMap { UInt64($0) } ?? 0 > 0
            }
            #expect(isWritten)
            program.send(SIGKILL)
        }
        for name in ["stats", "stats_history", "failures", "exceptions", "streaming"] {
            let found = try lines("\(prefix)_\(name).csv")
            #expect(found.allSatisfy { $0.count == found[0].count }, "\(name)")
        }
    }

    @Test(
        "costs that file only when its disk becomes full: whole lines stay, the run goes on, and the program ends with 2"
    )
    func becomesFull() async throws {
        var configuration = MockConfiguration()
        configuration.script.events = 1
        configuration.script.firstToken = .milliseconds(250)
        let mock = try MockServer(configuration)
        defer { mock.stop() }
        let folder = try TemporaryFolder()
        let name = String(repeating: "n", count: 200)
        try folder.write(
            #"{"name": "\#(name)", "invocations": 1000000, "conversation": [{"role": "u", "content": ""}]}"#,
            to: "a.json"
        )
        let prefix = folder.path + "/run"
        // The system refuses to make any file longer than 3 KiB, which only the history is after a few seconds.
        let result = try await Program(path: "/bin/bash").run(
            ["-c", "ulimit -f 3; exec \"$0\" \"$@\"", Program.loadtest.path, "--headless", "-H", mock.url]
                + ["--data", folder.path + "/a.json", "--csv", prefix, "--csv-full-history"]
        ) { program in
            // How soon it is full depends on how often the machine lets it grow.
            _ = try await program.errorLine(beginning: "error: cannot write --csv")
            let before = mock.counters.posts
            let goesOn = try await becomesTrue { mock.counters.posts > before + 4 }
            #expect(goesOn)
            program.send(SIGINT)
        }
        #expect(result.exitCode == 2, "\(result.errors)")
        let problem = "error: cannot write --csv \(prefix)_stats_history.csv: File too large\n"
        #expect(result.errors.components(separatedBy: problem).count == 2, "said once: \(result.errors)")
        let completed = try #require(result.errors.firstMatch(of: /1000000 planned, (\d+) completed/)?.1)
        let history = try lines(prefix + "_stats_history.csv")
        #expect(history.count > 1 && history.allSatisfy { $0.count == history[0].count })
        #expect(try lines(prefix + "_stats.csv").last?[..<3] == ["", "Aggregated", String(completed)])
        #expect(try lines(prefix + "_streaming.csv").count == 3)
    }

    @Test(
        "refuses before the run what cannot be written",
        arguments: [
            ["--csv", "/no/such/folder/x"], ["--csv-full-history"], ["--csv", ""],
            ["--json-file", "/no/such/folder/x"],
        ]
    )
    func refused(options: [String]) async throws {
        let result = try await Program.loadtest.run(["--headless", "--mock"] + options)
        #expect(result.exitCode == 64)
        #expect(result.errors.contains(options[0]), "\(result.errors)")
    }

    @Test("does not wait for ever where the history is a pipe that nobody reads")
    func pipe() async throws {
        let mock = try MockServer(MockConfiguration())
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 2)
        let folder = try TemporaryFolder()
        #expect(mkfifo(folder.path + "/out_stats_history.csv", 0o600) == 0)
        let result = try await Program.loadtest.run(
            "--headless",
            "-H",
            mock.url,
            "--data",
            data.path,
            "--csv",
            folder.path + "/out"
        )
        // Before anything is sent.
        #expect(result.exitCode == 64)
        #expect(result.errors.contains("out_stats_history.csv: nobody reads this pipe"), "\(result.errors)")
        #expect(mock.counters.posts == 0)
    }
}
