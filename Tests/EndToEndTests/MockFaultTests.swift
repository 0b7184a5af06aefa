import Foundation
import MockAssistant
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite("Mock assistant: faults", .ownThreads)
struct MockFaultTests {
    private static let endMarker = Array("data: [DONE]\n\n".utf8)

    /// Plays one turn of four events with a fault.
    private func play<Result>(
        _ fault: Fault,
        events: Int = 4,
        _ body: (MockClient, MockServer) throws -> Result
    ) throws -> (result: Result, line: MockLogLine) {
        let log = MockLogFile()
        let server = try startMock(events: events, fault: fault) { $0.logPath = log.path }
        defer { server.stop() }
        let client = try MockClient(port: server.port)
        try client.send(MockClient.turn())
        let result = try body(client, server)
        client.close()
        let line = try #require(try log.lines(count: 1).first)
        #expect(line.fault == fault.rawValue)
        #expect(line.session == "s1")
        return (result, line)
    }

    @Test("Every fault has a text, and a name that is read back")
    func namesFaults() throws {
        for fault in Fault.allCases {
            #expect(!fault.summary.isEmpty)
            #expect(try FaultShare.parse("\(fault.rawValue)=0.5") == FaultShare(fault, percent: 0.5))
        }
    }

    @Test("http_500 and http_429 answer at once and keep the connection", arguments: [Fault.http500, .http429])
    func httpStatus(fault: Fault) throws {
        let (_, line) = try play(fault) { client, _ in
            let answer = try client.takeAnswer()
            #expect(answer.status == (fault == .http500 ? 500 : 429))
            #expect(answer.headers["retry-after"] == (fault == .http500 ? nil : "1"))
            #expect(answer.headers["content-type"] == "application/json")
            #expect(answer.text.hasPrefix(#"{"error":"#))
            #expect(try client.playTurn().status == answer.status)
        }
        #expect(line.events == 0 && !line.completed && line.first_event_ns == nil)
    }

    @Test("reset_before_headers resets without a byte")
    func resetBeforeHeaders() throws {
        let (_, line) = try play(.resetBeforeHeaders) { client, server in
            #expect(client.takeEnd() == .reset)
            #expect(server.counters.posts == 1)
        }
        #expect(line.events == 0 && !line.completed)
    }

    @Test(
        "reset_midstream lets half of the events arrive first, even to a client that reads late",
        arguments: [0, 1, 4]
    )
    func resetMidstream(events: Int) throws {
        let (_, line) = try play(.resetMidstream, events: events) { client, server in
            // Nothing is read before the reset has happened.
            #expect(becomesTrue { server.counters.openConnections == 0 })
            _ = try client.takeHead()
            for number in 1...max(1, events / 2) {
                #expect(try MockEvent(client.takeChunk())?.seq == number)
            }
            #expect(client.takeEnd() == .reset)
        }
        #expect(line.events == max(1, events / 2) && !line.completed && line.first_event_ns != nil)
    }

    @Test("truncate ends cleanly without the end marker and keeps the connection", arguments: [0, 4])
    func truncate(events: Int) throws {
        let (_, line) = try play(.truncate, events: events) { client, _ in
            for _ in 0..<2 {
                let answer = try client.takeAnswer()
                #expect(answer.chunks.compactMap(MockEvent.init).count == max(1, events / 2))
                #expect(answer.chunks.count == max(1, events / 2))
                try client.send(MockClient.turn())
            }
        }
        #expect(line.events == max(1, events / 2) && !line.completed)
    }

    @Test(
        "stall and no_first_token fall silent until the client closes",
        arguments: [(Fault.stall, 0, 1), (.stall, 4, 2), (.noFirstToken, 4, 0)]
    )
    func fallsSilent(fault: Fault, events: Int, sent: Int) throws {
        let (_, line) = try play(fault, events: events) { client, server in
            #expect(try client.takeHead().status == 200)
            for number in 0..<sent { #expect(try MockEvent(client.takeChunk())?.seq == number + 1) }
            // Another client's whole turn goes by meanwhile.
            let other = try MockClient(port: server.port)
            try other.send("GET /health HTTP/1.1\r\n\r\n")
            #expect(try other.takeAnswer().status == 200)
            #expect(server.counters.openStreams == 1)
            #expect(recv(client) == nil)
            client.close()
            #expect(becomesTrue { server.counters.openStreams == 0 })
        }
        #expect(line.events == sent && !line.completed)
    }

    /// A byte that is there already, nil when nothing is.
    private func recv(_ client: MockClient) -> UInt8? {
        var byte: UInt8 = 0
        return Glibc.recv(client.descriptor, &byte, 1, Int32(MSG_DONTWAIT)) == 1 ? byte : nil
    }

    @Test("bad_content_type is a 200 of JSON")
    func badContentType() throws {
        let (answer, line) = try play(.badContentType) { client, _ in try client.takeAnswer() }
        #expect(answer.status == 200)
        #expect(answer.headers["content-type"] == "application/json")
        #expect(!line.completed)
    }

    @Test("malformed has FF FE in one event half way, and goes on to the end", arguments: [0, 1, 4])
    func malformed(events: Int) throws {
        let (answer, line) = try play(.malformed, events: events) { client, _ in try client.takeAnswer() }
        let bad = answer.chunks.indices.filter { answer.chunks[$0].contains(0xFF) }
        #expect(bad == [max(1, events / 2) - 1])
        #expect(answer.chunks[bad[0]].starts(with: Array("data: {\"seq\":\(max(1, events / 2)),".utf8)))
        #expect(answer.body.split(separator: 0xFF).dropFirst().first?.first == 0xFE)
        #expect(answer.chunks.last == Self.endMarker)
        #expect(line.events == max(1, events) && line.completed)
    }

    @Test("huge_event is one event of 2 MiB, and goes on to the end", arguments: [0, 4])
    func hugeEvent(events: Int) throws {
        let (answer, line) = try play(.hugeEvent, events: events) { client, _ in try client.takeAnswer() }
        #expect(answer.chunks.count == max(1, events) + 1)
        let parsed = answer.chunks.dropLast().compactMap(MockEvent.init)
        #expect(parsed.map(\.seq) == Array(1...max(1, events)))
        #expect(parsed.map(\.text.utf8.count).max() == 2 << 20)
        #expect(parsed.filter { $0.text.utf8.count > 1000 }.map(\.seq) == [max(1, events / 2)])
        #expect(answer.chunks.last == Self.endMarker)
        #expect(line.completed)
    }

    @Test("error_event is an event named error, then the end of the body")
    func errorEvent() throws {
        let (answer, line) = try play(.errorEvent) { client, _ in try client.takeAnswer() }
        #expect(answer.chunks.count == 3)
        #expect(String(decoding: answer.chunks[2], as: UTF8.self).hasPrefix("event: error\ndata: {"))
        #expect(line.events == 2 && !line.completed)
    }

    @Test("error_first is an event named error in place of all others")
    func errorFirst() throws {
        let (answer, line) = try play(.errorFirst) { client, _ in try client.takeAnswer() }
        #expect(answer.status == 200 && answer.chunks.count == 1)
        #expect(answer.text.hasPrefix("event: error\ndata: {"))
        #expect(line.events == 0 && !line.completed)
    }

    @Test("no_end_marker ends cleanly after the last event", arguments: [0, 4])
    func noEndMarker(events: Int) throws {
        let (answer, line) = try play(.noEndMarker, events: events) { client, _ in try client.takeAnswer() }
        #expect(answer.chunks.compactMap(MockEvent.init).map(\.seq) == Array(1..<events + 1))
        #expect(answer.chunks.count == events)
        #expect(line.events == events && !line.completed)
    }

    @Test(
        "heartbeats are comments, and nothing else, until the client closes",
        arguments: [(Fault.heartbeats, 0), (.heartbeatsMidstream, 2)]
    )
    func heartbeats(fault: Fault, sent: Int) throws {
        let (_, line) = try play(fault) { (client, server) throws -> Void in
            #expect(try client.takeHead().status == 200)
            for number in 0..<sent { #expect(try MockEvent(client.takeChunk())?.seq == number + 1) }
            for _ in 0..<4 { #expect(try client.takeChunk() == Array(": ping\n\n".utf8)) }
            client.close()
            #expect(becomesTrue { server.counters.openStreams == 0 })
        }
        #expect(line.events == sent && !line.completed)
    }

    @Test("Heartbeats go on while a client sends ahead, which is thrown away")
    func heartbeatsWhileAClientSends() throws {
        let server = try startMock(events: 2_000, interval: .zero, fault: .heartbeatsMidstream)
        defer { server.stop() }
        let client = try MockClient(port: server.port, receiveBufferBytes: 4096)
        for _ in 0..<1_000 { try client.send(MockClient.turn()) }
        let answer = try client.takeHead()
        #expect(answer.status == 200)
        for _ in 0..<1_000 { _ = try client.takeChunk() }
        for _ in 0..<3 { #expect(try client.takeChunk() == Array(": ping\n\n".utf8)) }
        #expect(server.counters.posts == 1)
    }

    @Test("pings are comments at once and after every event")
    func pings() throws {
        let (answer, line) = try play(.pings) { client, _ in try client.takeAnswer() }
        #expect(answer.text.components(separatedBy: ": ping\n\n").count == 1 + 5)
        #expect(answer.chunks.first == Array(": ping\n\n".utf8) && answer.chunks.last == Self.endMarker)
        #expect(line.events == 4 && line.completed)
    }

    @Test("late_done_chunk ends the body 50 ms after the end marker")
    func lateDoneChunk() throws {
        let (waited, line) = try play(.lateDoneChunk) { client, _ in
            _ = try client.takeHead()
            while try client.takeChunk() != Self.endMarker {}
            let start = ContinuousClock.now
            #expect(try client.takeChunk().isEmpty)
            return ContinuousClock.now - start
        }
        // The marker was under way before the clock here was read.
        #expect(waited > .milliseconds(25))
        #expect(line.events == 4 && line.completed)
    }

    @Test("split_bytes sends the whole answer one byte at a time", arguments: [0, 20])
    func splitBytes(events: Int) throws {
        let (_, line) = try play(.splitBytes, events: events) { client, _ in
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            while !bytes.suffix(7).elementsEqual(Array("\r\n0\r\n\r\n".utf8)) {
                let count = Glibc.recv(client.descriptor, &buffer, buffer.count, 0)
                try #require(count > 0)
                bytes += buffer[..<count]
            }
            // All but a few: the kernel may send a byte again, together with the next.
            #expect(try client.dataPackets() > bytes.count * 9 / 10)
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(text.split(separator: "data: {").count == events + 1)
            #expect(text.contains("data: [DONE]\n\n"))
            try client.send("GET /health HTTP/1.1\r\n\r\n")
            #expect(try client.takeAnswer().status == 200)
        }
        #expect(line.events == events && line.completed)
        #expect(line.end_ns - line.request_ns < 2_000_000_000)
    }

    @Test("slow_headers come a second late, then everything as usual")
    func slowHeaders() throws {
        let start = ContinuousClock.now
        let (answer, line) = try play(.slowHeaders) { client, _ in
            let head = try client.takeHead()
            #expect(ContinuousClock.now - start >= .seconds(1))
            var answer = head
            while case let chunk = try client.takeChunk(), !chunk.isEmpty { answer.chunks.append(chunk) }
            return answer
        }
        #expect(answer.chunks.count == 5)
        #expect(line.completed)
    }
}
