/// How many of the turns that ended lately may fail before a run has become pointless, such as `50%/30s`.
public struct FailureLimit: Sendable, Equatable {
    /// The share of failed turns that is too many, from over 0 to 1.
    public let share: Double
    /// What lately means.
    public let window: Duration

    private static let numberName = "failures.rate"
    private static let windowMark = " over "

    /// Makes a limit.
    ///
    /// - Parameters:
    ///   - share: The share of failed turns that is too many, from over 0 to 1.
    ///   - window: What lately means; at least one second.
    /// - Throws: `ExpressionError` for other numbers.
    public init(share: Double, window: Duration) throws(ExpressionError) {
        guard share > 0, share <= 1, window >= .seconds(1) else {
            throw ExpressionError(
                "expected a share over 0 and up to 1, and at least 1s",
                in: "\(share)/\(window)",
                at: 0
            )
        }
        self.share = share
        self.window = window
    }

    /// Reads a limit.
    ///
    /// - Parameter text: A percentage, a slash and a duration with its unit, such as `50%/30s`.
    /// - Returns: The limit.
    /// - Throws: `ExpressionError` with what was expected, and where.
    public static func parse(_ text: String) throws(ExpressionError) -> FailureLimit {
        let text = text.trimmed
        var reader = ExpressionReader(text)
        let number = reader.take { $0.isNumber || $0 == "." }
        guard let percent = Double(number) else { throw reader.expected("a percentage and a time, such as 50%/30s") }
        guard reader.take("%") else { throw reader.expected("% behind the number, as in 50%/30s") }
        guard percent > 0, percent <= 100 else {
            throw reader.error("the percentage must be over 0 and at most 100", at: 0)
        }
        guard reader.take("/") else { throw reader.expected("/ and a time, as in 50%/30s") }
        let start = reader.offset
        let windowNs = try reader.durationNs(of: "the time behind /")
        try reader.end()
        guard windowNs >= Nanoseconds.perSecond else { throw reader.error("the time must be at least 1s", at: start) }
        return try FailureLimit(share: percent / 100, window: .nanoseconds(Int64(clamping: windowNs)))
    }

    /// The limit as thresholds are written: what it says of the turns of any such time.
    public var expr: String {
        let percent = share * 100
        let shown = percent == percent.rounded() ? percent.fixed(0) : "\(percent)"
        return "\(Self.numberName)\(Self.windowMark)\(DurationText.text(of: window)) < \(shown)%"
    }

    /// Whether an expression of a result is one of a limit.
    static func isExpr(_ text: String) -> Bool { text.hasPrefix(numberName + windowMark) }
}

/// Looks at a run once a second and says when too many turns have failed lately.
///
/// `Formula:` the share is failed / (completed + failed), of the turns that ended between two looks that are at least the
/// window apart. So nothing is judged before the run is as old as that, nor while no turn ends.
package struct FailureJudge {
    private struct Look {
        let elapsedS: Double
        let completed: UInt64
        let failed: UInt64
    }

    private let limit: FailureLimit
    private let windowS: Double
    /// Those of the last window, the oldest first, and one before it.
    private var looks = [Look(elapsedS: 0, completed: 0, failed: 0)]
    /// The greatest share that was found.
    package private(set) var worst: Double?

    package init(_ limit: FailureLimit) {
        self.limit = limit
        windowS = Nanoseconds.seconds(limit.window.nanosecondsClamped)
    }

    /// Looks at the run.
    ///
    /// - Parameters:
    ///   - elapsedS: How old the run is, in seconds.
    ///   - turns: What has become of its turns so far.
    /// - Returns: The share of failed turns when it is too great; nil otherwise.
    package mutating func look(atS elapsedS: Double, _ turns: TurnCounts) -> Double? {
        // The numbers were reset.
        if let last = looks.last,
            turns.completed < last.completed || turns.failed < last.failed || elapsedS < last.elapsedS
        {
            looks = [Look(elapsedS: elapsedS, completed: turns.completed, failed: turns.failed)]
            return nil
        }
        looks.append(Look(elapsedS: elapsedS, completed: turns.completed, failed: turns.failed))
        while looks.count > 2, looks[1].elapsedS <= elapsedS - windowS { looks.removeFirst() }
        let first = looks[0]
        guard first.elapsedS <= elapsedS - windowS else { return nil }
        let failed = turns.failed - first.failed
        let ended = failed + turns.completed - first.completed
        guard ended > 0 else { return nil }
        let share = Double(failed) / Double(ended)
        worst = max(worst ?? 0, share)
        return share >= limit.share ? share : nil
    }
}
