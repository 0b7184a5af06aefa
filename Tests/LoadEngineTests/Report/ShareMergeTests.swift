import Foundation
import TestSupport
import Testing

@testable import LoadEngine
@testable import LoadModel

/// Shares of one run, played by hand-fed users, written as their files are, and read again.
@Suite("Shares of a run, merged")
struct ShareMergeTests {
    private static let conversations = [
        Conversation(name: "a", invocations: 31, turns: [.init(role: "user", content: "x")]),
        Conversation(
            name: "b",
            invocations: 12,
            turns: [.init(role: "u", content: "x"), .init(role: "u", content: "y")]
        ),
    ]

    /// The result of a share that began so long after 2026-01-01T12:00:00Z.
    private static func summary(_ index: Int, of count: Int, laterMs: Int = 0, plan: String = "cafe") -> Summary {
        let share = RunShare(index: index, count: count)
        var settings = PopulationSettings()
        settings.users = 20
        settings.spawnRate = 1_000
        settings.share = share
        let simulator = RunSimulator(
            settings: settings,
            conversations: conversations,
            courses: RunSimulator.Course.allCases,
            eventsPerTurn: 3,
            seed: UInt64(index)
        )
        simulator.run(maximumSteps: 100_000)
        #expect(simulator.problems == [])
        var last = RunSnapshot(
            RunFacts(
                conversations: conversations,
                invocations: InvocationQueue.counts(of: [31, 12], in: share)
            ),
            phase: .finished,
            elapsedNs: 2_000_000_000,
            plannedInvocations: simulator.population.plannedInvocations,
            recorder: simulator.recorder,
            generator: .init(cpuS: 1, peakRssBytes: 5, connectionsOpened: 2)
        )
        var series = TimeSeries()
        var origin = last.asOrigin
        origin.result.total = Tally()
        var first = TimePoint(from: origin, to: last)
        first.endS = 1
        series.append(first)
        var second = TimePoint(startS: 1, endS: 2)
        second.activeUsers = 1
        series.append(second)
        last.result.series = series
        let startedAt = StartText.text(of: start + Double(laterMs) / 1e3)
        var run = Summary.Run(
            host: "http://h",
            path: "/",
            startedAt: startedAt,
            durationS: 2,
            users: share.part(of: 20),
            processes: 1,
            verdict: .valid
        )
        run.spawnRate = 10 / Double(count)
        run.share = ShareOfRun(index: index + 1, count: count, plan: plan, machine: "node-\(index + 1)")
        run.share?.startedAt = startedAt
        run.share?.durationS = 2
        run.share?.startAt = StartText.text(of: start)
        return last.summary(run: run, maxError: nil)
    }

    private static let start = Date(timeIntervalSince1970: 1_767_268_800)

    private static func read(_ summary: Summary) throws -> Summary { try Summary(json: try summary.json()) }

    private static func merged(_ parts: [Summary]) throws -> (summary: Summary, notes: [String]) {
        var merge = ShareMerge()
        for (index, part) in parts.enumerated() { try merge.add(try read(part), from: "\(index).json") }
        let summary = merge.summary()
        return (try #require(summary), merge.notes)
    }

    @Test("are what several processes with the same parts are", arguments: [2, 3, 10, 20])
    func sameAsProcesses(count: Int) throws {
        let parts = (0..<count).map { Self.summary($0, of: count) }
        let (merged, notes) = try Self.merged(parts)
        var fleet = Summary.merged(parts[0].run, of: parts, lost: [], maxError: nil)
        #expect(notes == [])
        // What is said of the run; its numbers are the same, to the last bucket.
        fleet.run = merged.run
        fleet.result.layout.invocations = [31, 12]
        let (mine, theirs) = try (merged.json(), fleet.json())
        #expect(String(decoding: mine, as: UTF8.self) == String(decoding: theirs, as: UTF8.self))
        #expect(merged.run.users == 20 && merged.run.spawnRate == 10 && merged.run.processes == count)
        #expect(merged.byConversation.map(\.counts.planned) == [31, 12])
        #expect(merged.conversations.planned == 43)
        #expect(merged.losses == [])
    }

    @Test("are merged in any order, and by and by")
    func order() throws {
        let parts = (0..<5).map { Self.summary($0, of: 5, laterMs: 40 * ($0 % 3)) }
        let (all, _) = try Self.merged(parts)
        let (first, _) = try Self.merged([parts[3], parts[0]])
        let (rest, _) = try Self.merged([parts[4], parts[2], parts[1]])
        let (again, _) = try Self.merged([rest, first])
        #expect(again.run.shares == all.run.shares && again.run.shares?.count == 5)
        #expect(again.outcomes == all.outcomes)
        #expect(again.metrics == all.metrics)
        #expect(again.rows.map(\.outcomes) == all.rows.map(\.outcomes))
        #expect(again.run.durationS == all.run.durationS && again.run.startedAt == all.run.startedAt)
        #expect(again.series.points.map(\.turnsCompleted) == all.series.points.map(\.turnsCompleted))
    }

    @Test("are placed in time by their clocks")
    func offsets() throws {
        let parts = [
            Self.summary(0, of: 3, laterMs: 1_250), Self.summary(1, of: 3, laterMs: 250),
            Self.summary(2, of: 3, laterMs: 3_350),
        ]
        let (merged, _) = try Self.merged(parts)
        #expect(merged.run.startedAt == "2026-01-01T12:00:00.250Z")
        #expect(abs(merged.run.durationS - 5.1) < 1e-6, "from the first start to the last end")
        #expect(merged.run.offsets.map { $0.ms.rounded() } == [0, 1_000, 3_100])
        #expect(merged.run.offsets.map(\.share.index) == [2, 1, 3])
        let counts = merged.series.points.map { $0.turnsCompleted + $0.turnsFailed }
        let own = parts.map { $0.turns.completed + $0.turns.failed }
        #expect(counts == [own[1], own[0], 0, own[2], 0])
        #expect(merged.series.points.map { $0.startS.rounded() } == [0, 1, 2, 3, 4])
        #expect(merged.warnings.contains { $0.contains("share 3/3 on node-3 after 3.1 s") }, "\(merged.warnings)")
        // What was written of it is read again.
        #expect(try Self.read(merged).series == merged.series)
    }

    @Test("that ran one after another, hours apart, still make a series that charts can show")
    func hoursApart() throws {
        let parts = (0..<3).map { Self.summary($0, of: 3, laterMs: $0 * 3_600_000) }
        let (merged, _) = try Self.merged(parts)
        #expect(merged.series.points.count <= TimeSeries.mostPoints)
        #expect(merged.series.points.reduce(0) { $0 + $1.turnsCompleted } == merged.turns.completed)
        #expect(abs(merged.run.durationS - 7_202) < 1e-6)
    }

    @Test("that are missing are named")
    func missing() throws {
        let parts = [0, 3, 9, 8].map { Self.summary($0, of: 10) }
        let (merged, _) = try Self.merged(parts)
        #expect(merged.losses == ["6 shares of 10 are missing: 2-3, 5-8"])
        #expect(ReportedText.of(merged).contains("6 shares of 10 are missing: 2-3, 5-8"))
        let (one, _) = try Self.merged([parts[1]])
        #expect(one.losses == ["9 shares of 10 are missing: 1-3, 5-10"])
        // A share by itself lacks nothing.
        #expect(try Self.read(parts[1]).losses == [])
    }

    @Test("that are there twice are refused, and those of another run")
    func refused() throws {
        func problem(_ parts: [Summary]) -> String {
            do {
                _ = try Self.merged(parts)
                return ""
            } catch { return "\(error)" }
        }
        let first = Self.summary(0, of: 3)
        #expect(problem([first, first]) == "share 1/3 is there twice, in '0.json' and in '1.json'")
        #expect(
            problem([first, Self.summary(1, of: 4)]).contains("'1.json' is share 2/4 of another run than '0.json'")
        )
        var foreign = Self.summary(1, of: 3, plan: "beef")
        foreign.configuration["users"] = "7"
        #expect(
            problem([first, foreign]).hasSuffix(
                "which is share 1/3: they differ in users (7, and there not set)"
            )
        )
        var whole = Self.summary(1, of: 3)
        whole.run.share = nil
        #expect(problem([first, whole]).contains("'1.json' is no share of a run, and '0.json' is one"))
        var other = Self.summary(1, of: 3)
        other.result.layout = RunLayout([
            Conversation(name: "z", invocations: 1, turns: Self.conversations[0].turns), Self.conversations[1],
        ])
        #expect(problem([first, other]).contains("'1.json' has other conversations, or turns, than '0.json'"))
    }

    @Test("are judged by the thresholds of the run, with the numbers of all")
    func thresholds() throws {
        var parts = (0..<2).map { Self.summary($0, of: 2) }
        let exprs = ["turns.started < 40", "failures.rate > 0%", "a/turns.completed >= 0"]
        for index in parts.indices {
            parts[index].thresholds = try exprs.map { try Threshold.parse($0) }.results(of: parts[index])
        }
        // Each of them kept the first.
        #expect(parts.allSatisfy { $0.thresholds[0].ok })
        let (merged, _) = try Self.merged(parts)
        #expect(merged.thresholds.map(\.expr) == exprs)
        #expect(merged.thresholds.map(\.ok) == [merged.turns.started < 40, true, true])
        #expect(merged.thresholds[0].observed == Double(merged.turns.started))
        #expect(!merged.thresholds[0].ok, "\(merged.turns.started) turns of both are too many")
    }

    @Test("have a late generator when one of them had")
    func lateness() throws {
        var parts = (0..<3).map { Self.summary($0, of: 3) }
        var late = LatencyHistogram()
        for _ in 0..<1_000 { late.record(50_000_000) }
        parts[1].result.generator.canaryDelays = Distribution(late)
        var punctual = LatencyHistogram()
        for _ in 0..<500_000 { punctual.record(50_000) }
        parts[2].result.generator.canaryDelays = Distribution(punctual)
        #expect(try Self.merged(parts).summary.run.verdict == .generatorBound)
        parts[1].configuration["max-error"] = "60ms"
        parts[0].configuration["max-error"] = "60ms"
        #expect(try Self.merged(parts).summary.run.verdict == .valid)
        parts[2].run.verdict = .interrupted
        #expect(try Self.merged(parts).summary.run.verdict == .interrupted)
    }

    @Test("have lost what processes of them have lost")
    func lost() throws {
        var parts = (0..<2).map { Self.summary($0, of: 2) }
        parts[1].result.generator.lostProcesses = ["process 1 of 2 was lost: signal 9"]
        #expect(try Self.merged(parts).summary.losses == ["share 2/2: process 1 of 2 was lost: signal 9"])
    }

    @Test("are not needed: results that are none are merged with a warning")
    func plain() throws {
        var parts = (0..<2).map { Self.summary($0, of: 2) }
        for index in parts.indices { parts[index].run.share = nil }
        parts[1].run.host = "http://other"
        let (merged, notes) = try Self.merged(parts)
        #expect(merged.run.shares == nil && merged.losses == [])
        #expect(notes.count == 2 && notes[0].contains("no shares of a run") && notes[1].contains("http://other"))
        #expect(merged.turns.started == parts[0].turns.started + parts[1].turns.started)
    }

    @Test("whose numbers come to more than can be counted are refused")
    func tooMuch() throws {
        var merge = ShareMerge()
        try merge.add(Self.summary(0, of: 2), from: "0.json", sumOfNumbers: 0x1p59)
        let error = #expect(throws: ConfigurationError.self) {
            try merge.add(Self.summary(1, of: 2), from: "1.json", sumOfNumbers: 0x1.1p59)
        }
        #expect(error?.description.contains("with '1.json' the numbers cannot be added up") == true)
    }

    @Test("with numbers that no share has are no summary")
    func wrongShares() throws {
        var part = Self.summary(0, of: 2)
        part.run.share?.index = 3
        #expect(throws: ConfigurationError.self) { try Self.read(part) }
        part.run.share?.count = 9_007_199_254_740_991
        #expect(throws: ConfigurationError.self) { try Self.read(part) }
        part.run.share?.count = 2
        part.run.share?.index = 1
        part.run.share?.startedAt = "yesterday"
        #expect(throws: ConfigurationError.self) { try Self.read(part) }
    }
}
