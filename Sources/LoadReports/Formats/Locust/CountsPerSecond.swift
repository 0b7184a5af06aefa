import FoundationEssentials

/// In which seconds turns ended, as Locust's JSON tells it: counts by seconds since 1970.
struct CountsPerSecond {
    /// A longer interval, of a run of weeks or of a program that was stopped amid one, is spread over so many of its seconds.
    private static let mostParts = 4_096

    /// The seconds, with their share of all that is spread over them.
    private var shares: [(second: Int, weight: Double)] = []
    /// The end of the last interval in which there were any, in seconds since the start of the run; nil without any.
    private(set) var lastS: Double?

    /// Finds the shares.
    ///
    /// - Parameters:
    ///   - series: The run over time; a long interval is spread evenly over its seconds.
    ///   - weight: What happened in an interval.
    init(_ series: TimeSeries, weight: (TimePoint) -> UInt64) {
        for point in series.points {
            let weight = weight(point)
            guard weight > 0 else { continue }
            // An interval begins a little late, never early.
            let first = Int(point.startS + 0.25)
            let seconds = max(Int((point.endS - point.startS).rounded()), 1)
            let parts = min(seconds, Self.mostParts)
            for part in 0..<parts {
                shares.append((first + seconds / parts * part, Double(weight) / Double(parts)))
            }
            lastS = point.endS
        }
    }

    /// A count spread over the seconds: what an interval has is in the second of its middle.
    ///
    /// - Parameters:
    ///   - total: The count.
    ///   - startS: The start of the run, in seconds since 1970.
    ///   - durationS: How long the run took: where all is counted when there are no shares.
    /// - Returns: The counts that are not 0, by the second as text; their sum is the total.
    func spread(_ total: UInt64, from startS: Double, durationS: Double) -> [String: UInt64] {
        guard total > 0 else { return [:] }
        let whole = shares.reduce(0) { $0 + $1.weight }
        guard whole > 0 else { return ["\(Int(startS + durationS))": total] }
        var counts: [String: UInt64] = [:]
        var passed = 0.0
        var spread: UInt64 = 0
        for (index, share) in shares.enumerated() {
            passed += share.weight
            let isLast = index == shares.count - 1
            let due = isLast ? total : min(UInt64((Double(total) * passed / whole).rounded()), total)
            if due > spread { counts["\(Int(startS + Double(share.second) + 0.5))", default: 0] += due - spread }
            spread = max(spread, due)
        }
        return counts
    }
}
