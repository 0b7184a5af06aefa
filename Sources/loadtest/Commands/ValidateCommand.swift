import ArgumentParser
import LoadEngine
import LoadReports

/// Checks data files and shows what would run.
struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check data files and a profile, and print what would run; nothing is sent.",
        usage: "loadtest validate [<path>] <options>",
        discussion: """
            Exit codes: 64 wrong usage, data or profile; 2 the output cannot be written; 0 all is right.
            """
    )

    @Argument(
        help: "The folder (or single file) with the conversations. (default: \(DataFiles.defaultPath))",
        completion: .file()
    )
    var path: String?

    @Option(help: ArgumentHelp("The same, named as for a run.", valueName: "path"), completion: .file())
    var data: String?

    @OptionGroup(title: "Turns") var api: APIOptions

    @Flag(
        help: ArgumentHelp(
            "Print the first request of each conversation as it would be sent, those of its set-up before it; secrets are masked."
        )
    )
    var showRequest = false

    @Option(
        name: [.customShort("H"), .long],
        help: ArgumentHelp("With --show-request: the base URL, such as http://localhost:8000.", valueName: "url")
    )
    var host = "http://localhost"

    @Option(
        help: ArgumentHelp("With --show-request: a further header, 'Name: value'; repeatable.", valueName: "line")
    )
    var header: [String] = []

    func run() async throws {
        let (conversations, checked) = try await reportingErrors {
            guard path == nil || data == nil else {
                throw ConfigurationError(
                    "the folder is given twice, as '\(path ?? "")' and with --data: give one of them"
                )
            }
            var problems = Problems()
            let conversations = try problems.collect {
                try DataFiles.load(path ?? data ?? DataFiles.defaultPath, for: api)
            }
            let profile = try problems.collect { try api.profile() }
            try problems.check()
            var configuration = EngineConfiguration(host: host, conversations: conversations ?? [])
            configuration.api = profile ?? Profiles.assistant
            configuration.headers = header
            let checked = try CheckedConfiguration(configuration)
            return (checked.configuration.conversations, checked)
        }
        APINotes.write(of: checked.configuration.api, headers: header)
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
        try await reportingErrors {
            try StandardStream.output.writeAll(text + (showRequest ? try Self.requests(of: checked) : ""))
        }
    }

    /// The first requests of all conversations, as a text.
    private static func requests(of checked: CheckedConfiguration) throws -> String {
        try RequestPreview.all(of: checked).map { preview in
            "\n# \(Shown.line(preview.conversation))\n"
                + preview.requests.map { Shown.lines($0) + "\n" }.joined(separator: "\n")
        }.joined()
    }
}
