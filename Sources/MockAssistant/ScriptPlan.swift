import LoadEngine

/// A script in the loop's own units, and the random choices it makes for each turn.
struct ScriptPlan {
    let events: Int
    let firstTokenNs: UInt64
    let intervalNs: UInt64
    /// Zero when the pace is exact, at most 1.
    let jitter: Double
    let seed: UInt64
    let faults: [FaultShare]
    let reasoningEvents: Int
    let isCumulative: Bool
    let pauses: [ScriptPause]
    let hasPauses: Bool
    /// How many answers at the same time have the script's pace; 0 for any number.
    private let fullSpeedStreams: Int

    init(_ configuration: MockConfiguration) {
        let script = configuration.script
        events = script.events
        firstTokenNs = script.firstToken.nanosecondsClamped
        intervalNs = script.interval.nanosecondsClamped
        jitter = script.jitterPercent / 100
        seed = configuration.processNumber.map { Self.seed(UInt64($0), of: script.seed) } ?? script.seed
        faults = script.faults
        reasoningEvents = script.reasoningEvents
        isCumulative = script.isCumulative
        pauses = script.pauses
        hasPauses = !script.pauses.isEmpty
        fullSpeedStreams = script.fullSpeedStreams ?? 0
    }

    /// The random numbers of one turn: they depend on its number only, not on what other turns draw meanwhile.
    func random(ofTurn number: UInt64) -> SeededRandom {
        SeededRandom(seed: Self.seed(number, of: seed))
    }

    /// One of the many seeds that are made from one.
    private static func seed(_ number: UInt64, of seed: UInt64) -> UInt64 {
        // Seeds next to each other give sequences that overlap; their first numbers do not.
        var root = SeededRandom(seed: seed &+ number &* 0xD6E8_FEB8_6659_FD93)
        return root.next()
    }

    /// Draws a turn's fault, nil for none.
    func fault(from random: inout SeededRandom) -> Fault? {
        let drawn = Self.fraction(from: &random) * 100
        var sum = 0.0
        for share in faults {
            sum += share.percent
            if drawn < sum { return share.fault }
        }
        return nil
    }

    /// How long the answer pauses after a number of events, in nanoseconds.
    func pauseNs(after events: Int) -> UInt64 {
        pauses.reduce(0) { $1.event == events ? $0 &+ $1.duration.nanosecondsClamped : $0 }
    }

    /// A delay while so many answers are served: longer in proportion when they are too many.
    func slowed(_ delayNs: UInt64, streams: Int) -> UInt64 {
        guard fullSpeedStreams > 0, streams > fullSpeedStreams else { return delayNs }
        return UInt64(min(Double(delayNs) * Double(streams) / Double(fullSpeedStreams), 1e18))
    }

    /// A moment, moved by at most the jitter of the delay that leads to it.
    func jittered(_ momentNs: UInt64, delayNs: UInt64, from random: inout SeededRandom) -> UInt64 {
        guard jitter > 0 else { return momentNs }
        let moved = (Self.fraction(from: &random) * 2 - 1) * jitter * Double(delayNs)
        return moved < 0 ? momentNs - min(momentNs, UInt64(-moved)) : momentNs &+ UInt64(moved)
    }

    /// At least 0, below 1.
    private static func fraction(from random: inout SeededRandom) -> Double {
        Double(random.next() >> 11) * 0x1p-53
    }
}
