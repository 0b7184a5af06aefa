import LoadEngine

/// Everything that is written of a result: what can be wrong with it is found before the run, and one part that cannot be
/// written costs no other.
struct RunOutputs {
    private let options: FileOptions
    private let summaryFile: OutputFile?
    private let html: HTMLOutput?
    private let junitFile: OutputFile?

    /// Checks every place that is to be written to.
    ///
    /// - Parameters:
    ///   - options: What is to be written.
    ///   - summary: The file of the complete result, nil for none.
    /// - Throws: `ConfigurationError` for a place that cannot be written to.
    init(_ options: FileOptions, summary: String? = nil) throws {
        self.options = options
        summaryFile = try summary.map { try OutputFile(path: $0, option: "--summary") }
        html = try options.html.map { try HTMLOutput(path: $0) }
        junitFile = try options.junit.map { try OutputFile(path: $0, option: "--junit") }
    }

    /// Writes every report of the result: files first, since a terminal may not read on.
    ///
    /// - Parameters:
    ///   - summary: The result.
    ///   - stream: Where the tables go.
    /// - Returns: Whether one of them could not be written, which has been said on stderr.
    func write(_ summary: Summary, to stream: StandardStream = .error) -> Bool {
        var hasFailed = false
        func attempt(_ body: () throws -> Void) {
            do { try body() } catch {
                StandardStream.error.write("error: \(error)\n")
                hasFailed = true
            }
        }
        attempt { try summaryFile?.write(try summary.json()) }
        attempt { try html?.write(summary, by: options.groupBy) }
        attempt { try junitFile?.write(Array(JUnitReport(summary).text.utf8)) }
        if options.json {
            attempt { try StandardStream.output.writeAll(try LocustJSON(summary, by: options.groupBy).json()) }
        }
        let nameWidth = stream.terminalSize.map { min(max($0.columns - 80, 20), 80) } ?? 80
        let tables = LocustTables(summary, by: options.groupBy, nameWidth: nameWidth)
        var texts = [tables.text, StreamingReport(summary).text]
        if !summary.thresholds.isEmpty { texts.append(ThresholdReport(summary).text) }
        stream.write(texts.map { "\n" + $0 }.joined())
        return hasFailed
    }
}
