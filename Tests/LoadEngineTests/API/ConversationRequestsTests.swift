import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("A request of a conversation")
struct ConversationRequestsTests {
    private func body(_ template: JSONTemplate, _ change: (inout Conversation) -> Void = { _ in }) -> String? {
        var profile = APIProfile(name: "a", path: Template([.text("/")]))
        profile.body = template
        var conversation = Conversation(name: "c", invocations: 1, turns: [.init(role: "user", content: "Hi")])
        change(&conversation)
        let requests = ConversationRequests(
            conversation,
            to: .init(profile, environment: EnvironmentValues { $0 == "KEY" ? "k\"ey" : nil })
        )
        return requests.turns[0].body?.constant.map { String(decoding: $0, as: UTF8.self) }
    }

    private func value(_ name: String) -> JSONTemplate { .string(Template([.value(name)])) }

    @Test("leaves out what has no value, and what then holds nothing")
    func leftOut() {
        let instruction = JSONTemplate.object([
            .init(key: "parts", value: .array([.object([.init(key: "text", value: value("system"))])]))
        ])
        let template = JSONTemplate.object([
            .init(key: "system", value: instruction), .init(key: "config", value: .object([])),
            .init(key: "list", value: .array([value("env.MISSING"), .scalar("1")])),
            .init(key: "content", value: value("content")),
        ])
        #expect(body(template) == #"{"config":{},"list":[1],"content":"Hi"}"#)
        let withSystem = body(template) {
            $0.turns[0].before = [Conversation.Entry(role: "system", content: "Be brief.")]
        }
        #expect(
            withSystem
                == #"{"system":{"parts":[{"text":"Be brief."}]},"config":{},"list":[1],"content":"Hi"}"#
        )
    }

    @Test("has values with their own JSON type, and as text within a text")
    func types() {
        let variables = ["n": "0.5", "list": "[\"a\"]", "text": "\"b\\\"c\""]
        let mixed = JSONTemplate.string(
            Template([.text("<"), .value("n"), .text("|"), .value("list"), .text("|"), .value("text"), .text(">")])
        )
        let template = JSONTemplate.array([value("n"), value("list"), value("text"), value("env.KEY"), mixed])
        #expect(
            body(template) { $0.variables = variables }
                == #"[0.5,["a"],"b\"c","k\"ey","<0.5|[\"a\"]|b\"c>"]"#
        )
    }

    @Test("has in its path what a path can have, and in a header no line end")
    func texts() {
        var profile = APIProfile(name: "a", path: Template([.text("/v1/"), .value("model"), .text(":run")]))
        profile.headers = [
            .init(name: "X-Model", value: Template([.value("model")])),
            .init(name: "Authorization", value: Template([.text("Bearer "), .value("env.MISSING")])),
        ]
        var conversation = Conversation(name: "c", invocations: 1, turns: [.init(role: "user", content: "Hi")])
        conversation.variables = ["model": "\"a/b c\\nd é\""]
        let request = ConversationRequests(conversation, to: .init(profile, environment: .none)).turns[0]
        #expect(
            request.head.path.constant.map { String(decoding: $0, as: UTF8.self) } == "/v1/a%2Fb%20c%0Ad%20%C3%A9:run"
        )
        // What lacks a value is not sent.
        #expect(request.head.constantLines == ["X-Model: a/b c d é"])
    }

    @Test(
        "has the number of its turn in what it says, whoever keeps the history",
        arguments: APIProfile.History.allCases
    )
    func number(history: APIProfile.History) throws {
        var profile = try #require(Profiles.named("openai-chat"))
        profile.history = history
        if history == .none { profile.body = value("content") }
        var turn = Conversation.Turn(role: "user", content: "")
        turn.entry.template = Template([.text("turn "), .value("turn")])
        let conversation = Conversation(name: "c", invocations: 1, turns: [turn, turn])
        let requests = ConversationRequests(conversation, to: .init(profile, environment: .none))
        let said = history == .none ? requests.turns.compactMap(\.body) : requests.messages
        let texts = said.map { String(decoding: $0.constant ?? [], as: UTF8.self) }
        #expect(texts[0].contains("\"turn 1\"") && texts[1].contains("\"turn 2\""), "\(texts)")
    }

    @Test("has the header lines of its own conversation, whatever the conversations before it have")
    func headers() throws {
        var profile = Profiles.assistant
        profile.headers = [.init(name: "X-Model", value: Template([.value("model")]))]
        profile.variables["model"] = #""m""#
        let own = [APIProfile.Header(name: "X-Own", value: Template([.text("1")]))]
        let changes: [(inout Conversation) -> Void] = [
            { $0.headers = own }, { $0.variables["model"] = #""other""# }, { _ in }, { $0.variables["unused"] = "1" },
        ]
        let conversations = changes.map { change in
            var conversation = Conversation(name: "c", invocations: 1, turns: [.init(role: "user", content: "Hi")])
            change(&conversation)
            return conversation
        }
        let requests = try RunRequests(conversations, profiles: [profile], apiOf: [0, 0, 0, 0], environment: .none)
        let turns = requests.conversations.map { $0.turns[0] }
        #expect(requests.headers(of: 0) == ["X-Model: m"])
        #expect(turns.map(\.hasOwnHeaders) == [true, true, false, false])
        #expect(turns[0].head.constantLines == ["X-Model: m", "X-Own: 1"])
        #expect(turns[1].head.constantLines == ["X-Model: other"])
        #expect(turns[2].head === turns[3].head)
    }
}

extension EnvironmentValues {
    /// Those of nobody.
    static var none: EnvironmentValues { EnvironmentValues { _ in nil } }
}
