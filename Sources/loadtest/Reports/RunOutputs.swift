import LoadEngine
import LoadReports

/// Everything that is written of a result: what can be wrong with it is found before the run, and one part that cannot be
/// written costs no other.
struct RunOutputs {
    private let options: FileOptions
    private let summaryFile: OutputFile?
    private let html: HTMLOutput?
    private let junitFile: OutputFile?
    private let jsonFile: OutputFile?
    private let csv: CSVOutput?

    /// Checks every place that is to be written to.
    ///
    /// - Parameters:
    ///   - options: What is to be written.
    ///   - summary: The file of the complete result, nil for none.
    ///   - history: The history among the CSV files, which only a run that goes on can have; nil for none.
    /// - Throws: `ConfigurationError` for a place that cannot be written to.
    init(_ options: FileOptions, summary: String? = nil, history: LocustHistory? = nil) throws {
        self.options = options
        summaryFile = try summary.map { try OutputFile(path: $0, option: "--summary") }
        html = try options.html.map { try HTMLOutput(path: $0) }
        junitFile = try options.junit.map { try OutputFile(path: $0, option: "--junit") }
        jsonFile = try options.jsonPath.map { try OutputFile(path: $0, option: "--json-file") }
        csv = try options.csvPrefix.map { try CSVOutput(prefix: $0, history: history, by: options.groupBy) }
    }

    /// Begins with what is written while the run goes on.
    ///
    /// - Parameters:
    ///   - run: The run, which has begun.
    ///   - endpoint: The name of the row when all turns are one.
    ///   - onProblem: Called with what is to be said while the run goes on.
    /// - Throws: `EngineError` when the system refuses what that needs.
    func begin(_ run: LoadRun, endpoint: String, onProblem: @escaping @Sendable (String) -> Void) throws {
        try csv?.begin(run, endpoint: endpoint, onProblem: onProblem)
    }

    /// Ends what is written while the run goes on: it could not go on, and has no result.
    func abandon() { csv?.abandon() }

    /// Writes every report of the result: files first, since a terminal may not read on.
    ///
    /// - Parameters:
    ///   - summary: The result.
    ///   - stream: Where the tables go.
    /// - Returns: Whether one of them could not be written, which has been said on stderr.
    func write(_ summary: Summary, to stream: StandardStream = .error) -> Bool {
        var hasFailed = false
        func say(_ problem: String) { StandardStream.error.write("error: \(problem)\n") }
        func attempt(_ body: () throws -> Void) {
            do { try body() } catch {
                say("\(error)")
                hasFailed = true
            }
        }
        func locustJSON() throws -> [UInt8] { try LocustJSON(summary, by: options.groupBy).json() }
        if let csv {
            let isWritten = SlowWork.noting("writing the files of --csv") { csv.end(summary, onProblem: say) }
            if !isWritten { hasFailed = true }
        }
        if let summaryFile { attempt { try summaryFile.write { try summary.json() } } }
        if let html { attempt { try html.write(summary, by: options.groupBy) } }
        if let junitFile { attempt { try junitFile.write { Array(JUnitReport(summary).text.utf8) } } }
        if let jsonFile { attempt { try jsonFile.write(making: locustJSON) } }
        if options.json {
            // Not while somebody reads it, page by page.
            attempt { try StandardStream.output.writeAll(try SlowWork.noting("making --json", locustJSON)) }
        }
        let nameWidth = stream.terminalSize.map { min(max($0.columns - 80, 20), 80) } ?? 80
        let tables = LocustTables(summary, by: options.groupBy, nameWidth: nameWidth)
        // Why all the rest is empty comes first.
        var texts = [summary.unreachable.map { $0 + "\n" }, tables.text, StreamingReport(summary).text].compactMap {
            $0
        }
        if !summary.thresholds.isEmpty { texts.append(ThresholdReport(summary).text) }
        attempt { try stream.writeAll(texts.map { "\n" + $0 }.joined()) }
        return hasFailed
    }
}
