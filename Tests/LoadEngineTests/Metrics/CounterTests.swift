import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("The counters of a run")
struct CounterTests {
    /// Each counter has another number, and everything else that is counted too.
    private func counts(_ factor: UInt64) -> TallyCounts {
        var counts = TallyCounts()
        for counter in Counter.allCases { counts[counter] = factor * UInt64(counter.rawValue + 1) }
        for outcome in TurnOutcome.allCases { counts.outcomes[outcome] = factor * UInt64(outcome.index + 1) }
        counts.turnsRunning = 3 * factor
        counts.conversationsRunning = 2 * factor
        return counts
    }

    @Test("have each a number of their own, and a name")
    func numbers() {
        #expect(Set(Counter.allCases.map(\.label)).count == Counter.allCases.count)
        let counts = counts(7)
        #expect(Counter.allCases.allSatisfy { counts[$0] == 7 * UInt64($0.rawValue + 1) })
        #expect(!counts.isEmpty && TallyCounts().isEmpty)
    }

    @Test("of two parts of a run are added up, but for what is the greatest of all")
    func sum() {
        var sum = counts(2)
        sum.add(counts(5))
        for counter in Counter.allCases {
            let factor: UInt64 = counter == .longestCancelledSilenceNs ? 5 : 7
            #expect(sum[counter] == factor * UInt64(counter.rawValue + 1), "\(counter)")
        }
        #expect(TurnOutcome.allCases.allSatisfy { sum.outcomes[$0] == 7 * UInt64($0.index + 1) })
        #expect(sum.turnsRunning == 21 && sum.conversationsRunning == 14)
    }

    @Test("since an earlier moment are what has come, and a peak where it has risen")
    func difference() {
        let new = counts(5).since(counts(2))
        for counter in Counter.allCases where counter != .conversationsForgotten {
            let factor: UInt64 =
                switch counter {
                case .turnsPeak, .usersPeak, .longestCancelledSilenceNs, .conversationsPlanned,
                    .conversationsWithdrawn:
                    5
                default: 3
                }
            #expect(new[counter] == factor * UInt64(counter.rawValue + 1), "\(counter)")
        }
        #expect(new[.conversationsForgotten] == counts(5)[.conversationsForgotten] + counts(2).conversationsEnded)
        #expect(TurnOutcome.allCases.allSatisfy { new.outcomes[$0] == 3 * UInt64($0.index + 1) })
        #expect(new.turnsRunning == 15, "what runs is as it is")
        let nothing = counts(5).since(counts(5))
        #expect(nothing[.usersPeak] == 0 && nothing[.events] == 0 && nothing.outcomes.total == 0)
    }

    @Test("begin again at a reset with what runs")
    func reset() {
        var counts = counts(5)
        let before = counts
        counts.reset()
        var expected = TallyCounts()
        expected[.conversationsForgotten] = before[.conversationsForgotten] + before.conversationsEnded
        expected[.conversationsWithdrawn] = before[.conversationsWithdrawn]
        expected[.conversationsPlanned] = before[.conversationsPlanned]
        expected[.turnsStarted] = before.turnsRunning
        expected[.turnsPeak] = before.turnsRunning
        expected.turnsRunning = before.turnsRunning
        expected.conversationsRunning = before.conversationsRunning
        #expect(counts == expected)
    }
}
