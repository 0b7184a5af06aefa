/// When conversations arrive by themselves: so many a second on average, at times that chance makes.
///
/// Times between arrivals are made for a rate of one a second; when so many have come by the rate's curve is the moment.
///
/// Each moment is made from the one before and a seed, so that a copy of a schedule has the same moments, and nothing is
/// kept of those that are over. The parts of a run that processes share have the moments of the whole run by turns.
/// - Isolation: loop
package struct ArrivalSchedule {
    private let startNs: UInt64
    private var rate: RateCurve
    private let process: ArrivalProcess
    private let share: RunShare
    private var random: SeededRandom
    /// Mean times between two arrivals since the start, of the next arrival.
    private var intervals: Double
    /// When the next conversation arrives, in nanoseconds of the clock of the start.
    package private(set) var nextNs = Nanoseconds.never

    /// Makes a schedule.
    ///
    /// - Parameters:
    ///   - arrivals: How often, and how evenly.
    ///   - startNs: When it begins: the first of constant arrivals comes then.
    ///   - seed: Of the whole run; the same seed gives the same moments.
    ///   - share: Which of the whole run's arrivals these are.
    package init(_ arrivals: OpenArrivals, startNs: UInt64, seed: UInt64, share: RunShare = .whole) {
        self.startNs = startNs
        rate =
            arrivals.stages.map { RateCurve($0, from: arrivals.rate?.perSecond ?? 0) }
            ?? RateCurve(constant: arrivals.rate?.perSecond ?? 0)
        process = arrivals.process
        self.share = share
        random = SeededRandom(seed: seed)
        intervals = process == .constant ? 0 : process.nextInterval(using: &random)
        advance(share.index)
        setNext()
    }

    /// Has conversations arrive at another rate from a moment on, whatever stages there were.
    ///
    /// - Parameters:
    ///   - other: The rate.
    ///   - atNs: The moment; the same for all parts of a run.
    package mutating func change(to other: ArrivalRate, atNs: UInt64) {
        rate.change(to: other.perSecond, atS: Nanoseconds.seconds(atNs - min(startNs, atNs)))
        setNext()
    }

    /// Takes the next arrival.
    ///
    /// - Returns: When it is.
    package mutating func next() -> UInt64 {
        defer {
            advance(share.count)
            setNext()
        }
        return nextNs
    }

    private mutating func advance(_ count: Int) {
        for _ in 0..<count { intervals += process.nextInterval(using: &random) }
    }

    private mutating func setNext() {
        let offsetNs = rate.seconds(until: intervals).map { ($0 * 1e9).rounded() }
        nextNs = offsetNs.flatMap { $0 < 1e18 ? startNs + UInt64($0) : nil } ?? Nanoseconds.never
    }
}
