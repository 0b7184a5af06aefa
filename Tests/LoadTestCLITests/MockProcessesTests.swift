import Foundation
import MockAssistant
import TestSupport
import Testing

@Suite("loadtest mock --processes", .timeLimit(.minutes(5)), .amongFew)
struct MockProcessesTests {
    private static let mock = ["mock", "--port", "0", "--processes", "3"]

    /// One line of the log.
    private struct LogLine: Decodable {
        let session: String
        let process: Int
        let completed: Bool
    }

    @Test(
        "All processes answer at one URL and write whole lines into one log; a signal ends them",
        arguments: [SIGINT, SIGTERM]
    )
    func serves(signal: Int32) async throws {
        let data = try TemporaryFolder.data(invocations: 64)
        let log = try data.write("an old line", to: "log")
        var children: [pid_t] = []
        let result = try await Program.loadtest.run(Self.mock + ["--log", log]) { mock in
            let url = try await mock.firstLine()
            children = ProcessTable.children(of: mock.processID)
            // As many connections as users: each waits for its first token when the last one starts. All of the processes
            // listen by now, or the log below would lack one.
            let run = try await Program.loadtest.run(
                ["--headless", "-u", "64", "-r", "10000", "-H", url, "--data", data.path + "/a.json"]
            )
            #expect(run.exitCode == 0, "\(run.errors)")
            mock.send(signal)
        }
        #expect(result.exitCode == 0)
        #expect(result.errors.isEmpty)
        #expect(result.output.split(separator: "\n").count == 1 && result.output.hasPrefix("http://127.0.0.1:"))
        #expect(children.count == 3)
        // Already now: the program does not end before them.
        #expect(children.allSatisfy(ProcessTable.isGone))
        let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map {
            try JSONDecoder().decode(LogLine.self, from: Data($0.utf8))
        }
        #expect(lines.count == 64 && Set(lines.map(\.session)).count == 64)
        #expect(lines.allSatisfy { $0.completed })
        // The system picks by the client's port: that 64 connections leave one out is possible once in 10¹¹ times.
        #expect(Set(lines.map(\.process)) == [1, 2, 3])
    }

    @Test("None stays behind when the program is killed")
    func killed() async throws {
        var children: [pid_t] = []
        let result = try await Program.loadtest.run(Self.mock) { mock in
            _ = try await mock.firstLine()
            children = ProcessTable.children(of: mock.processID)
            mock.send(SIGKILL)
        }
        #expect(result.exitCode == 1_000 + Int(SIGKILL))
        #expect(children.count == 3)
        let areGone = try await becomesTrue { children.allSatisfy(ProcessTable.isGone) }
        #expect(areGone)
    }

    @Test("One that ends by itself is reported, ends the others, and the program with 2")
    func childKilled() async throws {
        var children: [pid_t] = []
        let result = try await Program.loadtest.run(Self.mock) { mock in
            _ = try await mock.firstLine()
            children = ProcessTable.children(of: mock.processID)
            kill(try #require(children.first), SIGKILL)
        }
        #expect(result.exitCode == 2)
        #expect(children.count == 3)
        #expect(children.allSatisfy(ProcessTable.isGone))
        let pid = try #require(children.first)
        #expect(result.errors.contains(/process [123], pid (\d+), has ended: signal 9/))
        #expect(result.errors.contains("pid \(pid),"), "\(result.errors)")
        #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    }

    @Test("A port that is taken is refused, by one process and by several, whoever has it")
    func portTaken() async throws {
        func expectTaken(_ port: String) async throws {
            for processes in ["1", "2"] {
                let result = try await Program.loadtest.run("mock", "--port", port, "--processes", processes)
                #expect(result.exitCode == 2)
                #expect(
                    result.errors.contains("port \(port)") && result.errors.contains("--port 0"),
                    "\(result.errors)"
                )
                #expect(result.output.isEmpty)
            }
        }
        let alone = try MockServer(MockConfiguration())
        defer { alone.stop() }
        try await expectTaken("\(alone.port)")
        let result = try await Program.loadtest.run(Self.mock) { mock in
            let url = try await mock.firstLine()
            try await expectTaken(try #require(url.split(separator: ":").last.map(String.init)))
            mock.send(SIGTERM)
        }
        #expect(result.exitCode == 0)
    }

    @Test("The end of the standard input ends all of them when that is asked for")
    func inputEnds() async throws {
        let folder = try TemporaryFolder()
        let pipe = folder.path + "/input"
        #expect(mkfifo(pipe, 0o600) == 0)
        let input = open(pipe, O_RDWR | O_CLOEXEC)
        let command = "exec \(Program.loadtest.path) \(Self.mock.joined(separator: " ")) --until-stdin-closes < \(pipe)"
        var children: [pid_t] = []
        let result = try await Program(path: "/bin/bash").run("-c", command) { mock in
            _ = try await mock.firstLine()
            children = ProcessTable.children(of: mock.processID)
            #expect(children.count == 3)
            #expect(children.allSatisfy { !ProcessTable.isGone($0) })
            close(input)
        }
        #expect(result.exitCode == 0, "\(result.errors)")
        #expect(children.allSatisfy(ProcessTable.isGone))
    }

    @Test("One that somebody has stopped does not keep the others from their end")
    func stopped() async throws {
        var children: [pid_t] = []
        let result = try await Program.loadtest.run(Self.mock) { mock in
            _ = try await mock.firstLine()
            children = ProcessTable.children(of: mock.processID)
            kill(try #require(children.first), SIGSTOP)
            mock.send(SIGTERM)
        }
        #expect(result.exitCode == 2)
        #expect(result.errors.contains("cannot end 1 of 3 processes of the mock assistant: they did not end within 2s"))
        #expect(children.allSatisfy(ProcessTable.isGone))
    }

    @Test("-1 is one process per core")
    func onePerCore() async throws {
        let cores = ProcessInfo.processInfo.activeProcessorCount
        let result = try await Program.loadtest.run("mock", "--port", "0", "--processes", "-1") { mock in
            _ = try await mock.firstLine()
            #expect(ProcessTable.children(of: mock.processID).count == (cores == 1 ? 0 : cores))
            mock.send(SIGTERM)
        }
        #expect(result.exitCode == 0)
    }

    @Test("One that ends before it serves ends the others, and the program with 2")
    func endsBeforeItServes() async throws {
        var children: [pid_t] = []
        let result = try await Program.loadtest.run(Self.mock) { mock in
            let isStarted = try await becomesTrue { !ProcessTable.children(of: mock.processID).isEmpty }
            #expect(isStarted)
            children = ProcessTable.children(of: mock.processID)
            kill(try #require(children.first), SIGKILL)
        }
        #expect(result.exitCode == 2)
        // It may have served already: then the program cannot go on.
        #expect(result.errors.contains(/process [123].* signal 9/), "\(result.errors)")
        #expect(children.allSatisfy(ProcessTable.isGone))
    }

    @Test("Too few open files for as many processes are refused before any is started")
    func fewDescriptors() async throws {
        let command = "ulimit -n 64; exec \(Program.loadtest.path) mock --port 0 --processes 100"
        let result = try await Program(path: "/bin/bash").run("-c", command)
        #expect(result.exitCode == 2)
        #expect(result.errors.contains("cannot start 100 processes: "), "\(result.errors)")
        #expect(result.errors.contains("the system allows 64; "), "\(result.errors)")
        #expect(result.output.isEmpty)
    }

    @Test("The log may be a descriptor of the program's own")
    func logOfTheProgram() async throws {
        let data = try TemporaryFolder.data(invocations: 8)
        let log = data.path + "/log"
        let command = "exec \(Program.loadtest.path) \(Self.mock.joined(separator: " ")) --log /dev/fd/3 3>>\(log)"
        let result = try await Program(path: "/bin/bash").run("-c", command) { mock in
            let url = try await mock.firstLine()
            let run = try await Program.loadtest.run(["--headless", "-H", url, "--data", data.path + "/a.json"])
            #expect(run.exitCode == 0, "\(run.errors)")
            mock.send(SIGTERM)
        }
        #expect(result.exitCode == 0, "\(result.errors)")
        #expect(try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").count == 8)
    }

    @Test("Lines that the log lacks end the program with 2")
    func lostLines() async throws {
        let data = try TemporaryFolder.data(invocations: 8)
        let result = try await Program.loadtest.run(Self.mock + ["--log", "/dev/full"]) { mock in
            let url = try await mock.firstLine()
            let run = try await Program.loadtest.run(["--headless", "-H", url, "--data", data.path + "/a.json"])
            #expect(run.exitCode == 0, "\(run.errors)")
            mock.send(SIGTERM)
        }
        #expect(result.exitCode == 2)
        #expect(result.errors.contains("the log /dev/full lacks "), "\(result.errors)")
    }

    @Test(
        "A log that several cannot write is refused before any is started",
        arguments: ["/no/such/folder/log", "/dev/stdout"]
    )
    func wrongLog(path: String) async throws {
        let result = try await Program.loadtest.run(Self.mock + ["--log", path])
        #expect(result.exitCode == 2)
        #expect(result.errors.contains("error: cannot write the log \(path): "), "\(result.errors)")
        #expect(result.errors.split(separator: "\n").count == 1, "\(result.errors)")
        #expect(result.output.isEmpty)
    }
}
