import ArgumentParser
import LoadEngine
import LocustWorker

/// Writes what a Locust master needs to know of conversations.
struct LocustfileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "locustfile",
        abstract: "Print the locustfile of a Locust master, whose workers are 'loadtest worker'.",
        usage: "loadtest locustfile [--data <path>] > locustfile.py",
        discussion: """
            loadtest locustfile > locustfile.py
            locust -f locustfile.py --master

            It has a class of users for each conversation, divides the invocations among the workers, and ends the test when \
            all are played.

            Exit codes: 64 wrong usage or data; 2 the output cannot be written; 0 otherwise.
            """
    )

    @Option(
        help: ArgumentHelp(
            "The folder (or single file) with the conversations, as the workers have it.",
            valueName: "path"
        ),
        completion: .file()
    )
    var data = DataFiles.defaultPath

    @OptionGroup(title: "Turns") var api: APIOptions

    func run() async throws {
        try await reportingErrors {
            let conversations = try DataFiles.load(data, for: api)
            guard conversations.contains(where: { $0.invocations > 0 }) else {
                throw ConfigurationError(
                    "No invocations configured: set \"invocations\" of the conversations that are to be played"
                )
            }
            try StandardStream.output.writeAll(Locustfile.text(of: conversations))
        }
    }
}
