import LoadEngine

/// Everything that a run writes: what can be wrong with it is found before the run, and one part that cannot be written
/// costs no other.
struct RunOutputs {
    private let options: ReportOptions
    private let summaryFile: OutputFile?
    private let junitFile: OutputFile?

    /// Checks every place that is to be written to.
    ///
    /// - Parameters:
    ///   - options: What is to be written.
    ///   - junit: The file of the JUnit report, nil for none.
    /// - Throws: `ConfigurationError` for a place that cannot be written to.
    init(_ options: ReportOptions, junit: String?) throws {
        self.options = options
        summaryFile = try options.summary.map { try OutputFile(path: $0, option: "--summary") }
        junitFile = try junit.map { try OutputFile(path: $0, option: "--junit") }
    }

    /// Writes every report of the result: files first, since a terminal may not read on.
    ///
    /// - Parameter summary: The result.
    /// - Returns: Whether one of them could not be written, which has been said on stderr.
    func write(_ summary: Summary) -> Bool {
        var hasFailed = false
        func attempt(_ body: () throws -> Void) {
            do { try body() } catch {
                StandardStream.error.write("error: \(error)\n")
                hasFailed = true
            }
        }
        attempt { try summaryFile?.write(try summary.json()) }
        attempt { try junitFile?.write(Array(JUnitReport(summary).text.utf8)) }
        if options.json {
            attempt { try StandardStream.output.writeAll(try LocustJSON(summary, by: options.groupBy).json()) }
        }
        let nameWidth = StandardStream.error.terminalSize.map { min(max($0.columns - 80, 20), 80) } ?? 80
        let tables = LocustTables(summary, by: options.groupBy, nameWidth: nameWidth)
        StandardStream.error.write("\n" + tables.text)
        StandardStream.error.write("\n" + StreamingReport(summary).text)
        if !summary.thresholds.isEmpty { StandardStream.error.write("\n" + ThresholdReport(summary).text) }
        return hasFailed
    }
}
