/// How much came in which second since the last report.
struct SecondCounts {
    private(set) var list: [StatsReport.SecondCount] = []

    /// Adds what came up to a moment.
    ///
    /// - Parameters:
    ///   - count: How much.
    ///   - second: Since 1970; those before are not given again.
    mutating func add(_ count: UInt64, in second: Int) {
        guard count > 0 else { return }
        if let last = list.indices.last, list[last].second == second {
            list[last].count += count
        } else {
            list.append(StatsReport.SecondCount(second: second, count: count))
        }
    }

    /// So much, spread evenly over the seconds from one moment to another.
    ///
    /// - Parameters:
    ///   - count: How much.
    ///   - startS: The first moment, in seconds since 1970.
    ///   - endS: The last one.
    /// - Returns: The counts, whose sum is right.
    static func spread(_ count: UInt64, from startS: Double, to endS: Double) -> [StatsReport.SecondCount] {
        let last = Int(endS)
        // A clock may have been set.
        let seconds = UInt64(min(max(last - Int(startS), 1), 60))
        var list = SecondCounts()
        for place in 0..<seconds {
            let part = count * (place + 1) / seconds - count * place / seconds
            list.add(part, in: last - Int(seconds - 1 - place))
        }
        return list.list
    }
}
