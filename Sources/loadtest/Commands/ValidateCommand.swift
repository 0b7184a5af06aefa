import ArgumentParser
import LoadEngine

/// Checks data files and shows what would run.
struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check data files and print what would run; nothing is sent.",
        discussion: """
            Exit codes: 64 wrong usage or data; 2 the output cannot be written; 0 all is right.
            """
    )

    @Argument(help: "The folder (or single file) with the conversations. (default: \(DataFiles.defaultPath))")
    var path: String?

    @Option(help: ArgumentHelp("The same, named as for a run.", valueName: "path"))
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
        let names = ["conversation"] + conversations.map(\.name) + ["total"]
        let width = (names.map(\.count).max() ?? 0) + 2
        func line(_ name: String, _ invocations: String, _ turns: String, _ path: String) -> String {
            name.padded(width) + invocations.leading(12) + turns.leading(8) + "  " + path + "\n"
        }
        var text = line("conversation", "invocations", "turns", "file")
        for conversation in conversations {
            text += line(
                conversation.name,
                "\(conversation.invocations)",
                "\(conversation.turns.count)",
                Shown.path(conversation.path)
            )
        }
        let invocations = conversations.reduce(0) { $0 + $1.invocations }
        let turns = conversations.reduce(0) { $0 + $1.invocations * $1.turns.count }
        text += line("total", "\(invocations)", "\(turns)", "(turns over all invocations)")
        try await reportingErrors { try StandardStream.output.writeAll(text) }
    }
}
