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
public struct OutcomeCounts: Sendable {
    @usableFromInline var counts = InlineArray<19, UInt64>(repeating: 0)

    /// None.
    public init() {
        precondition(TurnOutcome.count == 19, "one counter for each outcome")
    }

    /// How many turns ended so.
    public package(set) subscript(outcome: TurnOutcome) -> UInt64 {
        @inlinable get { counts[outcome.index] }
        @inlinable set { counts[outcome.index] = newValue }
    }

    /// The sum over all outcomes.
    public var total: UInt64 { sum { _ in true } }

    /// The sum over the outcomes that are failures.
    public var failed: UInt64 { sum { $0.isFailure } }

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
    /// Whether there are as many of each.
    public static func == (left: OutcomeCounts, right: OutcomeCounts) -> Bool {
        left.counts.indices.allSatisfy { left.counts[$0] == right.counts[$0] }
    }
}
