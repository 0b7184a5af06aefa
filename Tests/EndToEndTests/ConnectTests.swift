import Foundation
import LoadEngine
import LoadModel
import MockAssistant
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// A port that takes no connection: its queue of connections is full, so that further ones stay without an answer.
private final class FullPort {
    let port: UInt16
    private var sockets: [Int32] = []

    init() throws {
        let listener = Self.makeSocket(flags: 0)
        sockets.append(listener)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 0) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard isListening else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        port = UInt16(bigEndian: address.sin_port)
        for _ in 0..<4 {
            let client = Self.makeSocket(flags: Int32(SOCK_NONBLOCK.rawValue))
            sockets.append(client)
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = connect(client, $0, length) }
            }
        }
    }

    deinit { for socket in sockets { close(socket) } }

    private static func makeSocket(flags: Int32) -> Int32 {
        socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | flags, 0)
    }
}

@Suite("Connecting", .ownThreads)
struct ConnectTests {
    @Test("that gets no answer is a connect_timeout", .timeLimit(.minutes(5)))
    func connectTimeout() throws {
        let full = try FullPort()
        let url = "http://127.0.0.1:\(full.port)"
        let run = try PlayedRun.play(url, [PlayedRun.conversation(invocations: 3)]) {
            $0.users = 3
            $0.connectTimeout = .milliseconds(200)
        }
        withExtendedLifetime(full) {}
        #expect(run.violations == [])
        #expect(run.outcomes == ["connect_timeout": 3])
    }

    @Test("to a name goes to the address that was resolved before the run", .timeLimit(.minutes(5)))
    func name() throws {
        let mock = try startMock()
        defer { mock.stop() }
        let run = try PlayedRun.play("http://localhost:\(mock.port)", [PlayedRun.conversation(invocations: 4)])
        #expect(run.outcomes == ["completed": 4])
    }

    @Test("to an IPv6 address works", .timeLimit(.minutes(5)))
    func ipv6() throws {
        let mock = try startMock { $0.host = "::1" }
        defer { mock.stop() }
        let run = try PlayedRun.play(mock.url, [PlayedRun.conversation(invocations: 2)])
        #expect(run.outcomes == ["completed": 2])
    }

    @Test("to a name that does not exist stops the run before it starts")
    func unknownName() {
        #expect(throws: EngineError.self) {
            try PlayedRun.play("http://no-such-host.invalid", [PlayedRun.conversation(invocations: 1)])
        }
    }

    @Test("spreads many users over several multis", .timeLimit(.minutes(5)))
    func manyUsers() throws {
        let mock = try startMock(events: 5, firstToken: .milliseconds(300), interval: .milliseconds(20))
        defer { mock.stop() }
        let run = try PlayedRun.play(mock.url, [PlayedRun.conversation(invocations: 1_400)]) {
            $0.users = 700
            // Under a sanitizer on a busy machine this is many times slower.
            $0.connectTimeout = .seconds(50)
            $0.firstTokenTimeout = .seconds(50)
            $0.idleTimeout = .seconds(50)
        }
        #expect(run.violations == [])
        #expect(run.outcomes == ["completed": 1_400])
        #expect(run.summary.events.total == 7_000)
        #expect(mock.counters.peakStreams > 500)
    }
}

@Suite("The connections of a run", .ownThreads, .timeLimit(.minutes(5)))
struct ConnectionsTests {
    @Test("come from the source address that was asked for")
    func sourceAddress() throws {
        let mock = try startMock(events: 100_000)
        defer { mock.stop() }
        func connections(from address: String) throws -> Int {
            PortsInUse(toAddress: "127.0.0.1", port: Int(mock.port))
                .count(in: 1...65_535, from: try SourceAddress.parse(address)[0])
        }
        let run = try PlayedRun.play(mock.url, [PlayedRun.conversation(invocations: 5)]) {
            $0.users = 5
            $0.sourceAddresses = ["127.0.0.77"]
        } whileRunning: { run in
            let areThere = becomesTrue { mock.counters.openStreams == 5 }
            #expect(areThere)
            // Listeners are in the count of every address, and come and go with the tests that run beside this one.
            let areOurs = try becomesTrue {
                let others = try connections(from: "127.0.0.78")
                return try connections(from: "127.0.0.77") == 5 + others
            }
            #expect(areOurs)
            run.stop()
        }
        #expect(run.violations == [])
    }

    @Test("are new for every turn when none is to be kept")
    func fresh() throws {
        let mock = try startMock()
        defer { mock.stop() }
        let run = try PlayedRun.play(mock.url, [PlayedRun.conversation(invocations: 4, turns: 3)]) {
            $0.keepsConnections = false
        }
        #expect(run.outcomes == ["completed": 12])
        #expect(run.summary.generator.connectionsOpened == 12)
        #expect(mock.counters.acceptedConnections == 12)
    }
}
