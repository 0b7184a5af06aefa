/// Whether a generator was punctual enough for its numbers to be true.
public enum ErrorBar {
    /// With fewer canary ticks a 99th percentile says little: the verdict is shown, but does not fail the run.
    public static let leastTicks: UInt64 = 1_000

    /// Whether there are enough ticks for the verdict to fail a run: so many for each process, which all tick.
    ///
    /// - Parameter summary: The result.
    /// - Returns: Whether the verdict counts.
    public static func isJudged(_ summary: Summary) -> Bool {
        summary.generator.canaryDelays.count >= leastTicks * UInt64(max(summary.run.processes, 1))
    }

    /// What the verdict needs to fail a run, in words; there is a tick every 10 ms.
    package static func leastTicksText(_ summary: Summary) -> String {
        "\(leastTicks) ticks\(summary.run.processes > 1 ? " of each process" : ""), about \(leastTicks / 100) s"
    }

    /// The default limit, in milliseconds: 5 ms or a tenth of the median first token, whichever is larger.
    private static let leastLimitMs = 5.0
    private static let shareOfFirstToken = 0.1

    /// What the canary's 99th percentile may be at most, in milliseconds.
    ///
    /// - Parameters:
    ///   - maxError: The limit that was asked for, nil for the default.
    ///   - firstTokens: Those so far, nil when no turn had one.
    /// - Returns: The limit.
    static func limitMs(maxError: Duration?, firstTokens: Distribution?) -> Double {
        if let maxError { return Nanoseconds.milliseconds(maxError.nanosecondsClamped) }
        let medianMs = firstTokens?.knownPercentileNs(50).map(Nanoseconds.milliseconds)
        return max(leastLimitMs, shareOfFirstToken * (medianMs ?? 0))
    }

    /// Whether the generator was late, by its canary.
    ///
    /// - Parameters:
    ///   - delays: How late the loop was; none when nothing was measured, which says nothing against it.
    ///   - limitMs: What its 99th percentile may be at most, in milliseconds.
    /// - Returns: Whether the 99th percentile exceeds the limit.
    package static func isExceeded(by delays: Distribution, limitMs: Double) -> Bool {
        delays.knownPercentileNs(99).map { Nanoseconds.milliseconds($0) > limitMs } ?? false
    }
}

extension RunSnapshot {
    /// Notes what the canary's 99th percentile may be at most, as far as it can be told before the end.
    ///
    /// - Parameter maxError: The limit that was asked for, nil for the default, which follows the first tokens so far.
    package mutating func setLimit(maxError: Duration?) {
        result.generator.maxErrorMs = ErrorBar.limitMs(maxError: maxError, firstTokens: result[.ttft])
    }
}
