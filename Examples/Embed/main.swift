// Plays a conversation with ten users, looks at the run while it goes on, ends it early, and prints the result.
// Usage: Embed [HOST [FILE]]

import LoadEngine

let arguments = CommandLine.arguments.dropFirst()
let host = arguments.first ?? "http://localhost:8000"
var conversations = try ConversationLoader.load(path: arguments.dropFirst().first ?? "data/conversation_A.json")
conversations[0].invocations = 1_000_000  // more than will be played

var configuration = EngineConfiguration(host: host, conversations: conversations)
configuration.users = 10
configuration.spawnRate = 100
configuration.stopTimeout = .seconds(5)

let run = try LoadRun.start(configuration)
while run.snapshot().turns.completed < 20, run.snapshot().turns.failed == 0 {
    try await Task.sleep(for: .milliseconds(100))
}
print("\(run.snapshot().activeUsers) users are playing")
run.stop()
let summary = try run.wait()
print("\(summary.turns.completed) turns completed, \(summary.turns.failed) failed")
print("first token: median \(summary.metrics["ttft"]?.p50Ms ?? 0) ms")
