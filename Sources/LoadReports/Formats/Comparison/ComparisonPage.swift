/// Two runs side by side, as one page of HTML: what makes the comparison unfair, the numbers, and charts with both.
public struct ComparisonPage {
    private let comparison: RunComparison
    private let chartLibrary: String?
    private let charts: ComparisonCharts

    /// Prepares the page.
    ///
    /// - Parameters:
    ///   - comparison: The comparison.
    ///   - chartLibrary: The source of Chart.js, version 3 or 4; nil for a page without charts.
    public init(_ comparison: RunComparison, chartLibrary: String?) {
        self.comparison = comparison
        self.chartLibrary = chartLibrary
        charts = ComparisonCharts(comparison)
    }

    /// The page.
    ///
    /// - Returns: UTF-8.
    /// - Throws: What the encoder of the charts' numbers throws.
    public func html() throws -> [UInt8] {
        let (before, after) = (comparison.before.run, comparison.after.run)
        let limits =
            comparison.limits.isEmpty
            ? [] : [PageShell.Section(id: "limits", title: "Limits", parts: [limitTable.html])]
        let page = PageShell(
            title: "Comparison of two load tests of \(after.host)",
            kind: "Comparison of two load tests of",
            heading: before.host == after.host ? after.host : "\(before.host) and \(after.host)",
            about: "\(before.startedAt) and \(after.startedAt)",
            sections: [
                PageShell.Section(id: "summary", title: "Summary", parts: [verdict, runTable.html])
            ] + limits + [
                PageShell.Section(id: "charts", title: "Charts", parts: figures),
                PageShell.Section(id: "numbers", title: "Numbers", parts: [numberTable.html]),
            ],
            hasLinks: true,
            footer: "Written by loadtest. \(RunComparison.method)",
            scripts: try scripts()
        )
        return Array(page.html.text.utf8)
    }

    private var verdict: HTML {
        let failed = comparison.limits.count(where: \.failed)
        let mark: HTML = failed > 0 ? "bad" : comparison.isFair ? "good" : "warn"
        let changed = comparison.numbers.count { $0.finding == .changed }
        let found =
            "\(changed) of \(counted(comparison.numbers.count, "number")) differ by more than noise."
            + (comparison.limits.isEmpty ? "" : " \(failed) of \(counted(comparison.limits.count, "limit")) failed.")
        let differences = comparison.differences.map { difference -> HTML in
            difference.weight == .unfair
                ? "<p><strong>Unfair:</strong> \(difference.text)</p>" : "<p>Note: \(difference.text)</p>"
        }
        let fairness: HTML =
            comparison.isFair
            ? "<strong>A fair comparison.</strong>" : "<strong class=\"bad\">The comparison is unfair.</strong>"
        return """
            <div class="verdict \(mark)">
            <p>\(fairness) \(found)</p>
            \(HTML(lines: differences))
            </div>
            """
    }

    private var runTable: HTMLTable {
        func cells(_ name: String, _ summary: Summary) -> [HTML] {
            let run = summary.run
            return [
                "\(name)", "\(run.host)", "\(run.startedAt)", "\((run.durationS * 1e3).readableMs)",
                "\(UInt64(max(run.users, 0)).grouped)", "\(summary.turns.completed.grouped)",
                "\(summary.turns.failed.grouped)",
                "\(run.verdict.rawValue.replacing("_", with: " "))",
            ]
        }
        return HTMLTable(
            caption: "Runs",
            columns: [.text("Run"), .text("Host"), .text("Started at")]
                + ["Duration", "Users", "Turns completed", "Failed"].map(HTMLTable.Column.number) + [.text("Verdict")],
            rows: [cells("before", comparison.before), cells("after", comparison.after)]
        )
    }

    private func cells(_ number: ComparedNumber) -> [HTML] {
        [
            "\(number.text(of: number.before))", "\(number.text(of: number.after))", "\(number.changeText)",
            "\(number.intervalText)", "\(number.findingText)",
        ]
    }

    private static let columns =
        ["Before", "After", "Change", "95 % interval of the change"].map(HTMLTable.Column.number) + [
            HTMLTable.Column.text("Finding")
        ]

    private var numberTable: HTMLTable {
        HTMLTable(
            caption: "Numbers",
            note: "changes in percent of what it was before, of shares in percentage points",
            columns: [.text("Number")] + Self.columns,
            rows: comparison.numbers.map { ["\($0.name)"] + cells($0) }
        )
    }

    private var limitTable: HTMLTable {
        HTMLTable(
            caption: "Limits",
            note: "what the second run must not be like",
            columns: [.text("Limit"), .text("Result")] + Self.columns,
            rows: comparison.limits.map { ["\($0.expr)", "\($0.failed ? "failed" : "ok")"] + cells($0.number) }
        )
    }

    // MARK: Charts

    private var figures: [HTML] {
        guard chartLibrary != nil else {
            return ["<p class=\"note\">There are no charts: Chart.js was not found when this was written.</p>"]
        }
        guard !charts.charts.isEmpty else { return ["<p class=\"nothing\">The runs were too short for charts.</p>"] }
        let all = ChartFigure.all(stallAfterMs: comparison.after.stalls.afterMs)
        let figures = charts.charts.compactMap { chart in all.first { $0.id == chart.id } }.map { figure -> HTML in
            """
            <figure>
            <figcaption><h3>\(figure.title)</h3><p>\(figure.about) Both runs, from their starts on.</p></figcaption>
            <div class="canvas"><canvas id="chart-\(figure.id)" role="img" aria-label="Line chart of both runs. \(figure.title): \
            \(figure.about) The table below has the numbers."></canvas></div>
            </figure>
            """
        }
        return ["<div class=\"charts\">", HTML(lines: figures), "</div>"]
    }

    private func scripts() throws -> HTML {
        let tables: HTML = "<script>\(HTML(trusted: HTMLReport.tableProgram))</script>"
        guard let chartLibrary, !charts.charts.isEmpty else { return tables }
        let program = PageKit.joined(
            [PageKit.format.text, PageKit.drawing.text, HTMLReport.resource(PackageResources.comparison_charts_js)]
        )
        return """
            <script type="application/json" id="chart-data">\(.scriptSafe(json: try charts.json()))</script>
            \(tables)
            <script>\(HTML.scriptSafe(program: chartLibrary))</script>
            <script type="module">\(HTML.scriptSafe(program: "\n\(program)\n"))</script>
            """
    }
}
