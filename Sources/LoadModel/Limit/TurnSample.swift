/// The turns that ended while a load was held, and how much they say: those of one second have much in common.
///
/// `Formula:` the sample is worth turns / d independent ones. d is the variance of the good turns of single seconds around their
/// share, over that of as many independent turns, and at least 1: Kish's design effect, with a cluster for each second.
package struct TurnSample {
    private static let leastClusters = 3.0

    package private(set) var good: UInt64 = 0
    package private(set) var turns: UInt64 = 0
    private var clusters = 0.0
    private var sums = (goodGood: 0.0, goodTurns: 0.0, turnsTurns: 0.0)

    package init() {}

    /// Adds the turns of a second.
    package mutating func add(good newGood: UInt64, of newTurns: UInt64) {
        good += newGood
        turns += newTurns
        clusters += 1
        sums.goodGood += Double(newGood) * Double(newGood)
        sums.goodTurns += Double(newGood) * Double(newTurns)
        sums.turnsTurns += Double(newTurns) * Double(newTurns)
    }

    /// The share of good turns; 0 without any turn.
    package var share: Double { turns > 0 ? Double(good) / Double(turns) : 0 }

    /// How many turns say as much as one independent one.
    package var effect: Double {
        guard clusters >= Self.leastClusters, good > 0, good < turns else { return 1 }
        let squares = sums.goodGood - 2 * share * sums.goodTurns + share * share * sums.turnsTurns
        let expected = share * (1 - share) * Double(turns) / clusters
        return max(squares / (clusters - 1) / expected, 1)
    }
}
