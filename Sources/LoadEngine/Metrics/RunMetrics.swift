/// How late the generator itself was: the error bar of everything else.
package struct Lateness: Sendable {
    /// The loop's delay in reading a timestamp that another thread wrote, counted from the intended tick.
    package var canary = LatencyHistogram()
    /// How long the loop was busy between two waits.
    package var loopTurn = LatencyHistogram()

    package init() {}
}

/// All that a run has counted at one moment, but for the distributions of single rows.
package struct RunMetrics: Sendable {
    package var counters = RunCounters()
    /// `Shape:` one for each `Metric`.
    package var totals: [LatencyHistogram]
    package var lateness = Lateness()
    /// `Shape:` the turns of the first conversation, then those of the second, and so on.
    package var rows: [RowCounts]
    package var details = OutcomeDetails()

    package func total(of metric: Metric) -> LatencyHistogram { totals[metric.rawValue] }
}
