/// A stretch of the run as the file of `--summary` has it: its times, and all that was counted in it.
struct StretchOfFile: Codable {
    let startS: Double
    let endS: Double
    /// Of the steady stretch: how many turns ran at the same time, on average, and the peak of the run that this is near to.
    let meanConcurrent: Double?
    let peakConcurrentMean: Double?
    let outcomes: [String: UInt64]
    /// By label; those that were counted.
    let counters: [String: UInt64]
    let metrics: [String: MetricSummary]

    private enum CodingKeys: String, CodingKey {
        case outcomes, counters, metrics
        case startS = "start_s"
        case endS = "end_s"
        case meanConcurrent = "mean_concurrent"
        case peakConcurrentMean = "peak_concurrent_mean"
    }

    /// What is written of a stretch.
    init(_ stretch: RunStretch) {
        startS = stretch.startS
        endS = stretch.endS
        meanConcurrent = stretch.concurrency?.mean
        peakConcurrentMean = stretch.concurrency?.peak
        outcomes = stretch.total.counts.outcomes.byLabel
        counters = Counter.allCases.reduce(into: [:]) { counters, counter in
            // What there is of the run only says nothing of a stretch of it.
            guard counter.isOfStretches, let count = stretch.total.known(counter), count > 0 else { return }
            counters[counter.label] = count
        }
        metrics = stretch.total.summaries
    }

    /// What was counted, as far as the file has it.
    var stretch: RunStretch {
        var total = Tally(outcomes: outcomes, metrics: metrics)
        for counter in Counter.allCases where counter.isOfStretches { total.set(counter, counters[counter.label] ?? 0) }
        let concurrency = meanConcurrent.flatMap { mean in
            peakConcurrentMean.map { RunStretch.Concurrency(mean: mean, peak: $0) }
        }
        return RunStretch(startS: startS, endS: endS, concurrency: concurrency, total: total)
    }
}

extension Counter {
    /// Whether it says something of a stretch of a run: what has come in it.
    fileprivate var isOfStretches: Bool {
        switch self {
        case .conversationsPlanned, .conversationsForgotten, .conversationsWithdrawn, .turnsPeak, .usersPeak,
            .longestCancelledSilenceNs:
            false
        default: true
        }
    }
}
