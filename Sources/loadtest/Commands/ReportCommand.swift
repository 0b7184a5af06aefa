import ArgumentParser
import LoadEngine

/// Writes the reports of a run again, from its summary.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write the reports of a run again, from the file of its --summary.",
        usage: "loadtest report <summary> <options>",
        discussion: """
            loadtest report result.json --html report.html --junit junit.xml

            The tables are those that the run printed, on the standard output; where --json or a file goes there, they are \
            on the standard error.

            Exit codes: 64 wrong usage, or a file that is no summary; 2 a report could not be written; 0 otherwise, whatever \
            the result was.
            """
    )

    @Argument(help: "The file that --summary has written.", completion: .file())
    var summary: String

    @OptionGroup(title: "Reports") var files: FileOptions

    func run() async throws {
        let hasFailed = try await reportingErrors {
            let result = try Self.read(summary)
            var problems = Problems()
            files.check(&problems)
            var uses = FileUses()
            uses.reads(summary, as: "the summary")
            let places = files.places()
            uses.writes(places)
            problems.add(uses.problems)
            try problems.check()
            return try RunOutputs(places, by: files.groupBy).write(result, to: uses.writesOutput ? .error : .output)
        }
        if hasFailed { throw ExitCode.engineFailure }
    }

    /// Reads a summary.
    ///
    /// - Throws: `ConfigurationError` for a file that cannot be read or holds something else.
    private static func read(_ path: String) throws -> Summary {
        let bytes: [UInt8]
        do {
            bytes = try InputFile.read(path, mostBytes: Summary.mostBytes, takesPipes: true)
        } catch {
            throw ConfigurationError("the summary '\(Shown.path(path))' cannot be read: \(error.text)")
        }
        do throws(ConfigurationError) {
            return try Summary(json: bytes)
        } catch {
            throw ConfigurationError(
                error.messages.map { "'\(Shown.path(path))' is no summary of loadtest: \($0)" } + [
                    "give the file that --summary wrote"
                ]
            )
        }
    }
}
