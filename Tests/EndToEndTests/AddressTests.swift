import LoadEngine
import LoadModel
import MockAssistant
import TestSupport
import Testing

/// Names with several addresses; all of them are of the loopback, and only some have a server.
@Suite("A name with several addresses", .ownThreads, .timeLimit(.minutes(5)))
struct AddressTests {
    private func play(
        port: UInt16,
        _ addresses: [String],
        then others: [String] = [],
        users: Int = 6,
        change: (inout EngineConfiguration) -> Void = { _ in }
    ) throws -> Summary {
        var configuration = EngineConfiguration(
            host: "http://several.test:\(port)",
            conversations: [PlayedRun.conversation(invocations: users * 2, turns: 2)]
        )
        configuration.users = users
        configuration.spawnRate = 10_000
        change(&configuration)
        let target = try Target(url: configuration.host).resolved(to: addresses, then: others)
        return try ThreadBackend.start(RunPlan(CheckedConfiguration(configuration), target: target)).end.wait()
    }

    @Test("has its users spread over all of them, and each is counted", arguments: [3, 6, 350])
    func spread(users: Int) throws {
        let mock = try startMock { $0.host = "0.0.0.0" }
        defer { mock.stop() }
        let summary = try play(port: mock.port, ["127.0.0.1", "127.0.0.2", "127.0.0.3"], users: users) {
            $0.connectTimeout = .seconds(50)
            $0.firstTokenTimeout = .seconds(50)
        }
        #expect(summary.outcomes == ["completed": UInt64(users) * 4])
        let usages = try #require(summary.generator.addresses)
        #expect(usages.map(\.address) == ["127.0.0.1", "127.0.0.2", "127.0.0.3"])
        #expect(usages.reduce(0) { $0 + $1.turns } == UInt64(users) * 4)
        #expect(usages.allSatisfy { $0.turns >= 2 && $0.connections > 0 && $0.attempts == $0.connections }, "\(usages)")
        #expect(usages.reduce(0) { $0 + $1.connections } == summary.generator.connectionsOpened)
    }

    @Test("of which one is down goes on with the others, as every client does")
    func fallsOver() throws {
        let mock = try startMock()
        defer { mock.stop() }
        let summary = try play(port: mock.port, ["127.0.0.2", "127.0.0.1", "127.0.0.3"])
        #expect(summary.outcomes == ["completed": 24])
        let usages = try #require(summary.generator.addresses)
        #expect(usages.map(\.turns) == [0, 24, 0])
        #expect(usages[0].attempts > 0 && usages[0].connections == 0)
    }

    @Test("of which one does not answer at all goes on with the others within the connect timeout")
    func silentAddress() throws {
        let mock = try startMock()
        defer { mock.stop() }
        // Linux drops what comes to a socket whose queue of connections is full.
        let silent = try FullListener(address: "127.0.0.2", port: mock.port)
        defer { silent.close() }
        let summary = try play(port: mock.port, ["127.0.0.2", "127.0.0.1"], users: 4) {
            $0.connectTimeout = .seconds(2)
        }
        #expect(summary.outcomes == ["completed": 16], "\(summary.outcomeDetails)")
    }

    @Test("that close every second turn have had all the connections that were made")
    func refusedResends() throws {
        let answer = RawServer.Answer(parts: [.init(RawServer.chunked("data: [DONE]\n\n"))], ending: .keep)
        let server = try RawServer(answers: [answer, .init(parts: [.init("")], ending: .close)])
        defer { server.stop() }
        let port = try #require(UInt16(server.url.split(separator: ":")[2]))
        let summary = try play(port: port, ["127.0.0.1"], then: ["127.0.0.2"], users: 1) { $0.onFailure = .continue }
        let usages = try #require(summary.generator.addresses)
        #expect(usages[0].attempts == usages[0].connections && usages[0].connections > 1, "\(usages)")
    }

    @Test("has a last resort that is tried when all others fail, and is not used before")
    func lastResort() throws {
        let mock = try startMock()
        defer { mock.stop() }
        let failing = try play(port: mock.port, ["127.0.0.2", "127.0.0.3"], then: ["127.0.0.1"])
        #expect(failing.outcomes == ["completed": 24])
        #expect(failing.generator.addresses?.map(\.turns) == [0, 0, 24])
        let working = try play(port: mock.port, ["127.0.0.1"], then: ["127.0.0.2"])
        #expect(working.generator.addresses?.map(\.attempts).last == 0)
    }

    @Test("all of which are down is refused")
    func allDown() throws {
        let mock = try startMock()
        mock.stop()
        let summary = try play(port: mock.port, ["127.0.0.2", "127.0.0.3"])
        #expect(summary.outcomes == ["connect_refused": 12])
    }

    @Test("reached over kept connections is looked at before each use, whichever address was taken")
    func unasked() throws {
        let body = RawServer.chunk("data: a\n\ndata: [DONE]\n\n") + "0\r\n\r\n"
        let head = RawServer.head + "Transfer-Encoding: chunked\r\nX-Padding: "
        let padding = String(repeating: "p", count: 2_048 - head.utf8.count - 4 - body.utf8.count)
        let unasked = RawServer.chunked("data: nobody\n\ndata: [DONE]\n\n")
        let server = try RawServer(head + padding + "\r\n\r\n" + body + unasked, then: .keep)
        defer { server.stop() }
        let port = try #require(UInt16(server.url.split(separator: ":")[2]))
        let summary = try play(port: port, ["127.0.0.2", "127.0.0.1"], users: 2)
        #expect(summary.outcomes == ["completed": 8])
        #expect(summary.events.total == 8)
    }
}
