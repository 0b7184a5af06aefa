/// What Locust's files do not know of a result, or of the state of a run, as `PREFIX_streaming.csv`: events, stalls,
/// objectives, the distribution of each metric and tokens, for each row and the total.
///
/// Columns are only added, at the end.
///
/// Its lines have the types and names of those in `PREFIX_stats.csv`. Times are in milliseconds, rates per second of the
/// run; what there is nothing to say about is empty.
public struct StreamingCSV: Sendable {
    private static let metrics: [Metric] = [.ttft, .ttfb, .interEvent, .stallTime, .responseTime, .failedTime]
    /// Those that came later.
    private static let laterMetrics: [Metric] = [.answerTTFT, .tpot]
    private static let measures = ["count", "min", "mean", "p50", "p90", "p95", "p99", "p999", "max"]
    private static let columns =
        [
            "Type", "Name", "turns", "failed_turns", "turns_per_s", "failed_turns_per_s", "events", "events_per_s",
            "bytes", "bytes_per_s", "stalls", "stalled_turns", "stalls_rate", "good_turns", "turn_goodput",
        ]
        + metrics.flatMap(columns)
        + laterMetrics.flatMap(columns)
        + [
            "turns_with_usage", "input_tokens", "output_tokens", "output_tokens_per_s", "reasoning_tokens",
            "cached_tokens", "other_events", "unreadable_events", "finish_reasons",
        ]

    private static func columns(_ metric: Metric) -> [String] {
        measures.map { "\(metric.label)_\($0)" + ($0 == "count" ? "" : "_ms") }
    }

    private let table: ReportTable

    /// Prepares the file.
    ///
    /// - Parameter table: The rows.
    public init(_ table: ReportTable) {
        self.table = table
    }

    /// The whole file.
    public var text: String {
        var csv = CSVText()
        csv.append(Self.columns)
        for row in table.rows { csv.append(fields(row, type: LocustNumbers.method)) }
        csv.append(fields(table.total, type: ""))
        return csv.text
    }

    private func fields(_ row: ReportRow, type: String) -> [String] {
        let counts =
            ["\(row.requests)", "\(row.failures)", "\(table.perS(row.requests))", "\(table.perS(row.failures))"]
            + ["\(row.events)", "\(table.perS(row.events))", "\(row.bytes)", "\(table.perS(row.bytes))"]
            + ["\(row.stalls)", "\(row.stalledTurns)", "\(Share.of(row.stalledTurns, in: row.tally.ended))"]
        let good =
            table.hasObjectives ? ["\(row.goodTurns)", "\(Share.of(row.goodTurns, in: row.requests))"] : ["", ""]
        return [type, CSVText.field(row.name)] + counts + good + Self.metrics.flatMap { Self.fields(row.metric($0)) }
            + Self.laterMetrics.flatMap { Self.fields(row.metric($0)) } + tokenFields(row)
    }

    private func tokenFields(_ row: ReportRow) -> [String] {
        let tokens = row.tally.tokens.map { tokens in
            [
                "\(tokens.turns)", "\(tokens.input)", "\(tokens.output)", "\(table.perS(tokens.output))",
                "\(tokens.reasoning)", "\(tokens.cached)",
            ]
        }
        let others = ["\(row.tally[.otherEvents])", "\(row.tally[.unreadableEvents])"]
        return (tokens ?? Array(repeating: "", count: 6)) + others + [Self.text(of: row.tally.finishReasons)]
    }

    /// Such as `length=1;stop=12`; what separates is written with a backslash in a name.
    private static func text(of reasons: CountsByName) -> String {
        let parts = reasons.entries.map { entry in
            entry.name.map { "\\;=".contains($0) ? "\\\($0)" : "\($0)" }.joined() + "=\(entry.count)"
        }
        return CSVText.field(parts.joined(separator: ";"))
    }

    private static func fields(_ metric: MetricSummary?) -> [String] {
        guard let metric else { return ["0"] + measures.dropFirst().map { _ in "" } }
        let times = [
            metric.minMs, metric.meanMs, metric.p50Ms, metric.p90Ms, metric.p95Ms, metric.p99Ms, metric.p999Ms,
            metric.maxMs,
        ]
        return ["\(metric.count)"] + times.map { "\($0)" }
    }
}
