/// A result, and how a format is to show it.
public struct ReportMaterial: Sendable {
    /// The result.
    public var summary: Summary
    /// What becomes one row of tables.
    public var grouping: RowGrouping
    /// The source of Chart.js, version 3 or 4; nil for pages without charts.
    public var chartLibrary: String?
    /// Whether the run goes on, so that this is only its beginning.
    public var goesOn: Bool
    /// The width of the column with names in a text.
    public var nameWidth: Int

    /// Takes a result.
    ///
    /// - Parameters:
    ///   - summary: The result.
    ///   - grouping: What becomes one row of tables.
    ///   - chartLibrary: The source of Chart.js, version 3 or 4; nil for pages without charts.
    ///   - goesOn: Whether the run goes on.
    ///   - nameWidth: The width of the column with names in a text; Locust's is 80 where there is no terminal.
    public init(
        _ summary: Summary,
        by grouping: RowGrouping = .conversation,
        chartLibrary: String? = nil,
        goesOn: Bool = false,
        nameWidth: Int = 80
    ) {
        self.summary = summary
        self.grouping = grouping
        self.chartLibrary = chartLibrary
        self.goesOn = goesOn
        self.nameWidth = nameWidth
    }
}
