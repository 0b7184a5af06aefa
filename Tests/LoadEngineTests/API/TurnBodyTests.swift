import FoundationEssentials
import LoadModel
import Testing

@testable import LoadEngine

@Suite struct TurnBodyTests {
    private struct Body: Decodable {
        let role: String
        let content: String
    }

    private func body(of turn: Conversation.Turn) -> [UInt8] {
        let conversation = Conversation(name: "a", invocations: 1, turns: [turn])
        let requests = ConversationRequests(conversation, to: .init(Profiles.assistant, environment: .none))
        return requests.turns[0].body?.constant ?? []
    }

    @Test(arguments: [
        (Conversation.Turn(role: "user", content: "Hello"), #"{"role":"user","content":"Hello"}"#),
        (Conversation.Turn(role: "tool", content: ""), #"{"role":"tool","content":""}"#),
        (Conversation.Turn(role: "u", content: #"a/b "c" \ é 😀"#), #"{"role":"u","content":"a/b \"c\" \\ é 😀"}"#),
        (Conversation.Turn(role: "u\n", content: "\0\t\u{1F}"), #"{"role":"u\n","content":"\u0000\t\u001f"}"#),
    ])
    func isJSONWithTheRoleFirst(_ turn: Conversation.Turn, _ expected: String) {
        #expect(String(decoding: body(of: turn), as: UTF8.self) == expected)
    }

    @Test func isReadBackExactly() throws {
        // All characters of the basic plane's ends, in some order, several times.
        var random = SeededRandom(seed: TestSeed.value)
        for _ in 0..<200 {
            let scalars = (0..<50).compactMap { _ in Unicode.Scalar(UInt32.random(in: 0...0x2FF, using: &random)) }
            let others = (0..<50).compactMap { _ in Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &random)) }
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars + others)
            let turn = Conversation.Turn(role: String(text), content: String(text))
            let body = try JSONDecoder().decode(Body.self, from: Data(body(of: turn)))
            #expect(Array(body.role.utf8) == Array(turn.role.utf8), "LOADTEST_TEST_SEED=\(TestSeed.value)")
            #expect(Array(body.content.utf8) == Array(turn.content.utf8), "LOADTEST_TEST_SEED=\(TestSeed.value)")
        }
    }
}
