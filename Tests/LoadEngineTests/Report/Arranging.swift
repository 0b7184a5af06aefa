import TestSupport
@testable import LoadEngine
@testable import LoadModel

// What a test arranges as the reports show it, put where it is counted.

extension RunResult {
    /// Sets how many conversations are where.
    mutating func arrange(_ counts: ConversationCounts) {
        total[.conversationsForgotten] = 0
        total[.conversationsPlanned] = counts.planned
        total[.conversationsCompleted] = counts.completed
        total[.conversationsFailed] = counts.failed
        total[.conversationsCancelled] = counts.cancelled
        total.counts.conversationsRunning =
            counts.planned - counts.completed - counts.failed - counts.cancelled - counts.notStarted
    }

    /// Sets how many turns ended how.
    mutating func arrange(outcomes: [TurnOutcome: UInt64], started: UInt64? = nil) {
        for outcome in TurnOutcome.allCases { total[outcome] = outcomes[outcome] ?? 0 }
        total[.turnsStarted] = started ?? outcomes.values.reduce(0, +)
    }

    /// Sets what answers lack; nil for a result of an older version.
    mutating func arrange(answers: (withoutContent: UInt64, onePiece: UInt64)?) {
        guard let answers else {
            total.setMissing(.turnsWithoutContent)
            total.setMissing(.turnsInOnePiece)
            return
        }
        total[.turnsWithoutContent] = answers.withoutContent
        total[.turnsInOnePiece] = answers.onePiece
    }

    /// Sets how many of a conversation are where.
    mutating func arrange(_ index: Int, _ counts: ConversationCounts, good: UInt64 = 0, forgotten: UInt64 = 0) {
        layout.invocations[index] = counts.planned + forgotten
        conversationTallies[index][.conversationsCompleted] = counts.completed
        conversationTallies[index][.conversationsFailed] = counts.failed
        conversationTallies[index][.conversationsCancelled] = counts.cancelled
        conversationTallies[index][.goodConversations] = good
        conversationTallies[index][.conversationsForgotten] = forgotten
    }

    /// Sets how many durations of a metric there are, all the same.
    mutating func arrange(_ metric: Metric, count: UInt64, ms: UInt64 = 1) {
        var durations = LatencyHistogram()
        for _ in 0..<count { durations.record(ms * 1_000_000) }
        total[metric] = Distribution(durations)
    }
}
