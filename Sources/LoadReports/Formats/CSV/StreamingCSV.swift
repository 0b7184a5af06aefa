/// What Locust's files do not know of a result, or of the state of a run, as `PREFIX_streaming.csv`: events, stalls,
/// objectives and the distribution of each metric, for each row and the total.
///
/// Its lines have the types and names of those in `PREFIX_stats.csv`. Times are in milliseconds, rates per second of the
/// run; what there is nothing to say about is empty.
public struct StreamingCSV: Sendable {
    private static let metrics: [Metric] = [.ttft, .ttfb, .interEvent, .stallTime, .responseTime, .failedTime]
    private static let measures = ["count", "min", "mean", "p50", "p90", "p95", "p99", "p999", "max"]
    private static let columns =
        [
            "Type", "Name", "turns", "failed_turns", "turns_per_s", "failed_turns_per_s", "events", "events_per_s",
            "bytes", "bytes_per_s", "stalls", "stalled_turns", "stalls_rate", "good_turns", "turn_goodput",
        ]
        + metrics.flatMap { metric in
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
            + ["\(row.stalls)", "\(row.stalledTurns)", "\(Share.of(row.stalledTurns, in: row.requests))"]
        let good =
            table.hasObjectives ? ["\(row.goodTurns)", "\(Share.of(row.goodTurns, in: row.requests))"] : ["", ""]
        return [type, CSVText.field(row.name)] + counts + good + Self.metrics.flatMap { Self.fields(row.metric($0)) }
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
