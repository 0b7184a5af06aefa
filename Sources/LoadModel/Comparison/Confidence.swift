#if canImport(Glibc)
import Glibc
#endif

/// What intervals with 95 % confidence are made with.
enum Confidence {
    /// The chance that a side of an interval misses what it is of.
    static let missed = 0.025
    /// The 97.5th percentile of the normal distribution.
    static let deviations = 1.959963984540054

    /// The 97.5th percentile of Student's t distribution.
    ///
    /// `Formula:` the expansion of Cornish and Fisher around the normal one, up to the third power of 1 / freedom; from 3 degrees of
    /// freedom on it is exact to 1 %, from 8 on to 0.01 %.
    ///
    /// - Parameter freedom: The degrees of freedom; at least 3.
    /// - Returns: The percentile.
    static func studentDeviations(freedom: Double) -> Double {
        let z = deviations
        let (z3, z5, z7) = (pow(z, 3), pow(z, 5), pow(z, 7))
        return z + (z3 + z) / (4 * freedom) + (5 * z5 + 16 * z3 + 3 * z) / (96 * freedom * freedom)
            + (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * pow(freedom, 3))
    }

    /// The interval of the difference of two numbers of which each has one.
    ///
    /// `Formula:` with a in (a₁, a₂) and b in (b₁, b₂), from b − a − √((b − b₁)² + (a₂ − a)²) to b − a + √((b₂ − b)² + (a − a₁)²):
    /// the method of variance estimates recovery. [Zou and Donner 2008](https://doi.org/10.1002/sim.3095)
    ///
    /// - Parameters:
    ///   - after: The one that is subtracted from, with its interval.
    ///   - before: The other.
    /// - Returns: The interval of after − before.
    static func difference(
        _ after: (value: Double, interval: ClosedRange<Double>),
        _ before: (value: Double, interval: ClosedRange<Double>)
    ) -> ClosedRange<Double> {
        func distance(_ left: Double, _ right: Double) -> Double { (left * left + right * right).squareRoot() }
        let difference = after.value - before.value
        let below = distance(after.value - after.interval.lowerBound, before.interval.upperBound - before.value)
        let above = distance(after.interval.upperBound - after.value, before.value - before.interval.lowerBound)
        return (difference - below)...(difference + above)
    }

    /// The interval of a share.
    ///
    /// `Formula:` Wilson's score interval. [Wilson 1927](https://doi.org/10.1080/01621459.1927.10502953)
    ///
    /// - Parameters:
    ///   - share: The share that was found, from 0 to 1.
    ///   - count: Of how many independent ones; over 0.
    /// - Returns: The interval, within 0 and 1.
    static func ofShare(_ share: Double, of count: Double) -> ClosedRange<Double> {
        let squared = deviations * deviations
        let middle = share + squared / (2 * count)
        let width = deviations * (share * (1 - share) / count + squared / (4 * count * count)).squareRoot()
        let scale = 1 + squared / count
        return max(min((middle - width) / scale, share), 0)...min(max((middle + width) / scale, share), 1)
    }
}
