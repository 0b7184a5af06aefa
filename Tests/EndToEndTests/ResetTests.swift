import Foundation
import LoadEngine
import LoadModel
import MockAssistant
import TestSupport
import Testing

@Suite("A run whose numbers are reset", .ownThreads)
struct ResetTests {
    /// What the sums of a state say is wrong; empty when they hold.
    private func violations(_ snapshot: RunSnapshot) -> [String] {
        var violations: [String] = []
        let all = snapshot.conversations
        let accounted = all.completed + all.failed + all.cancelled + all.notStarted + snapshot.activeConversations
        if all.planned != accounted { violations.append("\(all), \(snapshot.activeConversations) running") }
        let turns = snapshot.turns
        if turns.started != turns.completed + turns.failed + turns.cancelled + snapshot.activeTurns {
            violations.append("\(turns), \(snapshot.activeTurns) running")
        }
        if snapshot.outcomes.values.reduce(0, +) != turns.started - snapshot.activeTurns {
            violations.append("\(snapshot.outcomes)")
        }
        let planned = snapshot.byConversation.reduce(0) { $0 + $1.counts.planned }
        if planned != all.planned { violations.append("\(planned) planned by conversation, \(all.planned) in all") }
        return violations
    }

    private func violations(_ summary: Summary) -> [String] {
        let all = summary.conversations
        var violations: [String] = []
        if all.planned != all.completed + all.failed + all.cancelled + all.notStarted { violations.append("\(all)") }
        let outcomes = summary.outcomes.values.reduce(0, +)
        if summary.turns.started != outcomes { violations.append("\(summary.turns), \(outcomes) outcomes") }
        let inRows = summary.rows.reduce(0) { $0 + $1.outcomes.values.reduce(0, +) }
        if inRows != outcomes { violations.append("\(inRows) outcomes in rows, \(outcomes) in all") }
        let inTime = summary.series.points.reduce(0) { $0 + $1.turnsCompleted + $1.turnsFailed }
        if inTime != summary.turns.completed + summary.turns.failed { violations.append("\(inTime) turns over time") }
        return violations
    }

    @Test("counts from 0 in the middle of it, and whole", .timeLimit(.minutes(5)))
    func midway() throws {
        let mock = try startMock(events: 10, interval: .milliseconds(5))
        defer { mock.stop() }
        let conversations = [
            PlayedRun.conversation("a", invocations: 100_000, turns: 2),
            PlayedRun.conversation("b", invocations: 100_000),
        ]
        var before: RunSnapshot?
        var after: RunSnapshot?
        let run = try PlayedRun.play(mock.url, conversations) {
            $0.users = 20
            $0.publishesRows = true
        } whileRunning: { run in
            let isCounted = becomesTrue { run.snapshot().elapsedS > 1 && run.snapshot().conversations.completed > 40 }
            #expect(isCounted)
            before = run.snapshot()
            run.resetStatistics()
            let isReset = becomesTrue {
                after = run.snapshot()
                return after?.resets == 1
            }
            #expect(isReset)
            #expect(run.series().points.isEmpty)
            let hasRows = becomesTrue { run.snapshot().rows[0].metrics["response_time"] != nil }
            #expect(hasRows)
            let now = run.snapshot()
            #expect(now.resets == 1)
            #expect(violations(now) == [])
            let rowCount = now.rows[0].metrics["response_time"]?.count ?? 0
            #expect(rowCount <= now.rows[0].outcomes["completed"] ?? 0)
            #expect(run.series().points.first?.startS == 0)
            run.stop()
        }
        let old = try #require(before)
        let new = try #require(after)
        #expect(violations(old) == [])
        #expect(violations(new) == [])
        // The first state after it is of the moment of the reset.
        #expect(new.elapsedS < 0.5 && new.metrics.isEmpty && new.events == 0 && new.bytes == 0)
        #expect(new.activeUsers == 20 && new.turns.peakConcurrent == new.activeTurns)
        #expect(new.turns.numbers == [new.activeTurns, 0, 0, 0, new.activeTurns])
        #expect(new.conversations.planned <= old.conversations.planned - old.conversations.completed)
        #expect(new.generator.connectionsOpened == 0 && new.generator.canary == nil && new.generator.cpuS < 0.5)

        let summary = run.summary
        #expect(violations(summary) == [])
        #expect(summary.turns.started < UInt64(run.turns.count), "those before the reset are in no number")
        let forgotten = summary.byConversation.reduce(0) { $0 + ($1.forgotten ?? 0) }
        #expect(forgotten >= old.conversations.completed)
        #expect(summary.conversations.planned + forgotten == 200_000)
        // Connections are kept: all were made before.
        #expect(summary.generator.connectionsOpened == 0)
        #expect(summary.turns.peakConcurrent <= 20)
        let canary = try #require(summary.generator.canary)
        #expect(Double(canary.count) < summary.run.durationS * 100 + 20, "no ticks of before")
        let oldStart = try #require(run.turns.first)
        let last = try #require(run.turns.last)
        let wholeS = Double(last.decidedNs - oldStart.sentNs) / 1e9
        #expect(summary.run.durationS < wholeS - 1)
        let ttft = try #require(summary.metrics["ttft"])
        #expect(ttft.count <= summary.turns.started)
    }

    @Test("counts the turns that fail after it", .timeLimit(.minutes(5)))
    func failing() throws {
        let mock = try startMock(events: 100_000, interval: .milliseconds(5))
        defer { mock.stop() }
        let run = try PlayedRun.play(mock.url, [PlayedRun.conversation(invocations: 20)]) {
            $0.users = 20
        } whileRunning: { run in
            let isStreaming = becomesTrue { run.snapshot().streamingTurns == 20 }
            #expect(isStreaming)
            run.resetStatistics()
            let isReset = becomesTrue { run.snapshot().resets == 1 }
            #expect(isReset)
            #expect(run.snapshot().streamingTurns == 20)
            mock.stop()
        }
        #expect(violations(run.summary) == [])
        #expect(run.summary.conversations.numbers == [20, 0, 20, 0, 0])
        #expect(run.summary.turns.numbers == [20, 0, 20, 0, 20])
        #expect(run.summary.metrics["ttft"] == nil)
        let failed = try #require(run.summary.metrics["failed_time"])
        #expect(failed.count == 20)
        // Whole times, though the run counts for less.
        #expect(failed.minMs > run.summary.run.durationS * 1e3)
        #expect(run.summary.outcomeDetails.values.reduce(0) { $0 + $1.afterFirstToken } == 20)
    }

    @Test("has its time from the true start", .timeLimit(.minutes(5)))
    func runTime() throws {
        let mock = try startMock(events: 100_000, interval: .milliseconds(5))
        defer { mock.stop() }
        let run = try PlayedRun.play(mock.url, [PlayedRun.conversation(invocations: 5)]) {
            $0.users = 5
            $0.runTime = .seconds(4)
        } whileRunning: { run in
            let isLate = becomesTrue { run.snapshot().elapsedS >= 2 }
            #expect(isLate)
            run.resetStatistics()
        }
        #expect(violations(run.summary) == [])
        #expect(run.outcomes == ["cancelled": 5])
        #expect(run.summary.run.durationS > 0 && run.summary.run.durationS < 3.5, "4 s would be a new run time")
        #expect(run.summary.conversations.numbers == [5, 0, 0, 5, 0])
    }

    @Test("is the same whole run when that is before its first turn, also twice", .timeLimit(.minutes(5)))
    func early() throws {
        let mock = try startMock()
        defer { mock.stop() }
        let run = try PlayedRun.play(mock.url, [PlayedRun.conversation(invocations: 30, turns: 2)]) {
            $0.users = 3
            // The first user is there at once; the others' turns are all after the resets.
            $0.spawnRate = 1
        } whileRunning: { run in
            run.resetStatistics()
            run.resetStatistics()
            let isReset = becomesTrue { run.snapshot().resets == 2 }
            #expect(isReset)
        }
        #expect(violations(run.summary) == [])
        let forgotten = run.summary.byConversation[0].forgotten ?? 0
        #expect(run.summary.conversations.completed + forgotten == 30)
        #expect(run.summary.conversations.completed == run.summary.conversations.planned)
    }

    @Test("is not touched by a reset after its end", .timeLimit(.minutes(5)))
    func late() throws {
        let mock = try startMock()
        defer { mock.stop() }
        var configuration = EngineConfiguration(host: mock.url, conversations: [PlayedRun.conversation(invocations: 3)])
        configuration.maxError = .seconds(3_600)
        let run = try LoadRun.start(configuration)
        let summary = try run.wait()
        run.resetStatistics()
        run.setUsers(5, spawnRate: 5)
        #expect(run.snapshot().resets == 0 && run.snapshot().phase == .finished)
        #expect(run.snapshot().conversations.numbers == [3, 3, 0, 0, 0])
        #expect(try run.wait().turns == summary.turns)
        #expect(run.series() == summary.series)
    }
}

extension ConversationCounts {
    /// Planned, completed, failed, cancelled and not started.
    fileprivate var numbers: [UInt64] { [planned, completed, failed, cancelled, notStarted] }
}

extension TurnCounts {
    /// Started, completed, failed, cancelled, and the most at once.
    fileprivate var numbers: [UInt64] { [started, completed, failed, cancelled, peakConcurrent] }
}
