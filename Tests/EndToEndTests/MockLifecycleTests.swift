import Foundation
import LoadEngine
import LoadModel
import MockAssistant
import TestSupport
import Testing

@Suite("Mock assistant: connections and the server's own life", .ownThreads)
struct MockLifecycleTests {
    @Test("A client that leaves in the middle frees its stream, and the log says so")
    func clientLeaves() throws {
        let log = MockLogFile()
        let server = try startMock(events: 1_000_000) { $0.logPath = log.path }
        defer { server.stop() }
        let client = try MockClient(port: server.port)
        try client.send(MockClient.turn(session: "gone"))
        _ = try client.takeHead()
        #expect(try MockEvent(client.takeChunk())?.seq == 1)
        #expect(server.counters.openStreams == 1)
        client.close()
        let line = try #require(try log.lines(count: 1).first)
        #expect(line.session == "gone" && line.fault == "none" && !line.completed && line.events >= 1)
        #expect(becomesTrue { server.counters.openConnections == 0 })
        #expect(server.counters.openStreams == 0)
    }

    @Test("Places of closed connections are used again")
    func placesAreUsedAgain() throws {
        let server = try startMock(events: 1)
        defer { server.stop() }
        for round in 1...50 {
            let client = try MockClient(port: server.port)
            #expect(try client.playTurn().chunks.count == 2)
            #expect(server.counters.acceptedConnections == round)
        }
    }

    @Test("A client that does not read loses nothing, and holds up nobody else")
    func slowReader() throws {
        let events = 200_000
        let server = try startMock(events: events, firstToken: .zero, interval: .zero)
        defer { server.stop() }
        let slow = try MockClient(port: server.port, receiveBufferBytes: 4096)
        try slow.send(MockClient.turn())
        #expect(becomesTrue { server.counters.blockedSends > 0 })
        let other = try MockClient(port: server.port)
        try other.send("GET /health HTTP/1.1\r\n\r\n")
        #expect(try other.takeAnswer().status == 200)
        let answer = try slow.takeAnswer()
        #expect(answer.status == 200)
        var sequence = 0
        for line in answer.text.split(separator: "\n") {
            sequence += 1
            let isExpected = line.hasPrefix(sequence > events ? "data: [DONE]" : "data: {\"seq\":\(sequence),")
            try #require(isExpected, "line \(sequence): \(line)")
        }
        #expect(sequence == events + 1)
    }

    @Test("A huge event to a client that does not read arrives whole")
    func slowReaderOfAHugeEvent() throws {
        let server = try startMock(events: 2, fault: .hugeEvent)
        defer { server.stop() }
        let client = try MockClient(port: server.port, receiveBufferBytes: 4096)
        // The kernel takes a few MiB: several answers together are more.
        for _ in 0..<6 { try client.send(MockClient.turn()) }
        #expect(becomesTrue { server.counters.blockedSends > 0 })
        for _ in 0..<6 {
            let events = try client.takeAnswer().chunks.compactMap(MockEvent.init)
            #expect(events.map(\.seq) == [1, 2])
            #expect(events[0].text.utf8.count == 2 << 20)
        }
    }

    @Test("Requests that come ahead wait for a client that does not read, and are all answered")
    func slowReaderOfManyAnswers() throws {
        let server = try startMock()
        defer { server.stop() }
        let client = try MockClient(port: server.port, receiveBufferBytes: 4096)
        let request = "GET /health HTTP/1.1\r\n\r\n"
        let count = 100_000
        let descriptor = client.descriptor
        // The server stops reading when its answers are not read: the sender would wait for ever for this thread.
        let sender = Thread {
            let requests = Array(String(repeating: request, count: count).utf8)
            var sent = 0
            while sent < requests.count {
                let step = requests[sent...].withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, 0) }
                guard step > 0 else { return }
                sent += step
            }
        }
        sender.start()
        #expect(becomesTrue { server.counters.blockedSends > 0 })
        let expected = Array(String(repeating: Self.healthAnswer, count: 100).utf8)
        for _ in 0..<count / 100 { try #require(try client.take(expected.count) == expected) }
        #expect(server.counters.requests == count)
    }

    private static let healthAnswer =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{\"status\":\"ok\"}"

    @Test("The server can close idle connections between turns, unannounced")
    func closesIdleConnections() throws {
        for (idleClose, end) in [
            (MockConfiguration.IdleClose.afterTerminator(delayNs: 0), MockClient.Failure.closed),
            (.afterTerminator(delayNs: 5_000_000), .closed),
            (.resetAfterTerminator(delayNs: 5_000_000), .reset),
        ] {
            let server = try startMock { $0.closesAfterTurn = idleClose }
            defer { server.stop() }
            let client = try MockClient(port: server.port)
            // A connection whose next request has come already is not idle.
            try client.send(MockClient.turn() + MockClient.turn())
            for _ in 0..<2 {
                let answer = try client.takeAnswer()
                #expect(answer.chunks.count == 5)
                #expect(answer.headers["connection"] == nil)
            }
            #expect(client.takeEnd() == end)
        }
    }

    @Test("A connection that is used again in time is not idle")
    func usedConnectionsAreNotIdle() throws {
        let server = try startMock(events: 20, interval: .milliseconds(20)) {
            $0.closesAfterTurn = .afterTerminator(delayNs: 300_000_000)
        }
        defer { server.stop() }
        let client = try MockClient(port: server.port)
        #expect(try client.playTurn().chunks.count == 21)
        let request = MockClient.turn()
        try client.send(String(request.prefix(20)))
        // Longer than the server waits on an idle connection.
        #expect(try MockClient(port: server.port).playTurn().chunks.count == 21)
        try client.send(String(request.dropFirst(20)))
        #expect(try client.takeAnswer().chunks.count == 21)
        #expect(client.takeEnd() == .closed)
        #expect(server.counters.posts == 3)
    }

    @Test("stop ends open streams and logs them")
    func stops() throws {
        let log = MockLogFile()
        let server = try startMock(events: 1_000_000) { $0.logPath = log.path }
        let clients = try (0..<10).map { _ in try MockClient(port: server.port) }
        for (index, client) in clients.enumerated() { try client.send(MockClient.turn(session: "s\(index)")) }
        for client in clients { #expect(try client.takeHead().status == 200) }
        server.stop()
        for client in clients { #expect(client.takeEnd() != .timedOut) }
        #expect(try log.lines().map(\.session).sorted() == (0..<10).map { "s\($0)" })
        #expect(server.counters.openConnections == 0 && server.counters.openStreams == 0)
        #expect(throws: MockClient.Failure.notConnected(ECONNREFUSED)) { try MockClient(port: server.port) }
        server.stop()
    }

    @Test("stop closes the port before it cuts the first stream: who is cut and comes back is refused, not cut again")
    func stopsListeningFirst() throws {
        let server = try startMock(firstToken: .seconds(60))
        defer { server.stop() }
        let clients = try (0..<1_000).map { _ in try MockClient(port: server.port) }
        for client in clients { try client.send(MockClient.turn()) }
        #expect(becomesTrue { server.counters.openStreams == clients.count })
        Thread.detachNewThread { server.stop() }
        #expect(clients[0].takeEnd() != .timedOut)
        #expect(throws: MockClient.Failure.notConnected(ECONNREFUSED)) { try MockClient(port: server.port) }
    }

    @Test("A port that is taken is an error that says what to do")
    func portTaken() throws {
        let server = try startMock()
        defer { server.stop() }
        let error = #expect(throws: EngineError.self) { try startMock { $0.port = server.port } }
        #expect(error?.description.contains("host 127.0.0.1, port \(server.port)") == true)
        #expect(error?.description.contains("--port 0") == true)
    }

    @Test("A log that cannot be opened, and a script out of range, are errors")
    func wrongConfigurations() throws {
        #expect(throws: EngineError.self) { try startMock { $0.logPath = "/nonexistent/log" } }
        #expect(throws: EngineError.self) { try startMock { $0.host = "" } }
        let error = #expect(throws: ConfigurationError.self) {
            try startMock(events: -1, interval: .seconds(-1)) { $0.script.jitterPercent = 101 }
        }
        #expect(error?.problems.count == 3)
        #expect(throws: ConfigurationError.self) {
            try startMock {
                $0.script.faults = [FaultShare(.stall, percent: 60), FaultShare(.truncate, percent: 60)]
            }
        }
    }

    @Test("A full disk costs lines of the log, not the server")
    func fullDisk() throws {
        let server = try startMock { $0.logPath = "/dev/full" }
        defer { server.stop() }
        let client = try MockClient(port: server.port)
        for _ in 0..<3 { #expect(try client.playTurn().chunks.count == 5) }
    }

    @Test("An IPv6 address stands in brackets in the URL")
    func ipv6() throws {
        let server = try startMock { $0.host = "::1" }
        defer { server.stop() }
        #expect(server.url == "http://[::1]:\(server.port)")
    }

    @Test(
        "A wrong fault is named, with the nearest name",
        arguments: [
            ("stal=5", "Did you mean stall?"), ("http500=5", "Did you mean http_500?"),
            ("zzzzzzzz=5", "http_500, http_429"),
            ("stall", "NAME=PERCENT"), ("stall=101", "0 to 100"), ("stall=-1", "0 to 100"), ("stall=", "0 to 100"),
            ("stall=nan", "0 to 100"),
        ]
    )
    func wrongFaults(text: String, hint: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try FaultShare.parse(text) }
        #expect(error?.description.contains(hint) == true)
    }
}
