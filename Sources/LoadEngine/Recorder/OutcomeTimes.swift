/// When each outcome came first and last, in nanoseconds; 0 for never.
package struct OutcomeTimes: Sendable {
    private var first = InlineArray<19, UInt64>(repeating: 0)
    private var last = InlineArray<19, UInt64>(repeating: 0)

    package init() {
        precondition(TurnOutcome.count == 19, "one pair for each outcome")
    }

    package mutating func note(_ outcome: TurnOutcome, atNs nowNs: UInt64) {
        if first[outcome.index] == 0 { first[outcome.index] = nowNs }
        last[outcome.index] = nowNs
    }

    /// When an outcome came first and last; nil when it never came.
    package func ofOutcome(_ outcome: TurnOutcome) -> (firstNs: UInt64, lastNs: UInt64)? {
        last[outcome.index] == 0 ? nil : (first[outcome.index], last[outcome.index])
    }

    /// Those that have come, as a list, which for most rows is empty.
    var moments: [OutcomeMoments] {
        var moments: [OutcomeMoments] = []
        for index in last.indices where last[index] > 0 {
            guard let outcome = TurnOutcome(rawValue: UInt8(index)) else { continue }
            moments.append(OutcomeMoments(outcome: outcome, firstNs: first[index], lastNs: last[index]))
        }
        return moments
    }
}
