import Foundation
import LoadEngine
import LoadModel
import MockAssistant
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite("A run that does not fit", .timeLimit(.minutes(5)), .amongFew)
struct FitTests {
    @Test("does not start: no connection is made, and the message says what would fit")
    func openFiles() async throws {
        let mock = try MockServer(MockConfiguration())
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 200)
        let command =
            "ulimit -n 60; exec \(Program.loadtest.path) --headless -u 100 -r 1000 -H \(mock.url) "
            + "--data \(data.path)/a.json"
        let result = try await Program(path: "/bin/bash").run("-c", command)
        #expect(result.exitCode == 2)
        #expect(result.errors.contains("error: cannot start 100 users"))
        #expect(result.errors.contains("need 126 open files; it may have 60"), "\(result.errors)")
        #expect(result.errors.contains("ulimit -n"))
        #expect(result.errors.contains("at most "))
        #expect(mock.counters.acceptedConnections == 0)
    }

    @Test("is told of a page as well: its connections need open files")
    func page() async throws {
        let data = try TemporaryFolder.data(invocations: 1)
        let command =
            "ulimit -n 100; exec \(Program.loadtest.path) --web-port 0 -H http://127.0.0.1:9 --data \(data.path)/a.json"
        let result = try await Program(path: "/bin/bash").run("-c", command)
        #expect(result.exitCode == 2)
        #expect(result.errors.contains("error: cannot serve the web page: it needs "), "\(result.errors)")
    }

    @Test("is no matter of users that have nothing to play")
    func idleUsers() async throws {
        let mock = try MockServer(MockConfiguration())
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 3)
        let result = try await Program.loadtest.run(
            ["--headless", "-u", "1000000", "-r", "1000", "-H", mock.url, "--data", data.path + "/a.json"]
        )
        #expect(result.exitCode == 0, "\(result.errors)")
        let note = "note: 3 conversations for 1000000 users: at most 3 play at the same time; raise \"invocations\""
        #expect(result.errors.hasPrefix(note), "\(result.errors)")
    }

    @Test("names ports as well, and the address is checked before the run")
    func ports() async throws {
        let data = try TemporaryFolder.data(invocations: 1_000_000)
        let start =
            ["--headless", "-u", "900000", "-r", "1", "-H", "http://127.0.0.1:9"] + ["--data", data.path + "/a.json"]
        let refused = try await Program.loadtest.run(start)
        #expect(refused.exitCode == 2)
        #expect(refused.errors.contains("local ports"))
        #expect(refused.errors.contains("--source-address"))
        let foreign = try await Program.loadtest.run(start + ["--source-address", "192.0.2.1"])
        #expect(foreign.exitCode == 64)
        #expect(foreign.errors.contains("source address 192.0.2.1: this machine does not have it"))
        let other = try await Program.loadtest.run(start + ["--source-address", "::1"])
        #expect(other.exitCode == 2)
        #expect(other.errors.contains("no IPv6 address"))
    }
}

@Suite("Too few open files in the middle of a run", .timeLimit(.minutes(5)), .amongFew)
struct LateLimitTests {
    /// Sets how many files a running process may have open.
    private static func setLimit(_ count: Int, of process: pid_t) async throws {
        let result = try await Program(path: "/usr/bin/prlimit").run("--pid", "\(process)", "--nofile=\(count):20")
        #expect(result.exitCode == 0, "\(result.errors)")
    }

    @Test("is the generator's own fault, not the server's")
    func clientLimit() async throws {
        var configuration = MockConfiguration()
        configuration.script.events = 1_000_000
        let mock = try MockServer(configuration)
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 1_000)
        let (file, events) = (data.path + "/summary", data.path + "/events")
        let result = try await Program.loadtest.run(
            ["--headless", "-u", "1000", "-r", "5", "-H", mock.url, "--data", data.path + "/a.json", "--summary", file]
                + ["--events", events]
        ) { program in
            let isRunning = try await becomesTrue { mock.counters.openStreams >= 3 }
            #expect(isRunning)
            // Whoever took them: now no further descriptor can be had.
            try await Self.setLimit(3, of: program.processID)
            let errorsAreCounted = try await becomesTrue { mock.counters.acceptedConnections >= 3 }
            #expect(errorsAreCounted)
            // The spawn rate brings further users; some of them find no descriptor.
            let isRefused = try await becomesTrue {
                (try? String(contentsOfFile: events, encoding: .utf8))?.contains("client_limit") == true
            }
            #expect(isRefused)
            // What is written in the end needs one.
            try await Self.setLimit(20, of: program.processID)
            program.send(SIGINT)
        }
        #expect(result.exitCode == 130, "\(result.errors)")
        let summary = try JSONDecoder().decode(Summary.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
        #expect(summary.outcomes["client_limit"] ?? 0 > 0)
        #expect(Set(summary.outcomes.keys) == ["cancelled", "client_limit"])
        #expect(summary.outcomeDetails["client_limit"]?.examples.first?.contains("open files") == true)
    }
}
