import ArgumentParser
import LoadEngine
import LoadReports

/// Where what a search has found is written.
struct LimitReportOptions: ParsableArguments {
    @Flag(help: "Print the result as JSON (loadtest.limit/1).")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Write the result as a page with a chart of goodput and times over the load.",
            valueName: "file"
        ),
        completion: .file()
    )
    var html: String?

    func note(_ uses: inout FileUses) {
        uses.writesOutput(as: json ? "--json" : "the result")
        uses.writes(html, by: "--html")
    }

    /// The file of the page, once it is known that it can be written; nil where none is wanted.
    ///
    /// - Throws: `ConfigurationError` when it cannot be.
    func page() throws -> OutputFile? { try html.map { try OutputFile(path: $0, option: "--html") } }

    /// Writes the result.
    ///
    /// - Parameters:
    ///   - found: The result.
    ///   - page: The file of the page.
    /// - Returns: The exit code.
    /// - Throws: What a report cannot be written for.
    func write(_ found: LimitResult, _ page: OutputFile?) throws -> ExitCode {
        // The file first: nobody may read the other.
        try page?.write { try LimitPage(found, chartLibrary: ChartLibrary().source).html() }
        try StandardStream.output.writeAll(
            json ? String(decoding: try found.json(), as: UTF8.self) : LimitReport(found).text
        )
        for loss in found.losses { StandardStream.error.write("error: \(loss)\n") }
        guard found.losses.isEmpty else { return .engineFailure }
        return switch found.verdict {
        case .found, .notReached: .success
        case .firstLevelBroken, .notDecided, .notConfirmed: .thresholdFailed
        case .generatorBound: .notValid
        case .interrupted: .interrupted
        }
    }
}
