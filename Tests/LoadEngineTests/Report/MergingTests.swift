import Foundation
import TestSupport
import Testing

@testable import LoadEngine
@testable import LoadModel

/// The same run played whole, and by several processes, by hand-fed users.
@Suite("The parts of a run, merged")
struct MergingTests {
    private let conversations = [
        Conversation(name: "a", invocations: 31, turns: [.init(role: "user", content: "x")]),
        Conversation(
            name: "b",
            invocations: 12,
            turns: [.init(role: "u", content: "x"), .init(role: "u", content: "y")]
        ),
    ]

    private static let objectives = [Objective(.maxGap, mostNs: 15_000_000)]

    private func summary(_ share: RunShare, failing: Bool = false) -> Summary {
        var settings = PopulationSettings()
        settings.users = 9
        settings.spawnRate = 1_000
        settings.share = share
        settings.objectives = ObjectiveLimits(Self.objectives)
        settings.stallAfterNs = 15_000_000
        let simulator = RunSimulator(
            settings: settings,
            conversations: conversations,
            courses: failing ? RunSimulator.Course.allCases : [.completes],
            eventsPerTurn: 3,
            seed: UInt64(share.index)
        )
        simulator.run(maximumSteps: 100_000, stopAtStep: nil)
        #expect(simulator.problems == [])
        simulator.recorder.recordCanary(UInt64(share.index + 1) * 1_000_000)
        var progress = RunSnapshot(
            RunFacts(conversations: conversations, objectives: Self.objectives),
            phase: .finished,
            elapsedNs: 2_000_000_000,
            plannedInvocations: simulator.population.plannedInvocations,
            recorder: simulator.recorder,
            generator: .init(cpuS: 1, peakRssBytes: 5, connectionsOpened: 2)
        )
        progress.result.series.append(TimePoint(from: nil, to: progress))
        return progress.summary(
            run: .init(host: "h", path: "/", startedAt: "", durationS: 2, users: 9, processes: 1, verdict: .valid),
            maxError: .seconds(10)
        )
    }

    @Test("have the counts of the whole run, in the totals and in every row", arguments: 2...4)
    func counts(processes: Int) throws {
        let parts = (0..<processes).map { summary(RunShare(index: $0, count: processes)) }
        let merged = Summary.merged(parts[0].run, of: parts, lost: [], maxError: .seconds(10))
        let whole = summary(.whole)
        #expect(merged.conversations == whole.conversations)
        #expect(merged.conversations.completed == 43)
        #expect(merged.outcomes == whole.outcomes)
        #expect(merged.events.total == whole.events.total)
        #expect(merged.rows.map(\.outcomes) == whole.rows.map(\.outcomes))
        #expect(merged.rows.map(\.conversation) == whole.rows.map(\.conversation))
        #expect(merged.metrics["ttft"]?.count == whole.metrics["ttft"]?.count)
        #expect(
            merged.rows.map { $0.metrics["response_time"]?.count }
                == whole.rows.map { $0.metrics["response_time"]?.count }
        )
        #expect(merged.byConversation.map(\.counts) == whole.byConversation.map(\.counts))
        #expect(merged.byConversation.map(\.counts.completed) == [31, 12])
        #expect(merged.byConversation.map { $0.conversationTime?.count } == [31, 12])
        #expect(merged.series.points.map(\.turnsCompleted) == whole.series.points.map(\.turnsCompleted))
        #expect(merged.slowestConversations.count == 10)
        #expect(merged.generator.cpuS == Double(processes))
        #expect(merged.generator.canary?.count == UInt64(processes))
        #expect(merged.run.processes == processes)
    }

    @Test("have what their answers lack, their bytes and their users together")
    func answers() throws {
        let parts = (0..<3).map { summary(RunShare(index: $0, count: 3), failing: true) }
        let merged = Summary.merged(parts[0].run, of: parts, lost: [], maxError: .seconds(10))
        func sum(_ value: (Summary) -> UInt64?) -> UInt64 { parts.reduce(0) { $0 + (value($1) ?? 0) } }
        // Each of the nine was at work before the conversations were played.
        #expect(merged.peakUsers == 9)
        let answers = try #require(merged.answers)
        #expect(answers.withoutContent == sum(\.answers?.withoutContent) && answers.withoutContent > 0)
        #expect(answers.withoutContentRate == Double(answers.withoutContent) / Double(merged.turns.completed))
        #expect(merged.rows.reduce(0) { $0 + ($1.turnsWithoutContent ?? 0) } == answers.withoutContent)
        #expect(merged.rows.reduce(0) { $0 + ($1.endedBytes ?? 0) } == merged.events.bytes, "none was cancelled")
        #expect(merged.rows[1].endedBytes == sum { $0.rows[1].endedBytes })
    }

    @Test("keep the invariants when turns fail")
    func failures() throws {
        let parts = (0..<3).map { summary(RunShare(index: $0, count: 3), failing: true) }
        let merged = Summary.merged(parts[0].run, of: parts, lost: [], maxError: .seconds(10))
        let all = merged.conversations
        #expect(all.planned == 43)
        #expect(all.planned == all.completed + all.failed + all.cancelled + all.notStarted)
        #expect(merged.turns.started == merged.outcomes.values.reduce(0, +))
        #expect(merged.stalls.total == parts.reduce(0) { $0 + $1.stalls.total })
        #expect(merged.stalls.turns == merged.rows.reduce(0) { $0 + $1.stalledTurns })
        #expect(
            merged.stalls.rate == Double(merged.stalls.turns) / Double(merged.turns.completed + merged.turns.failed)
        )
        let goodput = try #require(merged.goodput)
        #expect(goodput.goodTurns == merged.rows.reduce(0) { $0 + $1.goodTurns })
        #expect(goodput.goodTurns < merged.turns.completed && goodput.goodTurns > 0)
        #expect(goodput.goodConversations == merged.byConversation.reduce(0) { $0 + ($1.good ?? 0) })
        #expect(merged.byConversation.map(\.counts.planned) == [31, 12])
        let details = merged.outcomeDetails.mapValues { $0.beforeFirstToken + $0.afterFirstToken }
        #expect(details == merged.outcomes.filter { $0.key != "completed" })
    }

    @Test(
        "show one late process among many punctual ones, unless it has hardly been measured",
        arguments: [(1_000, Summary.Verdict.generatorBound), (999, .valid)] as [(UInt64, Summary.Verdict)]
    )
    func oneLate(ticks: UInt64, verdict: Summary.Verdict) throws {
        var parts = (0..<4).map { summary(RunShare(index: $0, count: 4)) }
        var late = LatencyHistogram()
        for _ in 0..<ticks { late.record(11_000_000_000) }
        parts[3].result.generator.canaryDelays = Distribution(late)
        // So many punctual ones that those of all are not late.
        var punctual = LatencyHistogram()
        for _ in 0..<200_000 { punctual.record(1_000_000) }
        parts[0].result.generator.canaryDelays = Distribution(punctual)
        let merged = Summary.merged(parts[0].run, of: parts, lost: [], maxError: .seconds(10))
        #expect(merged.run.verdict == verdict)
    }

    @Test("count what ran in a lost process as cancelled, and what it had not begun as not started")
    func lost() throws {
        let recorder = MetricsRecorder(turnCounts: [1, 2])
        recorder.counters.pointee[.turnsStarted] = 7
        recorder.counters.pointee.total.turnsRunning = 2
        recorder.counters.pointee.total.conversationsRunning = 3
        recorder.counters.pointee[.conversationsCompleted] = 4
        for _ in 0..<5 { recorder.countOutcome(.completed, isAfterFirstToken: true, row: 0) }
        let progress = RunSnapshot(
            RunFacts(conversations: conversations),
            phase: .running,
            elapsedNs: 1_000_000_000,
            plannedInvocations: 20,
            recorder: recorder,
            generator: .init(cpuS: 0, peakRssBytes: 0, connectionsOpened: 0)
        )
        var last = progress
        last.abandon(because: "process 2 of 2 was lost: signal 9")
        let other = summary(RunShare(index: 0, count: 2))
        let merged = Summary.merged(other.run, of: [other], lost: [(last, TimeSeries())], maxError: nil)
        let all = merged.conversations
        #expect(all.planned == other.conversations.planned + 20)
        #expect(all.cancelled == 3)
        #expect(all.notStarted == 13)
        #expect(all.planned == all.completed + all.failed + all.cancelled + all.notStarted)
        #expect(merged.turns.started == merged.outcomes.values.reduce(0, +))
        #expect(merged.outcomes["cancelled"] == 2)
        #expect(merged.generator.lostProcesses == ["process 2 of 2 was lost: signal 9"])
    }
}
