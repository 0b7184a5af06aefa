// Plays one conversation with one user, shows every token as it comes, and how each turn ended.
// Usage: Watch [HOST [FILE]]

import LoadEngine

let arguments = CommandLine.arguments.dropFirst()
var conversations = try ConversationLoader.load(path: arguments.dropFirst().first ?? "data/conversation_A.json")
conversations[0].invocations = 1
let configuration = EngineConfiguration(
    host: arguments.first ?? "http://localhost:8000",
    conversations: Array(conversations.prefix(1))
)

// What is told on the loop's thread is only handed over there: the loop reads no other answer meanwhile.
let (lines, teller) = AsyncStream.makeStream(of: String.self)
let hooks = EngineHooks(
    onTurnDecided: { teller.yield("turn \($0.row + 1): \($0.outcome.label), \($0.events) events") },
    onContentEvent: { session, data, _ in
        let text = try? String(copying: UTF8Span(validating: data))
        teller.yield("\(session) \(text ?? "")")
    }
)
let run = try LoadRun.start(configuration, hooks: hooks)
Task {
    for await _ in run.snapshots {}
    teller.finish()
}
for await line in lines { print(line) }
let result = try await run.result()
print("\(result[.completed]) turns completed, \(result[.events]) events")
