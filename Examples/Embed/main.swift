// Plays one conversation with a few users, looks at the run while it goes on, ends it early, and prints the result.
// Usage: Embed HOST

import LoadEngine

let host = CommandLine.arguments.dropFirst().first ?? "http://localhost:8000"
let conversation = Conversation(
    name: "greeting",
    invocations: 1_000_000,
    turns: [.init(role: "user", content: "Hello"), .init(role: "user", content: "How are you?")]
)
var configuration = EngineConfiguration(host: host, conversations: [conversation])
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
