#if canImport(Glibc)
import Glibc
#endif

/// Between which of so many values in rising order a percentile of what they are drawn from lies, with 95 % confidence.
///
/// `Formula:` how many of n independent values are below the p-quantile is binomial(n, p), whatever they are drawn from. The bounds are
/// the ranks l and u with P(X ≤ l − 1) = P(X ≥ u) = 2.5 %; between whole ranks, which have other chances, by linear interpolation.
/// From a variance of 1,000 on the normal distribution is taken for the binomial one.
/// [Beran and Hall 1993](https://doi.org/10.1111/j.2517-6161.1993.tb01931.x)
struct BinomialRanks {
    private static let largeVariance = 1_000.0
    /// Beyond so many deviations there is nothing left of the distribution that would change an interval.
    private static let farthest = 12.0

    /// The ranks, from 1 to the number of values; nil where that many values cannot tell a bound.
    let lower: Double?
    let upper: Double?

    /// Finds the ranks.
    ///
    /// - Parameters:
    ///   - share: The percentile as a share, from over 0 to under 1.
    ///   - count: How many values there are; at least 1.
    init(of share: Double, count: Double) {
        let variance = count * share * (1 - share)
        guard variance < Self.largeVariance else {
            let width = Confidence.deviations * variance.squareRoot()
            lower = count * share + 0.5 - width
            upper = count * share + 0.5 + width
            return
        }
        let number = count.rounded(.down)
        // As if the values that are not whole were spread evenly.
        let scale = count / max(number, 1)
        lower = Self.rank(at: Confidence.missed, of: share, number).flatMap { $0 < 1 ? nil : $0 * scale }
        upper = Self.rank(at: 1 - Confidence.missed, of: share, number).flatMap { $0 > number ? nil : $0 * scale }
    }

    /// One more than the place at which the distribution function, as straight lines between whole numbers, has a value.
    private static func rank(at wanted: Double, of share: Double, _ number: Double) -> Double? {
        let variance = number * share * (1 - share)
        let reach = farthest * max(variance, 1).squareRoot()
        var place = max((number * share - reach).rounded(.down), 0)
        let last = min((number * share + reach).rounded(.up), number)
        var chance = exp(
            lgamma(number + 1) - lgamma(place + 1) - lgamma(number - place + 1) + place * log(share)
                + (number - place) * log1p(-share)
        )
        var (before, sum) = (0.0, 0.0)
        while place <= last {
            before = sum
            sum += chance
            if sum > wanted { return place + (wanted - before) / (sum - before) }
            chance *= (number - place) / (place + 1) * share / (1 - share)
            place += 1
        }
        return nil
    }
}
