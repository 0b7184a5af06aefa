import ArgumentParser
import LoadEngine
import LoadReports

/// Lists and prints profiles.
struct APICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "api",
        abstract: "List the profiles of APIs, or print one as the file that it is.",
        usage: "loadtest api [<name>]",
        discussion: """
            loadtest api
            loadtest api openai-chat > my-api.json
            loadtest validate --api my-api.json

            What can be in a profile is told by docs/profile.schema.json.

            Exit codes: 64 wrong usage, or a name that there is not; 2 the output cannot be written; 0 otherwise.
            """
    )

    @Argument(help: "The profile to print; without it all are listed.", completion: .list(Profiles.names))
    var name: String?

    func run() async throws {
        try await reportingErrors {
            guard let name else { return try StandardStream.output.writeAll(Self.list) }
            guard let text = Profiles.text(of: name) else { throw Profiles.unknown(name) }
            try StandardStream.output.writeAll(text)
        }
    }

    /// A line for each profile: its name, framing and history, and what it is.
    private static var list: String {
        let profiles = Profiles.builtIn
        let width = (profiles.map(\.name.count).max() ?? 0) + 2
        return profiles.map { profile in
            profile.name.padded(width) + profile.framing.rawValue.padded(8)
                + "history \(profile.history.rawValue)".padded(18) + profile.description + "\n"
        }.joined()
    }
}
