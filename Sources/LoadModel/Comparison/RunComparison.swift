/// Two runs side by side: what makes their comparison unfair, and number by number by how much they differ.
public struct RunComparison: Sendable {
    /// The result that the other is compared with.
    public let before: Summary
    /// The other.
    public let after: Summary
    /// In what the runs differ besides their numbers.
    public let differences: [RunDifference]
    /// Number by number.
    public let numbers: [ComparedNumber]
    /// The limits that were given, in their order.
    public let limits: [ChangeResult]

    private static let percentiles = ["p50", "p90", "p95", "p99", "p99.9"]
    private static let figures: [RunNumber.Figure] = [
        .turnsPerS, .conversationsPerS, .eventsPerS, .bytesPerS, .outputTokensPerS, .failuresRate, .stallsRate,
        .goodput,
        .turnGoodput,
    ]

    /// Compares two results.
    ///
    /// - Parameters:
    ///   - before: The one that is compared with.
    ///   - after: The other.
    ///   - limits: By how much numbers may differ.
    ///   - ignoresNoise: Whether a change that may be noise is none by these limits.
    public init(_ before: Summary, _ after: Summary, limits: [ChangeLimit] = [], ignoresNoise: Bool = false) {
        self.before = before
        self.after = after
        differences = RunDifference.all(before, after)
        let sides = (Side(before), Side(after))
        let metrics = Metric.allCases.filter { before[$0] != nil || after[$0] != nil }
        let names =
            metrics.flatMap { metric in (["mean"] + Self.percentiles).map { "\(metric.label).\($0)" } }
            + Self.figures.map(\.rawValue)
        numbers = names.compactMap { name in
            guard let number = try? NumberFamily.number(named: name) else { return nil }
            let compared = ComparedNumber(name, number, sides.0.estimate(number), sides.1.estimate(number))
            return compared.before == nil && compared.after == nil ? nil : compared
        }
        self.limits = limits.map { limit in
            let number = ComparedNumber(
                limit.name,
                limit.number,
                sides.0.estimate(limit.number, of: limit.part),
                sides.1.estimate(limit.number, of: limit.part)
            )
            return ChangeResult(
                expr: limit.text,
                number: number,
                failed: limit.holds(for: number) && !(ignoresNoise && number.finding == .noise)
            )
        }
    }

    /// Whether nothing makes the comparison unfair.
    public var isFair: Bool { !differences.contains { $0.weight == .unfair } }

    /// Whether a limit was passed.
    public var hasFailed: Bool { limits.contains(where: \.failed) }

    /// A run, as numbers are found in it.
    private struct Side {
        let summary: Summary
        let blocks: SeriesBlocks

        init(_ summary: Summary) {
            self.summary = summary
            blocks = SeriesBlocks(summary.result.series)
        }

        func estimate(_ number: RunNumber, of part: Threshold.Part = .wholeRun) -> NumberEstimate? {
            PartOfRun(part, of: summary.result, durationS: summary.run.durationS).flatMap { found in
                // The series is of the whole run.
                NumberEstimate(number, of: found, part == .wholeRun ? blocks : nil)
            }
        }
    }
}
