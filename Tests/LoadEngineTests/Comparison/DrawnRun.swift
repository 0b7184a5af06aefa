@testable import LoadEngine
@testable import LoadModel

/// A run whose numbers are drawn by chance, so that it is known what they are drawn from.
struct DrawnRun {
    /// Durations as they are, in milliseconds: counting them takes as long as there are.
    struct Samples: DurationSamples {
        private let valuesNs: [UInt64]

        init(ms: [Double]) { valuesNs = ms.map { UInt64($0 * 1e6) }.sorted() }

        var count: UInt64 { UInt64(valuesNs.count) }
        var sumNs: UInt64 { valuesNs.reduce(0, +) }
        var minimumNs: UInt64 { valuesNs.first ?? .max }
        var maximumNs: UInt64 { valuesNs.last ?? 0 }

        func forEachBucket(_ body: (UInt64, UInt64) -> Void) {
            var (place, count) = (-1, UInt64(0))
            for value in valuesNs {
                let next = HistogramBuckets.index(of: value)
                if next != place, count > 0 {
                    body(HistogramBuckets.value(at: place), count)
                    count = 0
                }
                place = next
                count += 1
            }
            if count > 0 { body(HistogramBuckets.value(at: place), count) }
        }
    }

    private(set) var summary: Summary

    /// - Parameters:
    ///   - firstTokensMs: `Shape:` [second, turn].
    ///   - hasSeries: Whether it is known in which second each came.
    init(firstTokensMs: [[Double]] = [], hasSeries: Bool = true) {
        let conversation = Conversation(name: "a", invocations: 1, turns: [.init(role: "u", content: "x")])
        var result = RunFacts(conversations: [conversation]).nothing
        result.total[.ttft] = Distribution(Samples(ms: firstTokensMs.flatMap(\.self)))
        result.total[.completed] = firstTokensMs.reduce(0) { $0 + UInt64($1.count) }
        if hasSeries {
            for (second, values) in firstTokensMs.enumerated() {
                var point = TimePoint(startS: Double(second), endS: Double(second + 1))
                point.activeUsers = 1
                point.turnsCompleted = UInt64(values.count)
                point.ttft = SmallHistogram(of: Distribution(Samples(ms: values)), since: Distribution())
                result.series.append(point)
            }
        }
        let run = Summary.Run(
            host: "http://h",
            path: "/",
            startedAt: "2026-01-01T12:00:00Z",
            durationS: Double(max(firstTokensMs.count, 1)),
            users: 1,
            processes: 1,
            verdict: .valid
        )
        summary = Summary(run: run, last: RunSnapshot(result, phase: .finished), series: result.series)
    }

    /// One of which so many turns ended in each second, and nothing else is known.
    init(turnsPerSecond: [UInt64]) {
        self.init()
        for (second, count) in turnsPerSecond.enumerated() {
            var point = TimePoint(startS: Double(second), endS: Double(second + 1))
            point.activeUsers = 1
            point.turnsCompleted = count
            summary.result.series.append(point)
        }
        summary.result.total[.completed] = turnsPerSecond.reduce(0, +)
        summary.run.durationS = Double(turnsPerSecond.count)
    }

    /// One of which so many turns failed.
    init(failed: UInt64, of count: UInt64) {
        self.init()
        summary.result.total[.completed] = count - failed
        summary.result.total[.httpStatus] = failed
    }
}

/// How often the interval of a number holds the difference that two runs are drawn with.
struct Coverage {
    private var pairs = 0
    private(set) var counts: [String: Int] = [:]
    private(set) var changed: [String: Int] = [:]

    /// Compares a pair of runs.
    ///
    /// - Parameters:
    ///   - truth: The true difference of each number.
    mutating func add(_ before: DrawnRun, _ after: DrawnRun, truth: [String: Double]) {
        pairs += 1
        let numbers = RunComparison(before.summary, after.summary).numbers
        for (name, difference) in truth {
            guard let number = numbers.first(where: { $0.name == name }), let interval = number.interval else {
                continue
            }
            if interval.contains(difference) { counts[name, default: 0] += 1 }
            if number.finding == .changed { changed[name, default: 0] += 1 }
        }
    }

    /// The share of the pairs whose interval held it.
    subscript(name: String) -> Double { Double(counts[name] ?? 0) / Double(pairs) }

    /// The share of the pairs of which a change was found.
    func found(_ name: String) -> Double { Double(changed[name] ?? 0) / Double(pairs) }
}
