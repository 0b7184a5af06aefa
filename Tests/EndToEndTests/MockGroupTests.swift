import Dispatch
import Foundation
import LoadEngine
import LoadModel
import MockAssistant
import Synchronization
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Within one process; `loadtest mock --processes` is tested with the program.
@Suite("Mock assistant: several that share a port", .ownThreads)
struct MockGroupTests {
    /// Starts a group's server.
    private func startMock(
        _ number: Int,
        of group: MockGroup,
        _ change: (inout MockConfiguration) -> Void = { _ in }
    ) throws -> MockServer {
        try EndToEndTests.startMock(events: 2) {
            $0.port = group.port
            $0.processNumber = number
            change(&$0)
        }
    }

    private func configuration(port: UInt16 = 0, log: MockLogFile? = nil) -> MockConfiguration {
        var configuration = MockConfiguration()
        configuration.port = port
        configuration.logPath = log?.path
        return configuration
    }

    @Test("All of them get connections, and write whole lines into one log, which is emptied once")
    func shares() throws {
        let log = MockLogFile()
        try "an old line\n".write(toFile: log.path, atomically: false, encoding: .utf8)
        let group = try MockGroup(configuration(log: log))
        defer { group.release() }
        #expect(try log.lines().isEmpty)
        var servers: [MockServer] = []
        defer { for server in servers { server.stop() } }
        for number in 1...3 {
            servers.append(try startMock(number, of: group) { $0.logPath = log.path })
            // What is in the log when the next one starts must stay there.
            _ = try MockClient(port: group.port).playTurn(session: "early")
            #expect(try log.lines(count: number).count == number)
        }
        // The system picks one by the client's port: that 64 connections leave one out is possible once in 10¹¹ times.
        let clients = try (0..<64).map { _ in try MockClient(port: group.port) }
        for (index, client) in clients.enumerated() { try client.send(MockClient.turn(session: "s\(index)")) }
        for client in clients { #expect(try client.takeAnswer().chunks.count == 3) }
        #expect(servers.allSatisfy { $0.counters.posts > 0 })
        let lines = try log.lines(count: 3 + 64)
        let sessions = ["early", "early", "early"] + (0..<64).map { "s\($0)" }
        #expect(lines.map(\.session).sorted() == sessions.sorted())
        for (index, server) in servers.enumerated() {
            #expect(lines.count { $0.process == index + 1 } == server.counters.posts)
        }
    }

    @Test("Nobody else gets the port, before and while they serve; everybody afterwards")
    func keepsOthersOut() throws {
        let group = try MockGroup(configuration())
        func expectTaken() {
            let error = #expect(throws: EngineError.self) { try EndToEndTests.startMock { $0.port = group.port } }
            #expect(error?.description.contains("port \(group.port)") == true)
            #expect(error?.description.contains("--port 0") == true)
            #expect(throws: EngineError.self) { try MockGroup(configuration(port: group.port)) }
        }
        #expect(throws: MockClient.Failure.notConnected(ECONNREFUSED)) { try MockClient(port: group.port) }
        expectTaken()
        let servers = try (1...2).map { try startMock($0, of: group) }
        let client = try MockClient(port: group.port)
        expectTaken()
        #expect(try client.playTurn().status == 200)
        for server in servers { server.stop() }
        expectTaken()
        group.release()
        // What is left of the connections holds up neither.
        try EndToEndTests.startMock { $0.port = group.port }.stop()
        try MockGroup(configuration(port: group.port)).release()
    }

    @Test("A port on which anybody listens is an error", arguments: ["127.0.0.1", "::1", "localhost"])
    func takenPort(host: String) throws {
        let server = try EndToEndTests.startMock { $0.host = host }
        defer { server.stop() }
        var configuration = configuration(port: server.port)
        configuration.host = host
        let error = #expect(throws: EngineError.self) { try MockGroup(configuration) }
        #expect(error?.description.contains("host \(host), port \(server.port)") == true)
        #expect(error?.description.contains("--port 0") == true)
    }

    @Test("Of many that want one port at the same moment, one gets it at most")
    func race() throws {
        let group = try MockGroup(configuration())
        let port = group.port
        group.release()
        let configuration = configuration(port: port)
        var winners = 0
        for _ in 0..<500 {
            let groups = Mutex<[MockGroup]>([])
            let servers = Mutex<[MockServer]>([])
            DispatchQueue.concurrentPerform(iterations: 8) { index in
                if index.isMultiple(of: 4) {
                    guard let server = try? MockServer(configuration) else { return }
                    servers.withLock { $0.append(server) }
                } else {
                    guard let group = try? MockGroup(configuration) else { return }
                    groups.withLock { $0.append(group) }
                }
            }
            let count = groups.withLock(\.count) + servers.withLock(\.count)
            #expect(count <= 1)
            winners += count
            groups.withLock { for group in $0 { group.release() } }
            servers.withLock { for server in $0 { server.stop() } }
        }
        #expect(winners > 0)
    }

    @Test("Each number has its own faults and pace from one seed, the same ones again in another run")
    func seeds() throws {
        func faults(of number: Int?) throws -> [String] {
            let log = MockLogFile()
            let server = try EndToEndTests.startMock(events: 1) {
                $0.processNumber = number
                $0.logPath = log.path
                $0.script.seed = 7
                $0.script.faults = [FaultShare(.http500, percent: 50)]
            }
            defer { server.stop() }
            let client = try MockClient(port: server.port)
            for _ in 0..<40 { _ = try client.playTurn() }
            return try log.lines(count: 40).map(\.fault)
        }
        let first = try [nil, 1, 2, 3].map(faults)
        #expect(try [nil, 1, 2, 3].map(faults) == first)
        #expect(Set(first).count == 4)
    }

    @Test("A log that cannot be shared is an error, and gives the port back")
    func wrongLogs() throws {
        let pipe = MockLogFile()
        #expect(mkfifo(pipe.path, 0o600) == 0)
        let reader = open(pipe.path, O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        let error = #expect(throws: EngineError.self) { try MockGroup(configuration(log: pipe)) }
        #expect(error?.description.contains(pipe.path) == true)
        #expect(error?.description.contains("pipe") == true)
        let server = try EndToEndTests.startMock()
        let port = server.port
        server.stop()
        var wrong = configuration(port: port)
        wrong.logPath = "/nonexistent/log"
        #expect(throws: EngineError.self) { try MockGroup(wrong) }
        try EndToEndTests.startMock { $0.port = port }.stop()
    }
}
