/// What a run was like at the moments of the last ten seconds, and at the one before them.
///
/// Locust calls rates and percentiles of so long current: those of a whole run would hide what happens now. A reset of the
/// numbers begins it anew.
struct RecentMoments<Value> {
    struct Moment {
        let elapsedS: Double
        let value: Value
    }

    static var windowS: Double { 10 }

    private(set) var moments: [Moment] = []
    private var resets: Int?

    /// The beginning of the window; nil before the first moment.
    var first: Moment? { moments.first }
    var last: Moment? { moments.last }

    /// Adds a moment, which is not before the last one.
    ///
    /// - Parameters:
    ///   - value: What the run was like.
    ///   - elapsedS: The time since its start, in seconds.
    ///   - resets: How often its numbers had been reset; nil where that is not known.
    mutating func add(_ value: Value, atS elapsedS: Double, resets: Int?) {
        begin(after: resets)
        moments.append(Moment(elapsedS: elapsedS, value: value))
        // The one before the window is its beginning.
        while moments.count > 2, moments[1].elapsedS <= elapsedS - Self.windowS { moments.removeFirst() }
    }

    /// Forgets what was before a reset.
    ///
    /// - Returns: Whether there was one.
    @discardableResult
    mutating func begin(after resets: Int?) -> Bool {
        guard let resets, resets != self.resets else { return false }
        defer { self.resets = resets }
        guard self.resets != nil else { return false }
        forget()
        return true
    }

    mutating func forget() { moments = [] }

    /// How fast a number of it rises, per second of the window; nil while there are not two moments.
    func perS(_ number: (Value) -> Double) -> Double? {
        guard let first, let last, last.elapsedS > first.elapsedS else { return nil }
        return (number(last.value) - number(first.value)) / (last.elapsedS - first.elapsedS)
    }
}

extension RecentMoments.Moment: Sendable where Value: Sendable {}
extension RecentMoments: Sendable where Value: Sendable {}
