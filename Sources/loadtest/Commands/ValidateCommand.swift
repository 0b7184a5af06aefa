import ArgumentParser
import LoadEngine
import LoadReports

/// Checks data files and shows what would run.
struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check data files and print what would run; nothing is sent.",
        discussion: """
            Exit codes: 64 wrong usage or data; 2 the output cannot be written; 0 all is right.
            """
    )

    @Argument(
        help: "The folder (or single file) with the conversations. (default: \(DataFiles.defaultPath))",
        completion: .file()
    )
    var path: String?

    @Option(help: ArgumentHelp("The same, named as for a run.", valueName: "path"), completion: .file())
    var data: String?

    func run() async throws {
        let conversations = try await reportingErrors {
            guard path == nil || data == nil else {
                throw ConfigurationError(
                    "the folder is given twice, as '\(path ?? "")' and with --data: give one of them"
                )
            }
            return try DataFiles.load(path ?? data ?? DataFiles.defaultPath)
        }
        if let warning = ConversationRules.warning(of: conversations.map(\.name)) {
            StandardStream.error.write("warning: \(warning)\n")
        }
        let invocations = conversations.reduce(0) { $0 + $1.invocations }
        let turns = conversations.reduce(0) { $0 + $1.invocations * $1.turns.count }
        let lines =
            [["conversation", "invocations", "turns", "file"]]
            + conversations.map { ["\($0.name)", "\($0.invocations)", "\($0.turns.count)", Shown.path($0.path)] }
            + [["total", "\(invocations)", "\(turns)", "(turns over all invocations)"]]
        func width(_ column: Int) -> Int { lines.map { $0[column].count }.max() ?? 0 }
        let widths = (width(0) + 2, max(width(1), 12), max(width(2) + 2, 8))
        let text = lines.map { line in
            line[0].padded(widths.0) + line[1].leading(widths.1) + line[2].leading(widths.2) + "  " + line[3] + "\n"
        }.joined()
        try await reportingErrors { try StandardStream.output.writeAll(text) }
    }
}
