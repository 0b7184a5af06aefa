/// Decides from a sample of turns whether enough of all turns of a load would be good.
///
/// `Formula:` Wilson's score interval for the share of good turns, with 99 % confidence. The load is kept when the interval is
/// above the share that is asked for, broken when it is below it, and open in between: then more turns are needed.
/// [Wilson 1927](https://doi.org/10.1080/01621459.1927.10502953)
package struct LevelJudge {
    /// What is known of a load so far.
    package enum Decision: Equatable {
        case kept
        case broken
        case open
    }

    /// The 99.5th percentile of the normal distribution: of an interval with 99 % confidence.
    private static let deviations = 2.5758293035489

    /// The share of turns that have to be good, from over 0 to under 1.
    package let share: Double

    /// Makes a judge.
    ///
    /// - Parameter share: The share of turns that have to be good, from over 0 to under 1.
    package init(share: Double) {
        self.share = share
    }

    /// The fewest turns that can decide: so many, all of them good.
    ///
    /// `Formula:` the least n with n / (n + z²) > share.
    package var leastTurns: UInt64 {
        UInt64((Self.deviations * Self.deviations * share / (1 - share)).rounded(.down)) + 1
    }

    /// What a sample says.
    ///
    /// - Parameters:
    ///   - good: How many of the turns were good.
    ///   - count: How many turns there were; the failed ones are not good.
    ///   - effect: How many of them say as much as one independent one.
    /// - Returns: Whether that decides.
    package func decision(good: UInt64, of count: UInt64, effect: Double = 1) -> Decision {
        let interval = Self.interval(good: Double(good) / effect, of: Double(count) / effect)
        return interval.lowerBound > share ? .kept : interval.upperBound < share ? .broken : .open
    }

    /// Wilson's interval for the share of good turns; from 0 to 1 without any turn.
    package static func interval(good: Double, of number: Double) -> ClosedRange<Double> {
        guard number > 0 else { return 0...1 }
        let squared = deviations * deviations
        let found = good / number
        let middle = found + squared / (2 * number)
        let width = deviations * (found * (1 - found) / number + squared / (4 * number * number)).squareRoot()
        let scale = 1 + squared / number
        return max((middle - width) / scale, 0)...min((middle + width) / scale, 1)
    }
}
