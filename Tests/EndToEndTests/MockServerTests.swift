import MockAssistant
import TestSupport
import Testing

@Suite("Mock assistant: the contract", .ownThreads)
struct MockServerTests {
    @Test("A turn is answered with numbered events, the end marker and the chunked end")
    func answersATurn() throws {
        let server = try startMock(events: 3)
        defer { server.stop() }
        let client = try MockClient(port: server.port)
        let answer = try client.playTurn()
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"] == "text/event-stream")
        #expect(answer.headers["cache-control"] == "no-store")
        #expect(answer.headers["transfer-encoding"] == "chunked")
        #expect(answer.chunks.count == 4)
        let events = answer.chunks.dropLast().compactMap(MockEvent.init)
        #expect(events.map(\.seq) == [1, 2, 3])
        #expect(events.allSatisfy { !$0.text.isEmpty })
        #expect(answer.chunks.last == Array("data: [DONE]\n\n".utf8))
    }

    @Test("Not a byte of it changes")
    func bytes() throws {
        let server = try startMock(events: 2)
        defer { server.stop() }
        let client = try MockClient(port: server.port)
        try client.send(MockClient.turn(headers: "Connection: close\r\n"))
        let answer = String(decoding: try client.takeRest(), as: UTF8.self)
        #expect(
            answer.replacing(/sent_ns":\d+/, with: "sent_ns\":0").replacing(/\r\n[0-9a-f]{2}\r\n/, with: "\r\nXX\r\n")
                == "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
                + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                + "XX\r\ndata: {\"seq\":1,\"sent_ns\":0,\"text\":\"Every \"}\n\n\r\n"
                + "XX\r\ndata: {\"seq\":2,\"sent_ns\":0,\"text\":\"answer \"}\n\n\r\n"
                + "e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n"
        )
    }

    @Test("Cumulative events repeat all text before them")
    func cumulative() throws {
        let server = try startMock(events: 3) { $0.script.isCumulative = true }
        defer { server.stop() }
        let events = try MockClient(port: server.port).playTurn().chunks.compactMap(MockEvent.init)
        #expect(events.map(\.text) == ["Every ", "Every answer ", "Every answer comes "])
    }

    @Test("The first event comes after its delay, the others one interval apart, without drift")
    func keepsThePace() throws {
        let log = MockLogFile()
        let server = try startMock(events: 30, firstToken: .milliseconds(60), interval: .milliseconds(5)) {
            $0.logPath = log.path
        }
        defer { server.stop() }
        let answer = try MockClient(port: server.port).playTurn()
        let events = answer.chunks.compactMap(MockEvent.init)
        let line = try #require(try log.lines(count: 1).first)
        let first = try #require(events.first).sent_ns
        #expect(first - line.request_ns >= 60_000_000)
        for event in events {
            // Never early; a late event does not move those behind it.
            #expect(event.sent_ns - line.request_ns >= 60_000_000 + UInt64(event.seq - 1) * 5_000_000)
        }
    }

    @Test("Without events, the end marker comes alone, after the first delay")
    func answersWithoutEvents() throws {
        let server = try startMock(events: 0)
        defer { server.stop() }
        #expect(try MockClient(port: server.port).playTurn().text == "data: [DONE]\n\n")
    }

    @Test("A connection carries one turn after another")
    func keepsTheConnection() throws {
        let server = try startMock()
        defer { server.stop() }
        let client = try MockClient(port: server.port)
        for _ in 0..<3 { #expect(try client.playTurn().chunks.count == 5) }
        #expect(server.counters.acceptedConnections == 1)
        #expect(server.counters.posts == 3)
        #expect(server.counters.peakStreams == 1)
    }

    @Test("Requests that come ahead are answered in order", arguments: [0, 1])
    func answersPipelinedRequests(delayMs: Int) throws {
        let server = try startMock(events: 2, firstToken: .milliseconds(delayMs), interval: .milliseconds(delayMs))
        defer { server.stop() }
        let client = try MockClient(port: server.port)
        let health = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"
        try client.send(MockClient.turn() + health + MockClient.turn() + MockClient.turn() + health)
        for isTurn in [true, false, true, true, false] {
            let answer = try client.takeAnswer()
            #expect(answer.status == 200)
            #expect(isTurn ? answer.chunks.count == 3 : answer.text == #"{"status":"ok"}"#)
        }
    }

    @Test("A request may come in pieces of any size", arguments: [1, 2, 7, 50])
    func readsSplitRequests(size: Int) throws {
        let server = try startMock()
        defer { server.stop() }
        let client = try MockClient(port: server.port)
        let bytes = Array(MockClient.turn().utf8) + Array(MockClient.turn().utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            try client.send(Array(bytes[start..<min(start + size, bytes.count)]))
        }
        for _ in 0..<2 { #expect(try client.takeAnswer().chunks.count == 5) }
    }

    @Test("The path may have any prefix, a query or an origin")
    func acceptsPrefixes() throws {
        let log = MockLogFile()
        let server = try startMock { $0.logPath = log.path }
        defer { server.stop() }
        let client = try MockClient(port: server.port)
        for prefix in ["", "/api/v1", "http://localhost:1"] {
            try client.send(MockClient.turn(session: "abc?x=/y", prefix: prefix))
            #expect(try client.takeAnswer().status == 200)
        }
        let lines = try log.lines(count: 3)
        #expect(lines.map(\.session) == ["abc", "abc", "abc"])
        #expect(lines.map(\.path) == ["", "/api/v1", ""].map { $0 + "/stream/assistant/abc" })
    }

    @Test("Connection: close and HTTP/1.0 end the connection after the answer")
    func closesWhenAsked() throws {
        let server = try startMock(events: 1)
        defer { server.stop() }
        let closing = try MockClient(port: server.port)
        try closing.send(MockClient.turn(headers: "Connection: keep-alive, Close\r\n"))
        let answer = try closing.takeAnswer()
        #expect(answer.headers["connection"] == "close")
        #expect(try closing.takeRest().isEmpty)
        let old = try MockClient(port: server.port)
        try old.send(MockClient.turn(version: "HTTP/1.0"))
        #expect(try old.takeHead().headers["transfer-encoding"] == nil)
        let body = String(decoding: try old.takeRest(), as: UTF8.self)
        #expect(body.hasPrefix("data: {\"seq\":1,") && body.hasSuffix("\n\ndata: [DONE]\n\n"))
    }

    @Test("A client that waits for 100 Continue gets it once")
    func continues() throws {
        let server = try startMock()
        defer { server.stop() }
        let client = try MockClient(port: server.port)
        let request = MockClient.turn(headers: "Expect: 100-continue\r\n")
        let bodyCount = MockClient.goodBody.utf8.count
        try client.send(String(request.dropLast(bodyCount)))
        #expect(try client.takeHead().status == 100)
        for byte in MockClient.goodBody.utf8 { try client.send([byte]) }
        #expect(try client.takeAnswer().chunks.count == 5)
    }

    @Test("The same seed gives the same faults and the same pace, in order of arrival")
    func isReproducible() throws {
        func play(seed: UInt64) throws -> (faults: [String], statuses: [Int]) {
            let log = MockLogFile()
            let server = try startMock(events: 2) {
                $0.logPath = log.path
                $0.script.seed = seed
                $0.script.jitterPercent = 50
                $0.script.faults = [FaultShare(.http500, percent: 30), FaultShare(.truncate, percent: 20.5)]
            }
            defer { server.stop() }
            let client = try MockClient(port: server.port)
            let statuses = try (0..<40).map { _ in try client.playTurn().status }
            return (try log.lines(count: 40).map(\.fault), statuses)
        }
        let first = try play(seed: 7)
        let second = try play(seed: 7)
        let other = try play(seed: 8)
        #expect(first.faults == second.faults && first.statuses == second.statuses)
        #expect(first.faults != other.faults)
        #expect(Set(first.faults) == ["none", "http_500", "truncate"])
    }

    @Test("Jitter moves the delays, never below 0 and never beyond its share")
    func jitters() throws {
        let log = MockLogFile()
        let server = try startMock(events: 20, firstToken: .milliseconds(40), interval: .milliseconds(4)) {
            $0.logPath = log.path
            $0.script.jitterPercent = 50
        }
        defer { server.stop() }
        let client = try MockClient(port: server.port)
        let answers = try (0..<4).map { _ in try client.playTurn().chunks.compactMap(MockEvent.init) }
        let lines = try log.lines(count: 4)
        let delays = zip(answers, lines).map { $0[0].sent_ns - $1.request_ns }
        #expect(delays.allSatisfy { $0 >= 20_000_000 })
        // Four draws from 40 ms: without jitter they would be as close together as the loop is punctual.
        #expect(delays.max()! - delays.min()! > 3_000_000)
        for events in answers {
            #expect(events.map(\.seq) == Array(1...20))
            #expect(zip(events, events.dropFirst()).allSatisfy { $0.sent_ns <= $1.sent_ns })
        }
    }
}
