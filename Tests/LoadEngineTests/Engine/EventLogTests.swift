import Dispatch
import Foundation
import Synchronization
import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("The event log", .timeLimit(.minutes(5)))
struct EventLogTests {
    private struct Line: Decodable {
        var invocation: Int
        var session: String
        var conversation: String
        var turn: Int
        var turns: Int
        var outcome: String
        var send_s: Double
        var queue_delay_ms: Double
        var ttfb_ms: Double?
        var ttft_ms: Double?
        var stalls: UInt64?
        var stall_time_ms: Double?
        var response_time_ms: Double?
        var failed_time_ms: Double?
        var drain_ms: Double?
        var events: UInt64
        var bytes: UInt64
        var content_ms: [Double]?
    }

    private let conversations = [
        Conversation(name: "a", invocations: 40, turns: [.init(role: "u", content: "x")]),
        Conversation(
            name: "b",
            invocations: 30,
            turns: [.init(role: "u", content: "x"), .init(role: "u", content: "y"), .init(role: "u", content: "z")]
        ),
    ]

    private func simulator(_ stamps: EventStamps? = nil, share: RunShare = .whole) -> RunSimulator {
        var settings = PopulationSettings()
        settings.users = 10
        settings.spawnRate = 1_000
        settings.share = share
        settings.sessionScope = .turn
        settings.stallAfterNs = 15_000_000
        return RunSimulator(
            settings: settings,
            conversations: conversations,
            courses: RunSimulator.Course.allCases + [.completes, .completes, .completes, .completes],
            eventsPerTurn: 40,
            seed: 3,
            stamps: stamps
        )
    }

    private func log(to path: String, stamps: EventStamps? = nil, capacity: Int = EventLog.capacity) throws -> EventLog
    {
        try EventLog(
            to: EventLogFile(path: path),
            stamps: stamps,
            facts: RunFacts(conversations: conversations, startedNs: 1_000_000_000),
            capacity: capacity
        )
    }

    private func lines(_ path: String) throws -> [Line] { try lines(Data(contentsOf: URL(fileURLWithPath: path))) }

    private func lines(_ data: Data) throws -> [Line] {
        #expect(data.isEmpty || data.last == UInt8(ascii: "\n"))
        return try data.split(separator: UInt8(ascii: "\n")).map { try JSONDecoder().decode(Line.self, from: $0) }
    }

    private func expect(_ values: [Double?], are durations: Distribution, _ name: String) {
        let ns = values.compactMap { $0 }.map { UInt64(($0 * 1e6).rounded()) }
        #expect(UInt64(ns.count) == durations.count, "\(name)")
        #expect(ns.reduce(0, +) == durations.sumNs, "\(name)")
        #expect(ns.max() ?? 0 == durations.maximumNs, "\(name)")
    }

    @Test("has a line for each turn, from which everything can be counted again")
    func everything() throws {
        let path = temporaryPath()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let stamps = EventStamps()
        let simulator = simulator(stamps)
        let log = try log(to: path, stamps: stamps)
        simulator.population.onTurnEnded = { log.turnEnded(user: $0, $1, nowNs: $2) }
        simulator.run(maximumSteps: 1_000_000, stopAtStep: 2_000)
        log.finish()
        #expect(simulator.problems == [])
        let lines = try lines(path)
        let metrics = simulator.recorder.metrics
        #expect(log.usage == EventLogUsage(lines: metrics.counters[.turnsStarted]))
        let outcomes = Dictionary(lines.map { ($0.outcome, 1) }, uniquingKeysWith: +).mapValues { UInt64($0) }
        #expect(outcomes == metrics.counters.total.outcomes.byLabel)
        #expect(outcomes["cancelled"] ?? 0 > 0, "the run was stopped")
        #expect(lines.reduce(0) { $0 + $1.events } == metrics.counters[.events])
        #expect(lines.reduce(0) { $0 + $1.bytes } == metrics.counters[.bytes])
        let undisturbed = lines.filter { $0.outcome != "cancelled" }
        #expect(undisturbed.reduce(0) { $0 + ($1.stalls ?? 0) } == metrics.counters[.stalls])
        expect(undisturbed.map(\.stall_time_ms), are: metrics.total(of: .stallTime), "stall_time")
        expect(lines.map(\.response_time_ms), are: metrics.total(of: .responseTime), "response_time")
        expect(lines.map(\.failed_time_ms), are: metrics.total(of: .failedTime), "failed_time")
        expect(lines.map(\.ttfb_ms), are: metrics.total(of: .ttfb), "ttfb")
        expect(lines.map(\.ttft_ms), are: metrics.total(of: .ttft), "ttft")
        expect(lines.map(\.drain_ms), are: metrics.total(of: .drain), "drain")
        expect(lines.map(\.queue_delay_ms), are: metrics.total(of: .queueDelay), "queue_delay")
        let gaps = lines.map { $0.content_ms ?? [] }.flatMap { zip($0.dropFirst(), $0).map { $0 - $1 } }
        expect(gaps, are: metrics.total(of: .interEvent), "inter_event")
        #expect(lines.allSatisfy { ($0.content_ms == nil) == ($0.ttft_ms == nil) })
        #expect(lines.allSatisfy { $0.content_ms?.first == $0.ttft_ms })
    }

    @Test("tells the turns of one invocation, whatever their sessions, and in whichever process it was played")
    func invocations() throws {
        var seen: [Int: [Line]] = [:]
        for index in 0..<3 {
            let path = temporaryPath()
            defer { try? FileManager.default.removeItem(atPath: path) }
            let simulator = simulator(share: RunShare(index: index, count: 3))
            let log = try log(to: path)
            simulator.population.onTurnEnded = { log.turnEnded(user: $0, $1, nowNs: $2) }
            simulator.run(maximumSteps: 1_000_000)
            log.finish()
            for line in try lines(path) { seen[line.invocation, default: []].append(line) }
        }
        #expect(seen.keys.sorted() == Array(1...70))
        for turns in seen.values {
            let inOrder = turns.sorted { $0.send_s < $1.send_s }
            #expect(inOrder.map(\.turn) == Array(1...turns.count))
            #expect(Set(turns.map(\.conversation)).count == 1)
            #expect(Set(turns.map(\.session)).count == turns.count)
            let isPlayed = inOrder.last.map { $0.turn == $0.turns || $0.outcome != "completed" }
            #expect(isPlayed == true)
        }
    }

    @Test("waits for nothing: turns that a slow reader has no room for are counted, the others are whole")
    func slowReader() throws {
        let path = temporaryPath()
        #expect(mkfifo(path, 0o600) == 0)
        defer { unlink(path) }
        let reader = open(path, O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        let log = try log(to: path, capacity: 64)
        var slot = UserSlot()
        slot.conversation = 0
        // Far more than a pipe and the ring hold.
        let count: UInt64 = 100_000
        for _ in 0..<count { withUnsafePointer(to: slot) { log.turnEnded(user: 0, $0, nowNs: 1) } }
        // All of them were given, though nothing was read.
        #expect(log.usage.dropped > 0)
        #expect(log.usage.error == nil)
        let reading = Reading(reader)
        log.finish()
        let received = reading.end()
        let usage = log.usage
        #expect(usage.error == nil)
        #expect(usage.lines + usage.dropped == count)
        #expect(try UInt64(lines(received).count) == usage.lines)
    }

    @Test("gives up a reader that takes nothing any more, and counts what it lacks")
    func stuckReader() throws {
        let path = temporaryPath()
        #expect(mkfifo(path, 0o600) == 0)
        defer { unlink(path) }
        let reader = open(path, O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        let stamps = EventStamps()
        let log = try log(to: path, stamps: stamps)
        for _ in 0..<10_000 {
            var slot = UserSlot()
            slot.conversation = 0
            stamps.append(1, to: &slot.stamps)
            withUnsafePointer(to: slot) { log.turnEnded(user: 0, $0, nowNs: 1) }
        }
        log.finish(patience: .milliseconds(100))
        #expect(log.usage.error == "it took nothing any more")
        #expect(log.usage.lines + log.usage.dropped == 10_000)
        #expect(log.usage.dropped > 0)
    }

    @Test("goes on without its file when the disk is full")
    func full() throws {
        let simulator = simulator()
        let log = try log(to: "/dev/full")
        simulator.population.onTurnEnded = { log.turnEnded(user: $0, $1, nowNs: $2) }
        simulator.run(maximumSteps: 1_000_000)
        log.finish()
        #expect(simulator.problems == [])
        let turns = simulator.recorder.metrics.counters[.turnsStarted]
        #expect(log.usage == EventLogUsage(dropped: turns, error: SystemError.text(of: ENOSPC)))
    }

    @Test("cuts lines, not the run, when the times of events take too much memory, which comes back")
    func cut() throws {
        let path = temporaryPath()
        defer { try? FileManager.default.removeItem(atPath: path) }
        // For ten users only one can have a second block at a time.
        let stamps = EventStamps(mostBytes: 11 * 32 * 8)
        let simulator = simulator(stamps)
        let log = try log(to: path, stamps: stamps)
        simulator.population.onTurnEnded = { log.turnEnded(user: $0, $1, nowNs: $2) }
        simulator.run(maximumSteps: 1_000_000)
        log.finish()
        let lines = try lines(path)
        let usage = log.usage
        #expect(usage.lines == simulator.recorder.metrics.counters[.turnsStarted])
        #expect(usage.cut > 0)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(UInt64(text.components(separatedBy: "content_cut").count - 1) == usage.cut)
        // All blocks are there again.
        log.reclaim()
        var chain = EventStamps.Chain()
        for index in 0..<UInt64(11 * 32) { stamps.append(index, to: &chain) }
        #expect(!chain.isCut)
        #expect(lines.contains { $0.content_ms?.isEmpty == false })
    }
}

/// Reads a pipe on a thread of its own until nobody writes it any more.
private final class Reading: Sendable {
    private let received = Mutex(Data())
    private let ended = DispatchGroup()

    init(_ descriptor: Int32) {
        ended.enter()
        Thread.detachNewThread { [self] in
            var block = [UInt8](repeating: 0, count: 1 << 16)
            var count = -1
            while count != 0 {
                var source = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
                _ = poll(&source, 1, -1)
                count = read(descriptor, &block, block.count)
                let bytes = block[..<max(count, 0)]
                received.withLock { $0.append(contentsOf: bytes) }
            }
            ended.leave()
        }
    }

    /// Everything that was read.
    func end() -> Data {
        ended.wait()
        return received.withLock { $0 }
    }
}
