// Plays the conversations in two processes, each of them this program once more, and prints what both have counted.
// Usage: Share [HOST [FILE]]

import LoadProcesses

let arguments = Array(CommandLine.arguments.dropFirst())
if arguments == ["--share"] {
    // Hooks are called where turns are played; what is printed here goes to the standard error.
    await LoadRun.playShare(
        hooks: EngineHooks(onTurnDecided: { turn in
            if turn.outcome.isFailure { print("turn \(turn.row + 1): \(turn.outcome.label)") }
        })
    )
} else {
    let conversations = try ConversationLoader.load(path: arguments.dropFirst().first ?? "data/conversation_A.json")
    var configuration = EngineConfiguration(
        host: arguments.first ?? "http://localhost:8000",
        conversations: conversations
    )
    configuration.users = 10
    configuration.spawnRate = 100

    let program = ShareProgram(arguments: ["--share"])
    let run = try await LoadRun.start(configuration, processes: 2, by: program) { loss in
        print("error: \(loss)")
    }
    let result = try await run.result()
    print("\(result[.completed]) turns completed, \(result.turns.failed) failed, in \(result.run.processes) processes")
}
