import Foundation
import LoadModel
import LoadProcesses
import MockAssistant
import Synchronization
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// The example `Share`: a program that embeds the library, and neither handles signals nor has a command for its children.
@Suite("A program of others whose run several processes share", .timeLimit(.minutes(5)), .amongFew)
struct SharedRunTests {
    private func mock(events: Int, interval: Duration = .milliseconds(1), fault: Fault? = nil) throws -> MockServer {
        var configuration = MockConfiguration()
        configuration.script.events = events
        configuration.script.firstToken = .milliseconds(1)
        configuration.script.interval = interval
        if let fault { configuration.script.faults = [FaultShare(fault, percent: 100)] }
        return try MockServer(configuration)
    }

    @Test("plays each invocation once, and adds up what was counted")
    func plays() async throws {
        let mock = try mock(events: 3)
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 31)
        let result = try await Program.share.run(mock.url, data.path)
        #expect(result.exitCode == 0, "\(result.errors)")
        #expect(result.output == "31 turns completed, 0 failed, in 2 processes\n")
        #expect(result.errors.isEmpty, "\(result.errors)")
        #expect(mock.counters.posts == 31)
    }

    @Test("has its hooks called where turns are played, and may print there")
    func hooks() async throws {
        let mock = try mock(events: 3, fault: .http500)
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 20)
        let result = try await Program.share.run(mock.url, data.path)
        #expect(result.output == "0 turns completed, 20 failed, in 2 processes\n")
        let lines = result.errors.split(separator: "\n")
        #expect(lines == Array(repeating: "turn 1: http_status", count: 20))
    }

    @Test("is told of a process that was lost, and has the result of the others")
    func lost() async throws {
        let mock = try mock(events: 100, interval: .milliseconds(20))
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 20)
        let result = try await Program.share.run(mock.url, data.path) { program in
            let isRunning = try await becomesTrue { mock.counters.openStreams == 10 }
            #expect(isRunning)
            kill(try #require(ProcessTable.children(of: program.processID).first), SIGKILL)
        }
        #expect(result.exitCode == 0, "\(result.errors)")
        #expect(result.output.contains(/error: process [12] of 2 was lost: signal 9\n/), "\(result.output)")
        #expect(result.output.contains(/\n1\d turns completed, 0 failed, in 2 processes\n/), "\(result.output)")
    }

    @Test("leaves nothing behind when it is ended", arguments: [SIGINT, SIGKILL])
    func ended(signal: Int32) async throws {
        let mock = try mock(events: 1_000_000)
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 20)
        var children: [pid_t] = []
        let result = try await Program.share.run([mock.url, data.path], hasOwnGroup: true) { program in
            let isRunning = try await becomesTrue { mock.counters.openStreams == 10 }
            #expect(isRunning)
            children = ProcessTable.children(of: program.processID)
            // A terminal's Ctrl-C goes to all of the group.
            kill(signal == SIGINT ? -program.processID : program.processID, signal)
        }
        #expect(result.exitCode == 1_000 + Int(signal))
        #expect(children.count == 2)
        let areGone = try await becomesTrue { children.allSatisfy(ProcessTable.isGone) }
        #expect(areGone)
    }

    @Test("stands still with its processes at Ctrl-Z, and none is given up for it")
    func standstill() async throws {
        let mock = try mock(events: 20, interval: .milliseconds(10))
        defer { mock.stop() }
        let data = try TemporaryFolder.data(invocations: 100)
        let result = try await Program.share.run([mock.url, data.path], hasOwnGroup: true) { program in
            let isRunning = try await becomesTrue { mock.counters.posts > 20 }
            #expect(isRunning)
            let all = [program.processID] + ProcessTable.children(of: program.processID)
            #expect(all.count == 3)
            kill(-program.processID, SIGTSTP)
            let stand = try await becomesTrue { all.allSatisfy(ProcessTable.isStopped) }
            #expect(stand)
            kill(-program.processID, SIGCONT)
        }
        #expect(result.output == "100 turns completed, 0 failed, in 2 processes\n", "\(result.errors)")
    }

    private func configuration(host: String, users: Int = 2) -> EngineConfiguration {
        let turn = Conversation.Turn(role: "user", content: "Hi")
        var configuration = EngineConfiguration(
            host: host,
            conversations: [Conversation(name: "a", invocations: 4, turns: [turn])]
        )
        configuration.users = users
        configuration.spawnRate = 1_000
        return configuration
    }

    @Test("plays itself where there are users for one process only")
    func oneProcess() async throws {
        let mock = try mock(events: 3)
        defer { mock.stop() }
        let turns = Mutex(0)
        let run = try await LoadRun.start(
            configuration(host: mock.url, users: 1),
            processes: 4,
            by: ShareProgram(path: "/no/such/program", arguments: []),
            hooks: EngineHooks(onTurnDecided: { _ in turns.withLock { $0 += 1 } })
        )
        let result = try await run.result()
        #expect(result[.completed] == 4 && result.run.processes == 1)
        #expect(turns.withLock { $0 } == 4)
    }

    @Test("is told what is wrong with the number of its processes", arguments: [0, -1, 257])
    func wrongNumber(_ number: Int) async throws {
        let error = await #expect(throws: LoadError.self) {
            try await LoadRun.start(
                configuration(host: "http://127.0.0.1:1"),
                processes: number,
                by: ShareProgram(arguments: [])
            )
        }
        let problems = (error?.underlying as? ConfigurationError)?.problems
        #expect(problems?.map { $0.fields.map(\.rawValue) } == [["processes"]])
    }

    @Test("starts no processes of processes without end where one does not see what it is to do")
    func careless() async throws {
        let data = try TemporaryFolder.data(invocations: 4)
        let run = ["--headless", "-u", "2", "--processes", "2", "-H", "http://127.0.0.1:1", "--data", data.path]
        let error = await #expect(throws: LoadError.self) {
            try await LoadRun.start(
                configuration(host: "http://127.0.0.1:1"),
                processes: 2,
                by: ShareProgram(path: Program.loadtest.path, arguments: run)
            )
        }
        #expect("\(error as Any)".contains("was lost: exit code 2"), "\(error as Any)")
    }

    @Test("is told when a process cannot be started, or ends at once", arguments: ["/no/such/program", "/bin/true"])
    func wrongProgram(path: String) async throws {
        // Their pipes have no reader: that must not end a program that leaves SIGPIPE as it is.
        await #expect(processExitsWith: .success) { [path = path as String] in
            signal(SIGPIPE, SIG_DFL)
            let turn = Conversation.Turn(role: "user", content: String(repeating: "a", count: 1_000_000))
            var configuration = EngineConfiguration(
                host: "http://127.0.0.1:1",
                conversations: [Conversation(name: "a", invocations: 4, turns: [turn])]
            )
            configuration.users = 2
            let program = ShareProgram(path: path, arguments: [])
            do {
                _ = try await LoadRun.start(configuration, processes: 2, by: program)
            } catch LoadError.engine(let error) where error.operation == "play the run in 2 processes" {
                return
            }
            fatalError("it has begun")
        }
    }
}
