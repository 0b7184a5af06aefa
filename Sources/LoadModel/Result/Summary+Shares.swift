package import FoundationEssentials

// What a result says of the shares that it is made of.

extension Summary {
    /// What is missing in the result, a sentence each: not all that was asked for was measured.
    package var losses: [String] { result.generator.losses + (run.missingShares.map { [$0] } ?? []) }
}

extension Summary.Run {
    /// Notes when the share that this is was played.
    ///
    /// - Parameter begun: When the load began, a warm-up included.
    package mutating func placeShare(begun: Date) {
        share?.begunAt = StartText.text(of: begun)
        share?.startedAt = startedAt
        share?.durationS = durationS
    }

    /// The shares that were not merged, in a sentence; nil for none, and where nothing was merged.
    package var missingShares: String? {
        guard let shares, let count = shares.first?.count else { return nil }
        let present = Set(shares.map(\.index))
        guard present.count < count else { return nil }
        let missing = (1...count).filter { !present.contains($0) }
        return "\(counted(missing.count, "share")) of \(count) \(plural(missing.count, "is", "are")) missing: "
            + Self.ranges(of: missing, mostShown: 20)
    }

    /// When a share's numbers begin after those of the first of all, in milliseconds, each by the clock of its own machine.
    ///
    /// - Parameter share: One of `shares`.
    /// - Returns: Nil for a time that is none.
    package func offsetMs(of share: ShareOfRun) -> Double? {
        guard let own = StartText.moment(of: share.startedAt), let first = StartText.moment(of: startedAt) else {
            return nil
        }
        return max(own.timeIntervalSince(first) * 1e3, 0)
    }

    /// Numbers in rising order, those one after another as a range.
    private static func ranges(of numbers: [Int], mostShown: Int) -> String {
        var ranges: [ClosedRange<Int>] = []
        for number in numbers {
            if let last = ranges.last, last.upperBound + 1 == number {
                ranges[ranges.count - 1] = last.lowerBound...number
            } else {
                ranges.append(number...number)
            }
        }
        let shown = ranges.prefix(mostShown).map {
            $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
        }
        return shown.joined(separator: ", ") + (ranges.count > mostShown ? ", …" : "")
    }

    /// Shares whose beginnings are further apart than this were not one load, or their clocks are wrong.
    private static let mostOffsetMs = 1_000.0

    /// That shares were no load together, in a sentence; nil when they were, as far as their clocks tell.
    package var lateShares: String? {
        let late = offsets.filter { $0.ms > Self.mostOffsetMs }
        guard let latest = late.last else { return nil }
        return
            "\(counted(late.count, "share")) began more than \((Self.mostOffsetMs / 1e3).fixed(0)) s after the first by "
            + "\(plural(late.count, "its clock", "their clocks")), share \(latest.share.text) on \(latest.share.machine) after "
            + "\((latest.ms / 1e3).fixed(1)) s: they were not one load, or a clock is wrong; give all of them the same --start-at"
    }

    /// The shares with how long after the first they began, that one first.
    package var offsets: [(share: ShareOfRun, ms: Double)] {
        (shares ?? []).compactMap { share in offsetMs(of: share).map { (share: share, ms: $0) } }.sorted {
            $0.ms < $1.ms
        }
    }

    /// How well the clocks are known by which the shares are placed in time, in a sentence.
    package var clocksOfShares: String? {
        guard let shares, !shares.isEmpty else { return nil }
        let errors = shares.compactMap(\.clockErrorMs)
        let known = errors.max().map { "by their kernels they are off by at most \($0.fixed(1)) ms" }
        let unknown = shares.count - errors.count
        guard unknown > 0 else { return known }
        let rest = "of \(counted(unknown, "share")) nothing is known to keep the clock right"
        return known.map { "\($0), but \(rest)" } ?? rest
    }
}
