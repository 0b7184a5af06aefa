/// How fast a run is going, from its snapshots of the last ten seconds.
package struct RecentRates: Sendable {
    private struct Sample {
        let counts: TallyCounts
        let cpuS: Double
        /// Conversations that have begun, or wait for a free user.
        let arrived: UInt64
        /// By the row's name.
        let requests: [String: UInt64]
        let failures: [String: UInt64]
    }

    private var samples = RecentMoments<Sample>()

    package init() {}

    /// Takes a snapshot and those of its rows that are shown; one that is no later than the last is left out.
    package mutating func add(_ snapshot: RunSnapshot, rows: some Collection<ReportRow>) {
        samples.begin(after: snapshot.resets)
        if let last = samples.last, snapshot.elapsedS <= last.elapsedS { return }
        samples.add(
            Sample(
                counts: snapshot.result.total.counts,
                cpuS: snapshot.result.generator.cpuS,
                arrived: snapshot.activeConversations + snapshot.result.total.counts.conversationsEnded
                    + snapshot.arrivalsWaiting,
                requests: Dictionary(rows.map { ($0.name, $0.requests) }, uniquingKeysWith: +),
                failures: Dictionary(rows.map { ($0.name, $0.failures) }, uniquingKeysWith: +)
            ),
            atS: snapshot.elapsedS,
            resets: snapshot.resets
        )
    }

    package var conversationsPerS: Double { perS { Double($0.counts.conversationsEnded) } }
    /// Conversations that arrive, whether or not there is a free user for them; those of a reset count as arrived with it.
    package var arrivalsPerS: Double { max(perS { Double($0.arrived) }, 0) }
    package var eventsPerS: Double { perS(.events) }
    package var bytesPerS: Double { perS(.bytes) }
    /// Processor time over time: 1 for a whole core.
    package var cpuShare: Double { perS(\.cpuS) }
    package func perS(_ counter: Counter) -> Double { perS { Double($0.counts[counter]) } }
    package func requestsPerS(ofRow name: String) -> Double { perS { Double($0.requests[name] ?? 0) } }
    package func failuresPerS(ofRow name: String) -> Double { perS { Double($0.failures[name] ?? 0) } }

    private func perS(_ value: (Sample) -> Double) -> Double {
        // A run has counted from 0; of its first moments there is no rate.
        samples.perS(value) ?? samples.first.map { $0.elapsedS > 0.5 ? value($0.value) / $0.elapsedS : 0 } ?? 0
    }
}
