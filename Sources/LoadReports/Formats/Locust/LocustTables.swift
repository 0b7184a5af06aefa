/// The three tables of Locust, in its column widths: requests by name, percentiles, error report.
///
/// A turn counts as a request once its outcome is `completed` or a failure; abandoned and cancelled turns are left out, as Locust
/// leaves out requests it kills. Times are whole milliseconds, of completed and failed turns together: percentiles are
/// rounded, as Locust rounds what it counts; its mean and its extremes are cut.
public struct LocustTables {
    private let entries: [ReportRow]
    private let total: ReportRow
    private let durationS: Double
    private let examples: [String: String]
    private let nameWidth: Int

    /// Prepares the tables of a result.
    ///
    /// - Parameters:
    ///   - summary: The result.
    ///   - grouping: What becomes one row.
    ///   - nameWidth: The width of the name column; Locust's is 80 where there is no terminal.
    public init(_ summary: Summary, by grouping: RowGrouping = .conversation, nameWidth: Int = 80) {
        self.nameWidth = max(nameWidth, 20)
        durationS = summary.run.durationS
        examples = summary.outcomeDetails.compactMapValues(\.examples.first)
        entries = ReportRow.rows(of: summary.rows, by: grouping, endpoint: summary.run.path).sorted {
            $0.name < $1.name
        }
        total = ReportRow.total(of: summary.rows)
    }

    /// All tables, each line ended.
    public var text: String {
        [requestLines, percentileLines, errorLines].filter { !$0.isEmpty }
            .map { $0.joined(separator: "\n") + "\n" }
            .joined(separator: "\n")
    }

    private var requestLines: [String] {
        let column = nameWidth - 4
        let line =
            String(repeating: "-", count: 8) + "|" + String(repeating: "-", count: column)
            + "|-------|-------------|-------|-------|-------|-------|--------|-----------"
        let head =
            "Type".padded(8) + " " + "Name".padded(column) + " " + "# reqs".leading(7) + " " + "# fails".leading(12)
        let columns = " |" + ["Avg", "Min", "Max"].map { $0.leading(7) }.joined(separator: " ") + "Med".leading(7)
        let rates = " | " + "req/s".leading(7) + " " + "failures/s".leading(11)
        return [head + columns + rates, line] + entries.map { requestLine($0, type: "POST", column: column) }
            + [line, requestLine(total, type: "", column: column)]
    }

    private func requestLine(_ entry: ReportRow, type: String, column: Int) -> String {
        let share = entry.requests == 0 ? 0 : Double(entry.failures) / Double(entry.requests) * 100
        let counts = "\(entry.requests)".leading(7) + " " + "\(entry.failures)(\(share.fixed(2))%)".leading(12)
        let whole = entry.times.wholeMs.map { "\($0)".leading(7) }
        let (times, median) = (whole.dropLast(), whole[whole.count - 1])
        let rates = " | " + perSecond(entry.requests).leading(7) + " " + perSecond(entry.failures).leading(11)
        return type.padded(8) + " " + entry.name.padded(column) + " " + counts + " |" + times.joined(separator: " ")
            + median + rates
    }

    private var percentileLines: [String] {
        let titles = LocustNumbers.percentiles.map(\.title) + ["# reqs"]
        let widths = [8] + Array(repeating: 6, count: titles.count - 1)
        let head = zip(titles, widths).map { $0.leading($1) }.joined(separator: " ")
        let line =
            String(repeating: "-", count: 8) + "|" + String(repeating: "-", count: nameWidth) + "|"
            + widths.map { String(repeating: "-", count: $0) }.joined(separator: "|")
        func row(_ entry: ReportRow, type: String) -> String {
            let times = entry.responses.percentilesNs(LocustNumbers.percentiles.map(\.rank)).map(LocustNumbers.wholeMs)
            let values = times.map { "\($0)" } + ["\(entry.requests)"]
            return type.padded(8) + " " + entry.name.padded(nameWidth) + " "
                + zip(values, widths).map { $0.leading($1) }.joined(separator: " ")
        }
        return [
            "Response time percentiles (approximated)", "Type".padded(8) + " " + "Name".padded(nameWidth) + " " + head,
        ]
            + [line] + entries.map { row($0, type: "POST") } + [line]
            + (total.requests > 0 ? [row(total, type: "")] : [])
    }

    private var errorLines: [String] {
        guard total.failures > 0 else { return [] }
        let line = String(repeating: "-", count: 18) + "|" + String(repeating: "-", count: 141)
        let kinds = Dictionary(grouping: entries.flatMap { $0.failuresByKind.map(\.label) }) { $0 }
        let rows = entries.flatMap { entry in
            entry.failuresByKind.map { failure in
                // Examples are of the whole run.
                let isOnlyHere = kinds[failure.label]?.count == 1
                let example =
                    examples[failure.label].map { " (\(isOnlyHere ? "" : "in the run ")such as: \($0))" } ?? ""
                return "\(failure.count)".padded(18) + " " + "POST \(entry.name): \(failure.label)\(example)"
            }
        }
        return ["Error report", "# occurrences".padded(18) + " Error", line] + rows + [line]
    }

    private func perSecond(_ count: UInt64) -> String {
        (durationS > 0 ? Double(count) / durationS : 0).fixed(2)
    }
}
