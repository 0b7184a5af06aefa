// Plays a conversation with ten users, looks at the run while it goes on, ends it early, and prints the result.
// Usage: Embed [HOST [FILE]]

import LoadEngine

let arguments = CommandLine.arguments.dropFirst()
var conversations = try ConversationLoader.load(path: arguments.dropFirst().first ?? "data/conversation_A.json")
conversations[0].invocations = 1_000_000  // more than will be played

var configuration = EngineConfiguration(host: arguments.first ?? "http://localhost:8000", conversations: conversations)
configuration.users = 10
configuration.spawnRate = 100
configuration.stopTimeout = .seconds(5)

let run = try LoadRun.start(configuration)
for await snapshot in run.snapshots {
    print("\(snapshot.activeUsers) users are playing, \(snapshot[.completed]) turns completed")
    if snapshot[.completed] >= 20 || snapshot.turns.failed > 0 { run.stop(.seenEnough) }
}
let result = try await run.result()
print("\(result[.completed]) turns completed, \(result.turns.failed) failed, \(result[.stalls]) stalls")
if let ttft = result[.ttft], let median = ttft.percentile(50), let high = ttft.percentile(99) {
    print("first token: median \(median), p99 \(high)")
}
