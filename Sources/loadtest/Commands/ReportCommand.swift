import ArgumentParser
import LoadEngine

/// Writes the reports of a run again, from its summary; or those of several.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract:
            "Write the reports of a run again, from the file of its --summary; or merge those of its shares, or compare two.",
        usage: """
            loadtest report <summary> <options>
            loadtest report --merge <summary> ... <options>
            loadtest report --compare <summary> <summary> <options>
            """,
        discussion: """
            loadtest report result.json --html report.html --junit junit.xml
            loadtest report --merge share-*.json --summary merged.json --html report.html
            loadtest report --compare before.json after.json --fail-if 'ttft.p95 > +10%'

            The tables are those that the run printed, on the standard output; where --json or a file goes there, they are \
            on the standard error.

            Exit codes: 64 wrong usage, or a file that is no summary; 2 a report could not be written; 0 otherwise, whatever \
            the result was. Of --merge those of a run, and 2 as well when a share is missing; of --compare 3 when a --fail-if holds.
            """
    )

    @Argument(
        help: "The file that --summary has written; several with --merge, two with --compare.",
        completion: .file()
    )
    var summaries: [String] = []

    @OptionGroup(title: "Several results") var several: SeveralOptions
    @OptionGroup(title: "Several results") var comparing: ComparisonOptions
    @OptionGroup(title: "Reports") var files: FileOptions

    func run() async throws {
        let code = try await reportingErrors {
            var problems = Problems()
            problems.require(
                !several.merge || !comparing.compare,
                "--merge and --compare exclude each other: merge each of the two, and compare what comes of it",
                of: "merge",
                "compare"
            )
            if !comparing.compare { several.check(&problems, results: summaries.count) }
            comparing.check(&problems, results: summaries.count, formats: files.formats.values)
            try problems.check()
            if comparing.compare { return try comparing.compare(summaries, formats: files.formats.values) }
            return several.merge ? try merge() : try writeAgain()
        }
        guard code == .success else { throw code }
    }

    private func writeAgain() throws -> ExitCode {
        let result = try SummaryInput.read(summaries[0])
        let (outputs, stream) = try outputs()
        return outputs.write(result, to: stream) ? .engineFailure : .success
    }

    private func merge() throws -> ExitCode {
        let thresholds = try several.parsedThresholds()
        // Before a thousand files are read.
        let (outputs, stream) = try outputs(summary: several.mergedSummary)
        var (result, notes) = try SummaryInput.merge(summaries)
        let known = Set(result.thresholds.map(\.expr))
        result.thresholds += thresholds.results(of: result).filter { !known.contains($0.expr) }
        for note in notes { StandardStream.error.write("warning: \(note)\n") }
        let hasFailed = outputs.write(result, to: stream)
        for loss in result.losses { StandardStream.error.write("error: \(loss)\n") }
        return hasFailed ? .engineFailure : ResultExitCode(as: result).code(of: result)
    }

    /// Where the reports of a result go.
    ///
    /// - Parameter summary: The file that gets all of it; nil for none.
    /// - Returns: The places, and where the tables go.
    /// - Throws: `ConfigurationError` for places that cannot be written to.
    private func outputs(summary: String? = nil) throws -> (RunOutputs, StandardStream) {
        var problems = Problems()
        files.check(&problems)
        var uses = FileUses()
        for path in summaries { uses.reads(path, as: summaries.count == 1 ? "the summary" : "one of the summaries") }
        let places = files.places(summary: summary)
        uses.writes(places)
        problems.add(uses.problems)
        try problems.check()
        return (try RunOutputs(places, by: files.groupBy), uses.writesOutput ? .error : .output)
    }
}
