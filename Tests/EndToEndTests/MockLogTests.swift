import Foundation
import MockAssistant
import TestSupport
import Testing

@Suite("Mock assistant: the times of events in the log", .ownThreads)
struct MockLogTests {
    /// The most times that a line has.
    private static let most = 100_000

    @Test(
        "Each line has the times that are in its turn's events",
        arguments: [nil, .splitBytes, .hugeEvent, .truncate, .lateDoneChunk] as [Fault?]
    )
    func sendTimes(fault: Fault?) throws {
        let log = MockLogFile()
        let server = try startMock(fault: fault) {
            $0.logPath = log.path
            $0.logsEvents = true
        }
        defer { server.stop() }
        // Two turns on one connection: the second must not have the times of the first.
        let client = try MockClient(port: server.port)
        let answers = try (0..<2).map { _ in try client.playTurn() }
        let sent = answers.map { $0.chunks.compactMap(MockEvent.init).map(\.sent_ns) }
        let lines = try log.lines(count: 2)
        #expect(lines.map(\.sent_ns) == sent)
        #expect(lines.map(\.events) == sent.map(\.count))
        #expect(lines.allSatisfy { $0.events > 0 && $0.first_event_ns == $0.sent_ns?.first })
        #expect(lines.allSatisfy { $0.sent_ns_left_out == nil })
    }

    @Test("A turn without events has an empty list")
    func noEvents() throws {
        let log = MockLogFile()
        let server = try startMock(fault: .http500) {
            $0.logPath = log.path
            $0.logsEvents = true
        }
        defer { server.stop() }
        #expect(try MockClient(port: server.port).playTurn().status == 500)
        #expect(try log.lines(count: 1).map(\.sent_ns) == [[]])
    }

    @Test("Without being asked for, the times are not there")
    func notAskedFor() throws {
        let log = MockLogFile()
        let server = try startMock { $0.logPath = log.path }
        defer { server.stop() }
        #expect(try MockClient(port: server.port).playTurn().status == 200)
        #expect(try log.lines(count: 1).map(\.sent_ns) == [nil])
    }

    @Test("Long lines that come together are all written whole, and say how many times they leave out")
    func longLines() throws {
        let log = MockLogFile()
        let server = try startMock(
            events: 2 * (Self.most + 7),
            firstToken: .zero,
            interval: .zero,
            fault: .stall
        ) {
            $0.logPath = log.path
            $0.logsEvents = true
        }
        let clients = try (0..<2).map { _ in try MockClient(port: server.port) }
        var sent: [[UInt64]] = []
        for client in clients {
            try client.send(MockClient.turn())
            _ = try client.takeHead()
            sent.append(try (0..<Self.most + 7).map { _ in try #require(MockEvent.sentNs(client.takeChunk())) })
        }
        // Both turns end at the same moment.
        server.stop()
        let lines = try log.lines()
        #expect(lines.map(\.events) == [Self.most + 7, Self.most + 7])
        #expect(lines.map(\.sent_ns_left_out) == [7, 7])
        // Not compared within the expectation, which would print all of them.
        let areTheClients = Set(lines.map(\.sent_ns)) == Set(sent.map { Array($0.prefix(Self.most)) })
        #expect(areTheClients)
        let size = try #require(try FileManager.default.attributesOfItem(atPath: log.path)[.size] as? Int)
        #expect(size > 2 << 20, "each line alone is more than the log keeps")
    }
}

extension MockEvent {
    /// Only the time: for very many events, JSON takes too long.
    fileprivate static func sentNs(_ chunk: [UInt8]) -> UInt64? {
        let fields = chunk.split(separator: UInt8(ascii: ","))
        guard fields.count > 1 else { return nil }
        return UInt64(String(decoding: fields[1].drop { $0 != UInt8(ascii: ":") }.dropFirst(), as: UTF8.self))
    }
}
