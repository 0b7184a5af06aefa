/// A result, or the state of a run, in the form of Locust's CSV files: the same columns, quotes and ends of lines.
///
/// Percentiles are whole milliseconds, `N/A` where there was nothing to measure.
public struct LocustCSV: Sendable {
    private static let statsHead =
        [
            "Type", "Name", "Request Count", "Failure Count", "Median Response Time", "Average Response Time",
            "Min Response Time", "Max Response Time", "Average Content Size", "Requests/s", "Failures/s",
        ] + LocustNumbers.percentiles.map(\.title)
    private static let failuresHead = ["Method", "Name", "Error", "Occurrences", "First Seen", "Last Seen"]
    private static let exceptionsHead = ["Count", "Message", "Traceback", "Nodes"]

    private let table: ReportTable

    /// Prepares the files.
    ///
    /// - Parameter table: The rows.
    public init(_ table: ReportTable) {
        self.table = table
    }

    /// What Locust writes to `PREFIX_stats.csv`: a line for each row, and the total.
    public var stats: String {
        var csv = CSVText()
        csv.append(Self.statsHead)
        for row in table.rows { csv.append(statsFields(row, type: LocustNumbers.method)) }
        csv.append(statsFields(table.total, type: ""))
        return csv.text
    }

    /// What Locust writes to `PREFIX_failures.csv`: a line for each kind of failure of each row; the error is the outcome's
    /// label.
    public var failures: String {
        var csv = CSVText()
        csv.append(Self.failuresHead)
        for row in table.rows {
            for failure in row.failuresByKind {
                csv.append(
                    [LocustNumbers.method, CSVText.field(row.name), failure.label, "\(failure.count)"]
                        + [failure.times?.firstSeen ?? "", failure.times?.lastSeen ?? ""]
                )
            }
        }
        return csv.text
    }

    /// What Locust writes to `PREFIX_exceptions.csv`, where it tells of errors in the load test itself: a line for each
    /// process that was lost.
    public var exceptions: String {
        var csv = CSVText()
        csv.append(Self.exceptionsHead)
        for message in table.lostProcesses { csv.append(["1", CSVText.field(message), "", "local"]) }
        return csv.text
    }

    private func statsFields(_ row: ReportRow, type: String) -> [String] {
        [type, CSVText.field(row.name), "\(row.requests)", "\(row.failures)"] + Self.timeFields(row)
            + ["\(table.perS(row.requests))", "\(table.perS(row.failures))"] + Self.percentileFields(row.responses)
    }

    /// The median, the mean, the extremes, and the mean size of an answer.
    static func timeFields(_ row: ReportRow) -> [String] {
        let times = row.times
        return [
            LocustNumbers.text(times.wholeMedianMs),
            "\(times.averageMs)",
            times.isMeasured ? "\(times.leastMs)" : "0",
            times.isMeasured ? "\(times.greatestMs)" : "0",
            row.requests > 0 ? "\(row.averageBytes)" : "0",
        ]
    }

    static func percentileFields(_ responses: Distribution) -> [String] {
        guard responses.count > 0 else { return LocustNumbers.percentiles.map { _ in "N/A" } }
        return responses.percentilesNs(LocustNumbers.percentiles.map(\.rank)).map { "\(LocustNumbers.wholeMs($0))" }
    }
}
