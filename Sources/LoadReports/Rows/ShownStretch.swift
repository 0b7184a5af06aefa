/// The steady stretch or the warm-up of a run, as reports show it.
struct ShownStretch {
    let name: String
    /// What it was, in a sentence.
    let sentence: String
    /// The distributions, by the metric's label; those with samples.
    let metrics: [String: MetricSummary]
}

extension RunResult {
    /// Those that there are.
    var stretches: [ShownStretch] {
        [steady.map { ShownStretch(steady: $0) }, warmUp.map { ShownStretch(warmUp: $0) }].compactMap(\.self)
    }
}

extension ShownStretch {
    init(steady stretch: RunStretch) {
        let concurrency = stretch.concurrency.map { concurrency in
            " with \(concurrency.mean.fixed(1)) turns at the same time, of \(concurrency.peak.fixed(1)) at the peak"
        }
        name = "Steady"
        sentence =
            "\(stretch.startS.fixed(1)) to \(stretch.endS.fixed(1)) s\(concurrency ?? ""): " + Self.counts(of: stretch)
        metrics = stretch.total.summaries
    }

    init(warmUp stretch: RunStretch) {
        name = "Warm-up"
        sentence = "\(stretch.durationS.fixed(1)) s before the run began to count: " + Self.counts(of: stretch)
        metrics = stretch.total.summaries
    }

    private static func counts(of stretch: RunStretch) -> String {
        let total = stretch.total
        let perS = stretch.durationS > 0 ? Double(total.requests) / stretch.durationS : 0
        return "\(counted(total[.completed], "turn")) completed, \(total.failed) failed (\(perS.fixed(1))/s), "
            + "\(counted(total[.stalls], "stall"))"
    }
}
