import LoadEngine
import LoadReports

/// The file of `--html`, and what its charts are drawn with.
struct HTMLOutput {
    private let file: OutputFile
    private let chartLibrary: String?

    /// Checks that the file can be written, and warns when it will be without charts.
    ///
    /// - Parameter path: The file.
    /// - Throws: `ConfigurationError` when it cannot be written.
    init(path: String) throws(ConfigurationError) {
        file = try OutputFile(path: path, option: "--html")
        let library = ChartLibrary()
        chartLibrary = library.source
        if library.source == nil {
            StandardStream.error.write("warning: --html \(path) will have no charts: \(library.problem)\n")
        }
    }

    /// Writes the page of a result.
    ///
    /// - Parameters:
    ///   - summary: The result.
    ///   - grouping: What becomes one row of the tables.
    /// - Throws: `EngineError` when the disk is full or the file cannot be written any more.
    func write(_ summary: Summary, by grouping: RowGrouping) throws {
        try file.write { try HTMLReport(summary, by: grouping, chartLibrary: chartLibrary).html() }
    }
}
