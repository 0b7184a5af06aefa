/// The result of a whole run, added up from those of its parts one after another: of a thousand parts a few are kept at a time.
package struct SummarySum {
    /// How many parts are added at once: a sum costs as much as its longest part, however many there are.
    private static let mostWaiting = 16

    private var sum: RunResult?
    private var waiting: [RunResult] = []
    /// When the last part ended, in seconds since the beginning that the parts are added by.
    private var endS: Double?
    private var isInterrupted = false
    /// The greatest 99th percentile of the canaries of the parts that were measured for long enough, in milliseconds.
    private var latestMs: Double?

    /// Nothing yet.
    package init() {}

    /// Adds a part.
    ///
    /// - Parameters:
    ///   - part: Its result; all parts have the same rows.
    ///   - offsetS: When it began, in seconds since the beginning that its times are to be counted from.
    package mutating func add(_ part: Summary, atS offsetS: Double = 0) {
        endS = max(endS ?? -.infinity, offsetS + part.run.durationS)
        isInterrupted = isInterrupted || part.run.verdict == .interrupted
        let delays = part.result.generator.canaryDelays
        // One late part among many hardly shows in the percentiles of all.
        if delays.count >= ErrorBar.leastTicks, let lateNs = delays.knownPercentileNs(99) {
            latestMs = max(latestMs ?? 0, Nanoseconds.milliseconds(lateNs))
        }
        waiting.append(offsetS == 0 ? part.result : part.result.shifted(byS: offsetS))
        if waiting.count == Self.mostWaiting { addUp() }
    }

    /// Notes that something of the run is missing.
    package mutating func interrupt() { isInterrupted = true }

    private mutating func addUp() {
        guard !waiting.isEmpty else { return }
        sum = RunResult.merged((sum.map { [$0] } ?? []) + waiting)
        waiting = []
    }

    /// The sum.
    ///
    /// - Parameters:
    ///   - run: What was run, and when; its duration and verdict are put in.
    ///   - maxError: What the canary's 99th percentile may be at most in each part, nil for the default.
    ///   - offsetS: When the run began, in seconds since the beginning that the parts were added by.
    /// - Returns: Nil when nothing was added.
    package mutating func summary(_ run: Summary.Run, maxError: Duration?, fromS offsetS: Double = 0) -> Summary? {
        addUp()
        guard let sum else { return nil }
        var run = run
        run.durationS = max((endS ?? offsetS) - offsetS, 0)
        run.verdict = isInterrupted ? .interrupted : .valid
        // Thresholds are for the whole, and looked at by who has it.
        var summary = Summary(run: run, offsetS == 0 ? sum : sum.shifted(byS: -offsetS))
        summary.judge(maxError: maxError)
        let limitMs = summary.generator.maxErrorMs ?? .infinity
        if summary.run.verdict == .valid, let latestMs, latestMs > limitMs { summary.run.verdict = .generatorBound }
        return summary
    }
}

extension RunResult {
    /// The same, as of a run that began earlier by so many seconds.
    fileprivate func shifted(byS offsetS: Double) -> RunResult {
        var shifted = self
        shifted.elapsedS = elapsedS + offsetS
        shifted.series = series.shifted(byS: offsetS)
        return shifted
    }
}
