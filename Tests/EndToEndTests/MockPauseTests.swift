import LoadEngine
import MockAssistant
import TestSupport
import Testing

@Suite("Mock assistant: pauses, and connections that nobody uses", .ownThreads)
struct MockPauseTests {
    /// When things happened in a turn, in ms since its request: pieces of reasoning, three events, and the end.
    private func moments(_ pauses: [ScriptPause], reasoning: Int = 0) throws -> [Double] {
        let log = MockLogFile()
        let server = try startMock(events: 3, firstToken: .zero, interval: .zero) {
            $0.logPath = log.path
            $0.logsEvents = true
            $0.script.pauses = pauses
            if reasoning > 0 {
                $0.api = .ollama
                $0.script.reasoningEvents = reasoning
            }
        }
        defer { server.stop() }
        let client = try MockClient(port: server.port)
        if reasoning > 0 {
            let api = DialectClient(.ollama)
            try client.send(api.request(api.body()))
        } else {
            try client.send(MockClient.turn())
        }
        #expect(try client.takeAnswer().status == 200)
        let line = try #require(try log.lines(count: 1).first)
        let reasoned = line.first_reasoning_ns.map { [$0] } ?? []
        return (reasoned + (line.sent_ns ?? []) + [line.end_ns]).map { Double($0 - line.request_ns) / 1e6 }
    }

    @Test("A pause comes after its event: before the first, between two, and before the end", arguments: 0...3)
    func pauses(after event: Int) throws {
        let moments = try moments([ScriptPause(after: event, .seconds(1))])
        #expect(moments.count == 4)
        // So long that nothing that should come at once is as late.
        #expect(moments.prefix(event).allSatisfy { $0 < 1_000 })
        #expect(moments.dropFirst(event).allSatisfy { $0 >= 1_000 })
    }

    @Test("A pause before the first event comes after the reasoning")
    func pauseAfterReasoning() throws {
        let moments = try moments([ScriptPause(after: 0, .seconds(1))], reasoning: 1)
        #expect(moments.count == 5 && moments[0] < 1_000 && moments[1] >= 1_000)
    }

    @Test("Pauses add up, each in its place")
    func severalPauses() throws {
        let moments = try moments([1, 2, 2].map { ScriptPause(after: $0, .milliseconds(60)) })
        #expect(moments[1] >= 60 && moments[2] >= 180 && moments[3] >= 180)
    }

    @Test("A pause is written with its event and its length")
    func parses() throws {
        var script = MockScript()
        try script.add(fault: "pause=5:2s")
        try script.add(fault: "pause=0:250ms")
        try script.add(fault: "stall=2.5")
        #expect(script.pauses == [ScriptPause(after: 5, .seconds(2)), ScriptPause(after: 0, .milliseconds(250))])
        #expect(script.faults == [FaultShare(.stall, percent: 2.5)])
        for text in ["pause=", "pause=5", "pause=5:", "pause=-1:2s", "pause=x:2s", "pause=5:2x", "pauses=5:2s"] {
            #expect(throws: ConfigurationError.self, "\(text)") { try script.add(fault: text) }
        }
        let error = #expect(throws: ConfigurationError.self) { try script.add(fault: "pause=5%") }
        #expect(error?.description.contains("pause=5:2s") == true)
    }

    @Test("A connection without a request is closed after a while, at whatever time")
    func keepAlive() throws {
        let server = try startMock { $0.keepAlive = .milliseconds(150) }
        defer { server.stop() }
        // Never used, used for a turn, used for something else, and used with half of a request.
        let fresh = try MockClient(port: server.port)
        let turn = try MockClient(port: server.port)
        let health = try MockClient(port: server.port)
        let half = try MockClient(port: server.port)
        #expect(try turn.playTurn().headers["connection"] == nil)
        try health.send("GET /health HTTP/1.1\r\n\r\n")
        #expect(try health.takeAnswer().status == 200)
        let request = MockClient.turn()
        try half.send(String(request.prefix(30)))
        for client in [fresh, turn, health] { #expect(client.takeEnd() == .closed) }
        // A request that has begun is waited for.
        try half.send(String(request.dropFirst(30)))
        #expect(try half.takeAnswer().status == 200)
        #expect(half.takeEnd() == .closed)
        #expect(becomesTrue { server.counters.openConnections == 0 })
    }

    @Test("A turn that takes longer than that is not cut")
    func keepAliveLetsTurnsGoOn() throws {
        let server = try startMock(events: 8, interval: .milliseconds(40)) { $0.keepAlive = .milliseconds(100) }
        defer { server.stop() }
        let client = try MockClient(port: server.port)
        for _ in 0..<2 { #expect(try client.playTurn().chunks.count == 9) }
        #expect(client.takeEnd() == .closed)
    }

    @Test("Without a limit, connections stay open")
    func keepsConnections() throws {
        #expect(throws: ConfigurationError.self) { try startMock { $0.keepAlive = .zero } }
        let server = try startMock()
        defer { server.stop() }
        let client = try MockClient(port: server.port)
        #expect(try client.playTurn().status == 200)
        #expect(try client.playTurn().status == 200)
        #expect(server.counters.acceptedConnections == 1)
    }
}
