import Foundation
import TestSupport
import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("A part of a run that ended before a reset")
struct ForgettingTests {
    private func snapshot() -> RunSnapshot {
        var run = SampleRun()
        run.objectives = [Objective(.maxGap, mostNs: 15_000_000)]
        run.playAll()
        run.recorder.recordCanary(7)
        run.recorder.recordLoopIteration(7)
        var snapshot = run.progress(2)
        snapshot.result.arrange(ConversationCounts(planned: 9, completed: 2, failed: 1, notStarted: 6))
        snapshot.result.arrange(0, ConversationCounts(planned: 5, completed: 2, notStarted: 3), good: 1)
        snapshot.result.arrange(1, ConversationCounts(planned: 4, failed: 1, notStarted: 3))
        snapshot.gauges.usersActive = 0
        snapshot.phase = .finished
        return snapshot
    }

    @Test("keeps what it never began, and nothing of what it counted")
    func forget() {
        var part = snapshot()
        part.result.total[.usersPeak] = 3
        part.result.arrange(answers: (withoutContent: 1, onePiece: 2))
        #expect(part.outcomes.count == 2 && part.goodput?.goodTurns == 3 && !part.outcomeDetails.isEmpty)
        part.result.generator.lostProcesses = ["why"]
        part.forget()
        #expect(part.conversations == ConversationCounts(planned: 6, notStarted: 6))
        #expect(part.byConversation.map(\.counts.planned) == [3, 3])
        #expect(part.byConversation.map(\.counts.notStarted) == [3, 3])
        #expect(part.byConversation.map(\.forgotten) == [2, 1])
        #expect(part.byConversation.map(\.good) == [0, 0])
        #expect(part.turns == TurnCounts() && part.outcomes.isEmpty && part.outcomeDetails.isEmpty)
        #expect(part.events == 0 && part.bytes == 0 && part.metrics.isEmpty && part.elapsedS == 0)
        #expect(part.goodput?.goodTurns == 0 && part.goodput?.objectives.count == 1)
        #expect(part.rows.map { "\($0.conversation) \($0.turn)" } == ["beta 1", "alpha 1", "alpha 2"])
        #expect(part.rows.allSatisfy { $0.outcomes.isEmpty && $0.events == 0 && $0.metrics.isEmpty })
        #expect(part.peakUsers == 0 && part.answers == AnswerCounts(withoutContent: 0, onePiece: 0, of: 0))
        #expect(part.rows.allSatisfy { $0.endedBytes == 0 && $0.turnsInOnePiece == 0 && $0.turnsWithoutContent == 0 })
        #expect(part.rows.allSatisfy { $0.bytes == 0 && $0.goodTurns == 0 && $0.failureTimes.isEmpty })
        #expect(part.generator.canary == nil && part.generator.loopIteration == nil && part.generator.cpuS == 0)
        #expect(part.generator.connectionsOpened == 0 && part.result.generator.lostProcesses == ["why"])
        #expect(part.generator.peakRssBytes == 10 << 20, "memory that was taken stays taken")
    }

    @Test("is nothing but a part of the plan in the result of all")
    func merged() throws {
        var whole = SampleRun()
        let old = Summary(run: whole.summary(2).run, last: snapshot(), series: whole.progress(2).series)
        let part = old.forgotten(at: "2026-02-03T04:05:06Z")
        #expect(part.run.startedAt == "2026-02-03T04:05:06Z" && part.run.durationS == 0)
        #expect(part.series.points.isEmpty)
        var other = snapshot()
        other.result.elapsedS = 1
        other.result.arrange(ConversationCounts(planned: 4, completed: 1, notStarted: 3))
        // Before its own reset two of the first conversation had ended in it.
        other.result.arrange(0, ConversationCounts(planned: 3, completed: 1, notStarted: 2), forgotten: 2)
        other.result.arrange(1, ConversationCounts(planned: 4, notStarted: 4))
        var run = old.run
        run.durationS = 1
        let goesOn = Summary(run: run, last: other, series: TimeSeries())
        for parts in [[part, goesOn], [goesOn, part]] {
            let merged = Summary.merged(run, of: parts, lost: [], maxError: nil)
            #expect(merged.run.durationS == 1)
            #expect(merged.conversations == ConversationCounts(planned: 10, completed: 1, notStarted: 9))
            // Of 5 and 4 in the whole run, 4 and 1 are forgotten.
            #expect(merged.byConversation.map(\.counts.planned) == [1, 3])
            #expect(merged.byConversation.map(\.forgotten) == [4, 1])
            #expect(merged.outcomes == goesOn.outcomes)
            #expect(merged.metrics["ttft"]?.count == 3)
        }
    }

    @Test("tells the processes' resets together, and survives their messages")
    func resets() throws {
        var parts = [snapshot(), snapshot()]
        parts[1].resets = 2
        #expect(RunSnapshot.merged(parts).resets == 2)
        let decoded = try PropertyListDecoder().decode(
            RunSnapshot.self,
            from: try PropertyListEncoder().encode(parts[1])
        )
        #expect(decoded.resets == 2 && decoded.byConversation == parts[1].byConversation)
    }
}
