/// When each outcome came first and last, in nanoseconds; 0 for never.
package struct OutcomeTimes: Sendable {
    private var first = InlineArray<17, UInt64>(repeating: 0)
    private var last = InlineArray<17, UInt64>(repeating: 0)

    package init() {
        precondition(TurnOutcome.count == 17, "one pair for each outcome")
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

/// When an outcome came first and last, in nanoseconds since 1970.
package struct OutcomeMoments: Sendable, Equatable {
    package let outcome: TurnOutcome
    package var firstNs: UInt64
    package var lastNs: UInt64

    package init(outcome: TurnOutcome, firstNs: UInt64, lastNs: UInt64) {
        self.outcome = outcome
        self.firstNs = firstNs
        self.lastNs = lastNs
    }
}

/// One counter per outcome.
package struct OutcomeCounts: Sendable {
    private var counts = InlineArray<17, UInt64>(repeating: 0)

    package init() {
        precondition(TurnOutcome.count == 17, "one counter for each outcome")
    }

    package subscript(outcome: TurnOutcome) -> UInt64 {
        get { counts[outcome.index] }
        set { counts[outcome.index] = newValue }
    }

    /// The sum over all outcomes.
    package var total: UInt64 { sum { _ in true } }

    /// The sum over the outcomes that are failures.
    package var failed: UInt64 { sum { $0.isFailure } }

    package mutating func add(_ other: OutcomeCounts) {
        for outcome in TurnOutcome.allCases { self[outcome] += other[outcome] }
    }

    /// What has come since an earlier moment.
    package func since(_ earlier: OutcomeCounts) -> OutcomeCounts {
        var new = self
        for index in counts.indices { new.counts[index] -= min(earlier.counts[index], counts[index]) }
        return new
    }

    /// The outcomes that occurred, by label.
    package var byLabel: [String: UInt64] {
        var result: [String: UInt64] = [:]
        for outcome in TurnOutcome.allCases where self[outcome] > 0 { result[outcome.label] = self[outcome] }
        return result
    }

    private func sum(where isCounted: (TurnOutcome) -> Bool) -> UInt64 {
        TurnOutcome.allCases.reduce(0) { isCounted($1) ? $0 + self[$1] : $0 }
    }
}

extension OutcomeCounts: Equatable {
    package static func == (left: OutcomeCounts, right: OutcomeCounts) -> Bool {
        left.counts.indices.allSatisfy { left.counts[$0] == right.counts[$0] }
    }
}
