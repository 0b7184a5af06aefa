import ArgumentParser
import FoundationEssentials
import LoadEngine
import LoadModel

/// Plays turns against `loadtest mock` and writes down when each event was sent and received; see bench/README.md.
@main
struct BenchAccuracy: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-accuracy",
        abstract: "Compares what the engine sees with what a mock assistant says it did."
    )

    @Option var host: String
    @Option var users: Int
    @Option(help: "Users started per second.") var spawnRate: Double
    @Option(help: "The turns of each user.") var turns: Int
    @Option(help: "Where the engine's own result goes, as JSON.") var summary: String
    @Option(help: "Where each turn's times go: a line of comma-separated values for each.") var times: String

    func run() throws {
        let conversation = Conversation(
            name: "accuracy",
            invocations: users,
            turns: (1...turns).map { .init(role: "user", content: "turn \($0)") }
        )
        var configuration = EngineConfiguration(host: host, conversations: [conversation])
        configuration.users = users
        configuration.spawnRate = spawnRate
        // Each turn is found in the mock's log by its session.
        configuration.sessionScope = .turn
        let observations = Observations()
        let hooks = EngineHooks(
            onTurnDecided: { observations.note($0) },
            onContentEvent: { observations.note($0, data: $1, receivedNs: $2) }
        )
        let result = try LoadRun.start(configuration, hooks: hooks).wait()
        try Data(result.json()).write(to: URL(filePath: summary))
        try Data(observations.csv.utf8).write(to: URL(filePath: times))
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        print(String(decoding: try encoder.encode(observations.report), as: UTF8.self))
    }
}
