import ArgumentParser
import FoundationEssentials
import LoadEngine

/// Writes the reports of a run again, from its summary.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write the reports of a run again, from the file of its --summary.",
        usage: "loadtest report <summary> <options>",
        discussion: """
            loadtest report result.json --html report.html --junit junit.xml

            The tables are those that the run printed, on the standard output; with --json they are on the standard error.

            Exit codes: 64 wrong usage, or a file that is no summary; 2 a report could not be written; 0 otherwise, whatever \
            the result was.
            """
    )

    @Argument(help: "The file that --summary has written.")
    var summary: String

    @OptionGroup(title: "Reports") var files: FileOptions

    func run() async throws {
        let hasFailed = try await reportingErrors {
            let result = try Self.read(summary)
            var problems = Problems()
            files.check(&problems)
            var uses = FileUses()
            uses.reads(summary, as: "the summary")
            uses.writes(files)
            uses.check(&problems)
            try problems.check()
            return try RunOutputs(files).write(result, to: files.json ? .error : .output)
        }
        if hasFailed { throw ExitCode.engineFailure }
    }

    /// The most bytes of a summary; one of 20,000 conversations with all their histograms has a tenth of them.
    private static let mostBytes = 1 << 30

    /// Reads a summary.
    ///
    /// - Throws: `ConfigurationError` for a file that cannot be read or holds something else.
    private static func read(_ path: String) throws -> Summary {
        let bytes: [UInt8]
        do {
            bytes = try InputFile.read(path, mostBytes: mostBytes, takesPipes: true)
        } catch {
            throw ConfigurationError("the summary '\(Shown.path(path))' cannot be read: \(error.text)")
        }
        do {
            let summary = try JSONDecoder().decode(Summary.self, from: Data(bytes))
            guard summary.schema == Summary.schemaName else {
                throw ConfigurationError(
                    "'\(Shown.path(path))' has the schema \(Shown.text(summary.schema)); this version reads \(Summary.schemaName)"
                )
            }
            return summary
        } catch let error as DecodingError {
            throw ConfigurationError(
                "'\(Shown.path(path))' is no summary of loadtest (\(Self.place(of: error))); give the file that --summary wrote"
            )
        }
    }

    /// Where a file stops to be a summary.
    private static func place(of error: DecodingError) -> String {
        func text(_ context: DecodingError.Context, _ what: String) -> String {
            let keys = context.codingPath.map { key in key.intValue.map { "[\($0)]" } ?? key.stringValue }
            return keys.isEmpty ? what : "\(what) at \(keys.joined(separator: "."))"
        }
        return switch error {
        case .keyNotFound(let key, let context): text(context, "no '\(key.stringValue)'")
        case .typeMismatch(_, let context): text(context, "another type of value")
        case .valueNotFound(_, let context): text(context, "no value")
        case .dataCorrupted(let context): text(context, context.debugDescription)
        @unknown default: "it cannot be decoded"
        }
    }
}
