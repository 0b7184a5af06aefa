/// A result as one page of HTML: cards, charts and tables, which opens without asking any host for anything.
///
/// The page carries its style, its scripts and its numbers. All that comes from files and servers is escaped.
public struct HTMLReport {
    let summary: Summary
    let grouping: RowGrouping
    let goesOn: Bool
    /// The rows of all tables, in the order of the files, and their total: made once, of 100,000 rows they take seconds.
    let reportRows: (rows: [ReportRow], total: ReportRow)
    /// The distributions of the whole run, by the metric's label.
    let metrics: [String: MetricSummary]
    let details: [String: Summary.OutcomeDetail]
    private let chartLibrary: String?

    /// Prepares the page of a result.
    ///
    /// - Parameters:
    ///   - summary: The result.
    ///   - grouping: What becomes one row of the tables.
    ///   - chartLibrary: The source of Chart.js, version 3 or 4; nil for a page with a note in place of its charts.
    ///   - goesOn: Whether the run goes on, so that this is only its beginning.
    public init(
        _ summary: Summary,
        by grouping: RowGrouping = .conversation,
        chartLibrary: String?,
        goesOn: Bool = false
    ) {
        self.goesOn = goesOn
        self.summary = summary
        self.grouping = grouping
        self.chartLibrary = chartLibrary
        reportRows = (
            ReportRow.rows(of: summary.rows, by: grouping, endpoint: summary.run.path),
            ReportRow.total(of: summary.rows)
        )
        metrics = summary.metrics
        details = summary.outcomeDetails
    }

    /// The page.
    ///
    /// - Returns: UTF-8.
    /// - Throws: What the encoder of the charts' numbers throws.
    public func html() throws -> [UInt8] {
        let charts = chartLibrary == nil ? nil : ChartData(summary)
        let run = summary.run
        let processes = run.processes == 1 ? "" : ", \(run.processes) processes"
        let programs = Self.bodyPrograms(chartLibrary: charts.flatMap { $0.charts.isEmpty ? nil : chartLibrary })
        let page = PageShell(
            title: "Load test of \(run.host), \(startedAt)",
            kind: "Load test of",
            heading: run.host,
            about: "\(startedAt) · \((run.durationS * 1e3).readableMs) · \(UInt64(max(run.users, 0)).grouped) "
                + "\(plural(run.users, "user"))\(processes)",
            sections: sections(charts: charts),
            hasLinks: true,
            footer:
                "Written by loadtest. Percentiles come from HdrHistogram, with three significant digits; times are taken "
                + "with the monotonic clock.",
            scripts: HTML(
                lines: [try data(charts)]
                    + programs.map {
                        "<script\($0.isModule ? " type=\"module\"" : "" as HTML)>\(HTML(trusted: $0.text))</script>"
                    }
            )
        )
        return Array(page.html.text.utf8)
    }

    /// What a browser may do with the page: nothing outside of it.
    static let policy =
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
        + "form-action 'none'"

    /// What is between the tags of its style: a server's policy may have the hash.
    package static let styleSheet = "\n\(PageKit.styleSheet.text)\n\(resource(PackageResources.report_css))"

    /// What is between the tags of its scripts: a server's policy may have the hashes.
    ///
    /// - Parameter chartLibrary: The source of Chart.js; nil for a page without charts.
    /// - Returns: One text for each element.
    package static func programs(chartLibrary: String?) -> [String] {
        [themeProgram] + bodyPrograms(chartLibrary: chartLibrary).map(\.text)
    }

    /// The one in the head, so that the page is not drawn in another theme first.
    static let themeProgram = program(PageKit.theme.text)

    /// What sorts tables.
    static let tableProgram = program(resource(PackageResources.report_js))

    private static func bodyPrograms(chartLibrary: String?) -> [(text: String, isModule: Bool)] {
        let tables = (tableProgram, isModule: false)
        guard let chartLibrary else { return [tables] }
        let charts = PageKit.joined(
            [PageKit.format.text, PageKit.drawing.text, resource(PackageResources.report_charts_js)]
        )
        return [tables, (program(chartLibrary), isModule: false), (program(charts), isModule: true)]
    }

    private static func program(_ text: String) -> String { HTML.scriptSafe(program: "\n\(text)\n").text }

    static func resource(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// The numbers of the charts; nothing for a page without.
    private func data(_ charts: ChartData?) throws -> HTML {
        guard let charts, !charts.charts.isEmpty else { return "" }
        return """
            <script type="application/json" id="chart-data">\(.scriptSafe(json: try charts.json()))</script>
            """
    }

    /// The start of the run; as it was written, where that is not RFC 3339 in UTC.
    private var startedAt: String {
        let text = summary.run.startedAt
        guard [20, 24].contains(text.count), text.hasSuffix("Z") else { return text }
        return text.prefix(19).replacing("T", with: " ") + " UTC"
    }

    private func sections(charts: ChartData?) -> [PageShell.Section] {
        [
            PageShell.Section(id: "summary", title: "Summary", parts: [verdict, cards]),
            PageShell.Section(id: "charts", title: "Charts", parts: figures(charts)),
            PageShell.Section(id: "thresholds", title: "Thresholds", parts: thresholdTables),
            PageShell.Section(id: "requests", title: "Requests", parts: requestTables),
            PageShell.Section(id: "streaming", title: "Streaming", parts: streamingTables),
            PageShell.Section(id: "failures", title: "Failures", parts: failureTables),
            PageShell.Section(id: "conversations", title: "Conversations", parts: conversationTables),
            PageShell.Section(id: "configuration", title: "Configuration", parts: [factTables]),
        ].filter { !$0.parts.isEmpty }
    }
}
