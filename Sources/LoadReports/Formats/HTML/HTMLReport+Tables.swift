// The tables of requests and streams: Locust's columns, and what Locust does not know.

extension HTMLReport {
    /// Locust's percentiles, as a page writes them.
    private static let percentiles = LocustNumbers.percentiles.map { percentile in
        (title: String(percentile.title.dropLast()) + " %", rank: percentile.rank)
    }

    /// What the rows of the tables are.
    var rowTitle: String {
        switch grouping {
        case .endpoint: "Endpoint"
        case .conversation: "Conversation"
        case .turn: "Turn"
        }
    }

    /// Locust's two tables, and one of what it does not know.
    var requestTables: [HTML] {
        let (rows, total) = reportRows
        guard total.requests > 0 else { return ["<p class=\"nothing\">No turn was completed or failed.</p>"] }
        return [requestTable(rows, total).html, percentileTable(rows, total).html]
    }

    private func requestTable(_ rows: [ReportRow], _ total: ReportRow) -> HTMLTable {
        HTMLTable(
            caption: "Request statistics",
            note: "completed and failed turns together; times in ms",
            columns: [.text(rowTitle)]
                + [
                    "Requests", "Fails", "Fails %", "Average", "Min", "Max", "Median", "Average size", "Req/s",
                    "Fails/s",
                ]
                .map(HTMLTable.Column.number),
            rows: rows.map(requestCells),
            total: requestCells(total)
        )
    }

    private func requestCells(_ row: ReportRow) -> [HTML] {
        let times = row.times
        let cells =
            [
                row.requests.grouped, row.failures.grouped, (Share.of(row.failures, in: row.requests) * 100).fixed(2),
            ] + [times.averageMs, times.leastMs, times.greatestMs, times.medianMs].map { $0.grouped(1) }
            + [
                row.averageBytes.grouped(0),
                perSecond(row.requests), perSecond(row.failures),
            ]
        return named(row.name, cells)
    }

    private func percentileTable(_ rows: [ReportRow], _ total: ReportRow) -> HTMLTable {
        func cells(_ row: ReportRow) -> [HTML] {
            let values = row.responses.percentilesNs(Self.percentiles.map(\.rank)).map(milliseconds)
            return named(row.name, values + [row.requests.grouped])
        }
        return HTMLTable(
            caption: "Response time percentiles",
            note: "completed and failed turns together, in ms",
            columns: [.text(rowTitle)] + (Self.percentiles.map(\.title) + ["Requests"]).map(HTMLTable.Column.number),
            rows: rows.map(cells),
            total: cells(total)
        )
    }

    /// All metrics of the run, and the streams of each row.
    var streamingTables: [HTML] {
        let (rows, total) = reportRows
        let table = metricTable(metrics, caption: "Metrics", note: "of all turns, in ms")
        return [
            table.rows.isEmpty ? "<p class=\"nothing\">Nothing was measured.</p>" : table.html
        ] + summary.result.stretches.map { stretchTable($0).html } + [
            total.requests > 0 ? streamTable(rows, total).html : ""
        ] + tokenTables(rows, total)
    }

    private func stretchTable(_ stretch: ShownStretch) -> HTMLTable {
        metricTable(stretch.metrics, caption: stretch.name, note: "\(stretch.sentence); times in ms")
    }

    private func metricTable(_ metrics: [String: MetricSummary], caption: String, note: HTML) -> HTMLTable {
        let rows = Metric.allCases.compactMap { metric -> [HTML]? in
            guard let values = metrics[metric.label] else { return nil }
            let times = [
                values.minMs, values.meanMs, values.p50Ms, values.p90Ms, values.p95Ms, values.p99Ms, values.p999Ms,
                values.maxMs,
            ]
            let name: HTML = "\(.name(metric.label))<small>\(metric.formula)</small>"
            return [name, "\(values.count.grouped)"] + times.map { "\($0.grouped(2))" }
        }
        return HTMLTable(
            caption: caption,
            note: note,
            columns: [.text("Metric")]
                + ["Count", "Min", "Average", "p50", "p90", "p95", "p99", "p99.9", "Max"].map(HTMLTable.Column.number),
            rows: rows
        )
    }

    private func streamTable(_ rows: [ReportRow], _ total: ReportRow) -> HTMLTable {
        let hasObjectives = summary.result.hasObjectives
        let metrics = [Metric.ttft] + (total.tally[.answerTTFT] != nil ? [.answerTTFT] : []) + [.interEvent]
        let hasOthers = total.tally.otherEvents != nil
        func cells(_ row: ReportRow) -> [HTML] {
            let times = metrics.flatMap { metric in
                let values = row.metric(metric)
                return [values?.p50Ms, values?.p95Ms, values?.p99Ms]
            }
            func percent(_ count: UInt64, of all: UInt64) -> String { (Share.of(count, in: all) * 100).fixed(2) }
            return named(
                row.name,
                [row.events.grouped, perSecond(row.events)] + times.map { $0?.grouped(2) ?? "–" }
                    + [row.stalls.grouped, percent(row.stalledTurns, of: row.tally.ended)]
                    + (hasObjectives ? [percent(row.goodTurns, of: row.requests)] : [])
                    + (hasOthers
                        ? [row.tally[.otherEvents].grouped, row.tally[.unreadableEvents].grouped] : [])
            )
        }
        let titles =
            ["Events", "Events/s"]
            + metrics.flatMap { metric in ["p50", "p95", "p99"].map { "\(metric.label) \($0)" } }
            + ["Stalls", "Stalled turns %"] + (hasObjectives ? ["Good turns %"] : [])
            + (hasOthers ? ["Events of no rule", "Not JSON"] : [])
        return HTMLTable(
            caption: "Streams",
            note: "times in ms",
            columns: [.text(rowTitle)] + titles.map(HTMLTable.Column.number),
            rows: rows.map(cells),
            total: cells(total)
        )
    }

    // MARK: Cells

    /// A row's name, and its numbers.
    func named(_ name: String, _ cells: [String]) -> [HTML] {
        [.name(name)] + cells.map { "\($0)" }
    }

    private func milliseconds(_ valueNs: UInt64) -> String { Nanoseconds.milliseconds(valueNs).grouped(1) }

    func perSecond(_ count: UInt64) -> String {
        (summary.run.durationS > 0 ? Double(count) / summary.run.durationS : 0).grouped(2)
    }
}
