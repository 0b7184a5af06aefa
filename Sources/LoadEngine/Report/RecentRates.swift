/// How fast a run is going, from its snapshots of the last ten seconds.
///
/// As Locust's current rates: those of a whole run would hide what happens now.
package struct RecentRates {
    private struct Sample {
        let resets: Int
        let elapsedS: Double
        let conversationsEnded: UInt64
        let events: UInt64
        let bytes: UInt64
        let cpuS: Double
        /// By the row's name.
        let requests: [String: UInt64]
        let failures: [String: UInt64]
    }

    private static let windowS = 10.0
    private var samples: [Sample] = []

    package init() {}

    /// Takes a snapshot and those of its rows that are shown; one that is no later than the last is left out.
    package mutating func add(_ snapshot: RunSnapshot, rows: some Collection<ReportRow>) {
        if let last = samples.last, last.resets != snapshot.resets { samples = [] }
        if let last = samples.last, snapshot.elapsedS <= last.elapsedS { return }
        let counts = snapshot.conversations
        samples.append(
            Sample(
                resets: snapshot.resets,
                elapsedS: snapshot.elapsedS,
                conversationsEnded: counts.completed + counts.failed + counts.cancelled,
                events: snapshot.events,
                bytes: snapshot.bytes,
                cpuS: snapshot.generator.cpuS,
                requests: Dictionary(rows.map { ($0.name, $0.requests) }, uniquingKeysWith: +),
                failures: Dictionary(rows.map { ($0.name, $0.failures) }, uniquingKeysWith: +)
            )
        )
        // The one before the window is its beginning.
        while samples.count > 2, samples[1].elapsedS <= snapshot.elapsedS - Self.windowS { samples.removeFirst() }
    }

    package var conversationsPerS: Double { perS { Double($0.conversationsEnded) } }
    package var eventsPerS: Double { perS { Double($0.events) } }
    package var bytesPerS: Double { perS { Double($0.bytes) } }
    /// Processor time over time: 1 for a whole core.
    package var cpuShare: Double { perS(\.cpuS) }
    package func requestsPerS(ofRow name: String) -> Double { perS { Double($0.requests[name] ?? 0) } }
    package func failuresPerS(ofRow name: String) -> Double { perS { Double($0.failures[name] ?? 0) } }

    private func perS(_ value: (Sample) -> Double) -> Double {
        guard let first = samples.first, let last = samples.last, last.elapsedS > first.elapsedS else {
            // A run has counted from 0; of its first moments there is no rate.
            return samples.first.map { $0.elapsedS > 0.5 ? value($0) / $0.elapsedS : 0 } ?? 0
        }
        return (value(last) - value(first)) / (last.elapsedS - first.elapsedS)
    }
}
