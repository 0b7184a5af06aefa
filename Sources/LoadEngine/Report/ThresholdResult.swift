/// A threshold of a run, and whether it was kept.
public struct ThresholdResult: Codable, Sendable, Equatable {
    /// The threshold as it was written, such as `ttft.p95 < 500ms`.
    public var expr: String
    /// What was found, in the unit of the metric: milliseconds, a share from 0 to 1, or a number; nil when there was
    /// nothing to find it from, which fails the threshold.
    public var observed: Double?
    /// Whether it was kept.
    public var ok: Bool

    /// Makes a result.
    ///
    /// - Parameters:
    ///   - expr: The threshold as it was written.
    ///   - observed: What was found; nil for nothing.
    ///   - ok: Whether it was kept.
    public init(expr: String, observed: Double?, ok: Bool) {
        self.expr = expr
        self.observed = observed
        self.ok = ok
    }
}
