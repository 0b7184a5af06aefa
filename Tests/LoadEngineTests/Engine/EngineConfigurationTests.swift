import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("A run's configuration")
struct EngineConfigurationTests {
    private let conversation = Conversation(
        name: "a",
        invocations: 1,
        turns: [.init(role: "user", content: "Hello")]
    )

    @Test("is checked as a whole: every problem is in the error")
    func allProblems() {
        var configuration = EngineConfiguration(
            host: "localhost",
            conversations: [conversation, conversation, .init(name: "", invocations: -1, turns: [])]
        )
        configuration.users = 0
        configuration.spawnRate = .nan
        configuration.runTime = .zero
        configuration.path = "no slash"
        configuration.headers = ["bad"]
        configuration.maximumEventBytes = 0
        let error = #expect(throws: ConfigurationError.self) { try configuration.validate() }
        let text = error?.description ?? ""
        for part in [
            "http://", "users", "spawn rate", "run time", "path", "header", "event", "two conversations",
            "without a name",
            "no turns",
            "invocations",
        ] {
            #expect(text.contains(part), "\(part) in \(text)")
        }
        let fields = error?.problems.map(\.fields)
        #expect(
            fields == [
                [.host], [.users], [.spawnRate], [.runTime], [.maximumEventBytes], [.path], [.headers],
            ] + Array(repeating: [.conversations], count: 4)
        )
    }

    @Test("is what the fields of its problems name")
    func fields() throws {
        var configuration = EngineConfiguration(host: "localhost", conversations: [])
        configuration.users = 0
        configuration.spawnRate = 0
        configuration.runTime = .zero
        configuration.path = ""
        configuration.headers = ["bad"]
        configuration.maximumEventBytes = 0
        configuration.caFile = "/no/such/file"
        configuration.sourceAddresses = ["none"]
        configuration.eventLog = EventLogConfiguration(path: "/no/such/folder/x")
        let error = try #require(throws: ConfigurationError.self) { try configuration.validate() }
        let named = error.problems.flatMap(\.fields).map(\.rawValue)
        #expect(named.count == 11)
        #expect(Set(named).subtracting(Mirror(reflecting: configuration).children.compactMap(\.label)) == [])
        // Of the event log there is one more moment at which it may be wrong.
        let late = #expect(throws: ConfigurationError.self) {
            try EventLogFile.empty("/no/such/folder/x", processes: 1)
        }
        #expect(late?.problems.map(\.fields) == [[.eventLog]])
    }

    @Test("with its defaults is right")
    func defaults() throws {
        try EngineConfiguration(host: "http://localhost:8000", conversations: [conversation]).validate()
    }

    @Test("without an invocation is refused with what to do")
    func nothingToDo() {
        for conversations in [[], [Conversation(name: "a", invocations: 0, turns: conversation.turns)]] {
            let error = #expect(throws: ConfigurationError.self) {
                try EngineConfiguration(host: "http://x", conversations: conversations).validate()
            }
            #expect(error?.description.contains("No invocations configured") == true)
        }
    }
}
