/// How late the generator itself was: the error bar of everything else.
package struct Lateness: Sendable {
    /// The loop's delay in reading a timestamp that another thread wrote, counted from the intended tick.
    package var canary = RecordedDurations()
    /// How long the loop was busy between two waits.
    package var loopTurn = RecordedDurations()

    package init() {}
}

/// All that a run has counted at one moment, but for the distributions of single rows: what the loop publishes.
package struct RunMetrics: Sendable {
    package var counters = RecordedRun()
    /// `Shape:` one for each `Metric`.
    package var totals: [RecordedDurations]
    package var lateness = Lateness()
    /// `Shape:` the turns of the first conversation, then those of the second, and so on.
    package var rows: PagedArray<TallyCounts>
    package var conversations: PagedArray<TallyCounts>
    package var slowest = SlowestConversations()
    package var details = OutcomeDetails()

    package func total(of metric: Metric) -> RecordedDurations { totals[metric.rawValue] }
}

extension RunMetrics {
    /// Nothing, of so many rows and conversations.
    init(rowCount: Int, conversationCount: Int) {
        totals = Array(repeating: RecordedDurations(), count: Metric.allCases.count)
        rows = PagedArray(repeating: TallyCounts(), count: rowCount)
        conversations = PagedArray(repeating: TallyCounts(), count: conversationCount)
    }
}
