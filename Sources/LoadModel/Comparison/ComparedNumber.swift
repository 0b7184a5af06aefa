/// A number of two runs, and how far apart they are.
public struct ComparedNumber: Sendable, Equatable {
    /// What a number is.
    public enum Unit: String, Sendable, Codable {
        /// Milliseconds.
        case milliseconds = "ms"
        /// From 0 to 1.
        case share
        /// Anything else.
        case number
    }

    /// What is to be said of a difference.
    public enum Finding: String, Sendable, Codable {
        /// It is larger than what two runs of the same would differ by, with 95 % confidence.
        case changed
        /// It is not.
        case noise
        /// There are too few samples to tell, or there is no interval for such a number.
        case unknown
    }

    /// Its name, as thresholds have it: `ttft.p95`.
    public let name: String
    /// What it is.
    public let unit: Unit
    /// Of the first run; nil when it has nothing to find it from.
    public let before: Double?
    /// Of the second run.
    public let after: Double?
    /// The difference after − before lies in it with 95 % confidence; nil where that cannot be told.
    public let interval: ClosedRange<Double>?

    init(_ name: String, _ number: RunNumber, _ before: NumberEstimate?, _ after: NumberEstimate?) {
        self.name = name
        unit =
            switch number.unit {
            case .duration: .milliseconds
            case .share: .share
            case .number: .number
            }
        self.before = before?.value
        self.after = after?.value
        if let before, let after, let first = before.interval, let second = after.interval {
            interval = Confidence.difference((after.value, second), (before.value, first))
        } else {
            interval = nil
        }
    }

    /// The difference; nil where one of the two is missing.
    public var difference: Double? {
        guard let before, let after else { return nil }
        return after - before
    }

    /// The difference as a share of the first: 0.1 for 10 % more; nil where one is missing, or the first is 0.
    public var change: Double? {
        guard let before, let difference else { return nil }
        return before == 0 ? (difference == 0 ? 0 : nil) : difference / abs(before)
    }

    /// What is to be said of the difference.
    public var finding: Finding {
        guard let interval else { return .unknown }
        return interval.contains(0) ? .noise : .changed
    }
}

extension ComparedNumber: Encodable {
    private enum CodingKeys: String, CodingKey {
        case name, unit, before, after, difference, change, interval, finding
    }

    /// Writes the number, with what is made from it.
    ///
    /// - Parameter encoder: Where to.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(unit, forKey: .unit)
        try container.encodeIfPresent(before, forKey: .before)
        try container.encodeIfPresent(after, forKey: .after)
        try container.encodeIfPresent(difference, forKey: .difference)
        try container.encodeIfPresent(change, forKey: .change)
        try container.encodeIfPresent(interval.map { [$0.lowerBound, $0.upperBound] }, forKey: .interval)
        try container.encode(finding, forKey: .finding)
    }
}
