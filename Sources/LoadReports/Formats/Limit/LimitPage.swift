import FoundationEssentials

/// What a search of the limit has found, as one page of HTML: a sentence, a chart over the load, and the loads.
public struct LimitPage {
    /// What the chart is drawn from.
    private struct Data: Encodable {
        let loads: [Double]
        let series: [ChartData.Series]
    }

    private let found: LimitResult
    private let chartLibrary: String?

    /// Prepares the page.
    ///
    /// - Parameters:
    ///   - found: The result.
    ///   - chartLibrary: The source of Chart.js, version 3 or 4; nil for a page without its chart.
    public init(_ found: LimitResult, chartLibrary: String?) {
        self.found = found
        self.chartLibrary = chartLibrary
    }

    /// The page.
    ///
    /// - Returns: UTF-8.
    /// - Throws: What the encoder of the chart's numbers throws.
    public func html() throws -> [UInt8] {
        let page = PageShell(
            title: "What \(found.run?.host ?? "the server") holds",
            kind: "The limit of",
            heading: found.run?.host ?? "",
            about: found.run?.startedAt ?? "",
            sections: [
                PageShell.Section(id: "summary", title: "Summary", parts: [verdict]),
                PageShell.Section(id: "chart", title: "Over the load", parts: [figure]),
                PageShell.Section(id: "levels", title: "Loads", parts: [table.html]),
            ],
            footer:
                "Written by loadtest. A load is kept when the share of good turns is over the one that is asked for with 99 % "
                + "confidence (Wilson's score interval), or, when its time is over, by what there is.",
            scripts: try scripts()
        )
        return Array(page.html.text.utf8)
    }

    private var verdict: HTML {
        """
        <div class="verdict \(isGood ? "good" : "bad" as HTML)"><p><strong>\(found.headline)</strong></p><p>\(found.why)</p>\(more)</div>
        """
    }

    private var more: HTML { HTML(lines: [found.felt, found.aboutUsers].compactMap(\.self).map { "<p>\($0)</p>" }) }

    private var isGood: Bool { found.verdict == .found || found.verdict == .notReached }

    /// Of each load the last time it was held, the least first.
    private var shown: [LimitResult.Level] {
        var byLevel: [Double: LimitResult.Level] = [:]
        for level in found.levels where level.decision == .kept || level.decision == .broken {
            byLevel[level.level] = level
        }
        return byLevel.values.sorted { $0.level < $1.level }
    }

    private var hasChart: Bool { chartLibrary != nil && shown.count > 1 }

    private var figure: HTML {
        guard hasChart else {
            return chartLibrary == nil
                ? "<p class=\"note\">There is no chart: Chart.js was not found when this was written.</p>"
                : "<p class=\"nothing\">Fewer than two loads were decided.</p>"
        }
        let unit = found.goal.unit == .users ? "users" : "arrivals per second"
        return """
            <figure>
            <figcaption><h3>Goodput and times</h3><p>Good turns, and percentiles of ttft and response_time, over \(unit).</p>
            </figcaption>
            <div class="canvas"><canvas id="chart-limit" role="img" aria-label="Line chart of goodput and times over \(unit); the \
            table below has the numbers."></canvas></div>
            </figure>
            """
    }

    private func scripts() throws -> HTML {
        let tables: HTML = "<script>\(HTML(trusted: HTMLReport.tableProgram))</script>"
        guard hasChart, let chartLibrary else { return tables }
        func times(_ label: String, _ color: String, _ value: (LimitResult.Level) -> Double?) -> ChartData.Series {
            ChartData.Series(label: label, color: color, unit: "ms", values: shown.map(value))
        }
        let data = Data(
            loads: shown.map(\.level),
            series: [
                times("ttft p50", "c1") { $0.firstTokens?.p50Ms },
                times("ttft p95", "c2") { $0.firstTokens?.p95Ms },
                times("response_time p95", "c3") { $0.responses?.p95Ms },
                ChartData.Series(
                    label: "goodput (%)",
                    color: "good",
                    unit: "rate",
                    isRight: true,
                    values: shown.map { $0.goodput.map { $0 * 100 } }
                ),
            ]
        )
        let json = String(decoding: try JSONEncoder().encode(data), as: UTF8.self)
        let program = PageKit.joined(
            [PageKit.format.text, PageKit.drawing.text, HTMLReport.resource(PackageResources.limit_chart_js)]
        )
        return """
            <script type="application/json" id="chart-data">\(.scriptSafe(json: json))</script>
            \(tables)
            <script>\(HTML.scriptSafe(program: chartLibrary))</script>
            <script type="module">\(HTML.scriptSafe(program: "\n\(program)\n"))</script>
            """
    }

    private var table: HTMLTable {
        let rows = found.levels.map { level -> [HTML] in
            let first = level.firstTokens
            let times: [Double?] = [
                first?.p50Ms, first?.p95Ms, first?.p99Ms, level.responses?.p95Ms, level.canaryP99Ms,
            ]
            let mark = level.decision.rawValue.replacing("_", with: " ") + (level.isConfirming ? ", once more" : "")
            return [
                "\(level.level.grouped(level.level == level.level.rounded() ? 0 : 2))",
                "\(level.stretch.durationS.grouped(0))",
                "\(level.turns.grouped)", "\(level.goodput.map { ($0 * 100).fixed(2) } ?? "–")",
                "\(level.stretch.total.failed.grouped)", "\(level.concurrency.grouped(1))",
            ] + times.map { "\($0?.grouped(1) ?? "–")" } + ["\(mark)", "\(level.reason)"]
        }
        let numbers = [
            found.goal.unit == .users ? "Users" : "Arrivals/s", "Held (s)", "Turns", "Good %", "Failed",
            "Turns at once",
            "ttft p50", "ttft p95", "ttft p99", "response p95", "canary p99",
        ]
        return HTMLTable(
            caption: "Loads",
            note: "in the order in which they were held; times in ms",
            columns: numbers.map(HTMLTable.Column.number) + [.text("Decision"), .long("Why")],
            rows: rows
        )
    }
}
