import LoadEngine
import LoadModel
import Testing

@Suite("A conversation, arranged by who keeps its history")
struct ArrangedConversationTests {
    /// A conversation of entries such as "user: Hi".
    private static func conversation(_ entries: [String]) -> Conversation {
        let turns = entries.map { entry in
            let parts = entry.split(separator: ": ", maxSplits: 1).map(String.init)
            return Conversation.Turn(role: parts[0], content: parts[1])
        }
        return Conversation(name: "a", invocations: 1, turns: turns, path: "a.json")
    }

    private static func written(_ entries: [Conversation.Entry]) -> [String] {
        entries.map { "\($0.role): \($0.content)" }
    }

    /// Each turn with what goes before it, as one list.
    private static func arranged(_ entries: [String], _ history: APIProfile.History) throws -> [[String]] {
        try conversation(entries).arranged(for: history).turns.map { written($0.before + [$0.entry]) }
    }

    private static func problems(_ conversation: Conversation, _ history: APIProfile.History) -> [String] {
        do throws(ConfigurationError) {
            _ = try conversation.arranged(for: history)
            return []
        } catch { return error.messages }
    }

    private static let whole = [
        "system: S", "user: 1", "assistant: A", "system: T", "tool: 2", "assistant: B", "assistant: C", "user: 3",
        "assistant: D",
        "system: U",
    ]

    @Test("is what it is where the server keeps it")
    func none() throws {
        #expect(try Self.conversation(Self.whole).arranged(for: .none) == Self.conversation(Self.whole))
    }

    @Test("has turns without recorded answers where the client keeps what it received")
    func live() throws {
        #expect(
            try Self.arranged(Self.whole, .live) == [["system: S", "user: 1"], ["system: T", "tool: 2"], ["user: 3"]]
        )
    }

    @Test("has recorded answers before the next turn where the client keeps those")
    func recorded() throws {
        #expect(
            try Self.arranged(Self.whole, .recorded) == [
                ["system: S", "user: 1"], ["assistant: A", "system: T", "tool: 2"],
                ["assistant: B", "assistant: C", "user: 3"],
            ]
        )
        // The last turn needs no answer, and an answer may begin.
        #expect(
            try Self.arranged(["assistant: Hello", "user: 1", "assistant: A", "user: 2"], .recorded)
                == [["assistant: Hello", "user: 1"], ["assistant: A", "user: 2"]]
        )
    }

    @Test("is the same when it is arranged again", arguments: [APIProfile.History.none, .live, .recorded])
    func twice(_ history: APIProfile.History) throws {
        let once = try Self.conversation(Self.whole).arranged(for: history)
        #expect(try once.arranged(for: history) == once)
    }

    @Test("keeps what turns have")
    func kept() throws {
        var conversation = Self.conversation(["system: S", "user: 1", "user: 2"])
        conversation.turns[2].name = "second"
        conversation.turns[2].thinkTime = .constant(.seconds(1))
        conversation.turns[2].expect = AnswerExpectation(minEvents: 1)
        let arranged = try conversation.arranged(for: .live)
        #expect(arranged.turns[1] == conversation.turns[2])
        #expect(arranged.name == "a" && arranged.path == "a.json")
    }

    @Test("needs a recorded answer to every turn but the last")
    func missingAnswers() {
        let conversation = Self.conversation(["user: 1", "user: 2", "assistant: B", "user: 3", "system: S", "user: 4"])
        let problem =
            ": expected an entry of the role assistant before this turn, the recorded answer to the turn before; add it, or "
            + "play with --history live"
        #expect(
            Self.problems(conversation, .recorded) == [
                "a.json: $.conversation[1]" + problem, "a.json: $.conversation[5]" + problem,
            ]
        )
        #expect(Self.problems(conversation, .live) == [])
    }

    @Test("needs a turn", arguments: [APIProfile.History.live, .recorded])
    func withoutTurns(_ history: APIProfile.History) {
        #expect(
            Self.problems(Self.conversation(["system: S", "assistant: A"]), history) == [
                "a.json: $.conversation: expected at least one turn, found only entries of the roles system and assistant; add "
                    + "one of the role user"
            ]
        )
        #expect(Self.problems(Self.conversation(["system: S", "assistant: A"]), .none) == [])
    }

    @Test("has no expectation of what is no turn")
    func lostExpectations() {
        var conversation = Self.conversation(["user: 1", "assistant: A", "user: 2"])
        conversation.turns[1].expect = AnswerExpectation(minEvents: 1)
        #expect(
            Self.problems(conversation, .live) == [
                "a.json: $.conversation[1].expect: an entry of the role assistant is no turn where the client keeps the "
                    + "history; expect goes to the turn whose answer is meant"
            ]
        )
        #expect(Self.problems(conversation, .none) == [])
    }

    @Test("has no think time before its first turn")
    func thinkTimeOfTheFirst() {
        var conversation = Self.conversation(["system: S", "user: 1", "user: 2"])
        conversation.turns[1].thinkTime = .constant(.seconds(1))
        #expect(
            Self.problems(conversation, .live) == [
                "a.json: $.conversation[1].think_time: nobody thinks before the first turn; --rest is for the time between the "
                    + "conversations of a user"
            ]
        )
        // The system's entry is the first turn here.
        #expect(Self.problems(conversation, .none) == [])
        conversation.turns[1].thinkTime = .off
        #expect(Self.problems(conversation, .live) == [])
    }
}
