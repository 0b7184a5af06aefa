/// A threshold of a run, and whether it was kept.
public struct ThresholdResult: Codable, Sendable, Equatable {
    /// Of how many turns a number is that not all of them have.
    public struct JudgedTurns: Codable, Sendable, Equatable {
        /// The turns that have it.
        public var judged: UInt64
        /// All that were completed.
        public var completed: UInt64
    }

    /// The threshold as it was written, such as `ttft.p95 < 500ms`.
    public var expr: String
    /// What was found, in the unit of the metric: milliseconds, a share from 0 to 1, or a number; nil when there was
    /// nothing to find it from.
    ///
    /// That fails the threshold, unless it is of stalls or failures and there were completed turns: then there was none.
    public var observed: Double?
    /// Whether it was kept.
    public var ok: Bool
    /// When its violation ended the run, in seconds since the start; nil when it did not.
    public var endedRunAfterS: Double?
    /// For a number of `ttft`, `answer_ttft` or `tpot` when completed turns have none: of how many turns it is; nil
    /// otherwise.
    public var turns: JudgedTurns?

    enum CodingKeys: String, CodingKey {
        case expr, observed, ok, turns
        case endedRunAfterS = "ended_run_after_s"
    }

    /// Makes a result.
    ///
    /// - Parameters:
    ///   - expr: The threshold as it was written.
    ///   - observed: What was found; nil for nothing.
    ///   - ok: Whether it was kept.
    ///   - endedRunAfterS: When its violation ended the run, in seconds since the start.
    public init(expr: String, observed: Double?, ok: Bool, endedRunAfterS: Double? = nil) {
        self.expr = expr
        self.observed = observed
        self.ok = ok
        self.endedRunAfterS = endedRunAfterS
    }
}
