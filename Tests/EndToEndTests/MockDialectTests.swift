import Foundation
import LoadEngine
import MockAssistant
import TestSupport
import Testing

@Suite("Mock assistant: the other APIs", .ownThreads)
struct MockDialectTests {
    /// Starts a mock of an API, with a log.
    private func start(
        _ api: MockAPI,
        events: Int = 3,
        _ log: MockLogFile = MockLogFile(),
        _ change: (inout MockConfiguration) -> Void = { _ in }
    ) throws -> MockServer {
        try startMock(events: events) {
            $0.api = api
            $0.logPath = log.path
            change(&$0)
        }
    }

    @Test(
        "Each answers with the script's text, with reasoning before it, and states what the log says",
        arguments: DialectClient.all
    )
    func answers(_ api: DialectClient) throws {
        let log = MockLogFile()
        let server = try start(api.api, log) { if api.api.hasReasoning { $0.script.reasoningEvents = 2 } }
        defer { server.stop() }
        let client = try MockClient(port: server.port)
        try client.send(api.request(api.body(["One two", "three", "four\n five"], system: "Be brief.")))
        let answer = try client.takeAnswer()
        #expect(answer.status == 200)
        let type = api.api == .ollama ? "application/x-ndjson" : "text/event-stream"
        #expect(answer.headers["content-type"]?.hasPrefix(type) == true)
        let events = api.events(in: answer.text)
        #expect(events.compactMap(api.content) == ["Every ", "answer ", "comes "])
        #expect(events.compactMap(api.reasoning) == (api.api.hasReasoning ? ["First ", "I "] : []))
        let last = try #require(events.last)
        #expect(api.isEnd(last), "\(last.data)")
        #expect(events.count(where: api.isEnd) == 1)
        #expect(events.allSatisfy { $0.json != nil || $0.data == "[DONE]" })
        let line = try #require(try log.lines(count: 1).first)
        #expect(line.api == api.api.rawValue && line.events == 3 && line.completed)
        #expect(line.reasoning_events == (api.api.hasReasoning ? 2 : 0))
        #expect((line.first_reasoning_ns ?? 0) < line.first_event_ns!)
        let tokens = api.tokens(in: events)
        #expect(line.input_tokens == tokens?.input && line.output_tokens == tokens?.output)
        switch api.api {
        case .a2a: #expect(tokens == nil)
        case .gemini: #expect(tokens! == (7, 3) && line.reasoning_tokens == 2)
        default: #expect(tokens!.output == 5 && line.reasoning_tokens == 2)
        }
        switch api.api {
        case .openAIChat, .ollama, .agUI:
            #expect(line.messages == 4 && line.roles == ["system": 1, "user": 2, "assistant": 1, "tool": 0])
            #expect(tokens!.input == 7 && line.has_system == true)
        case .anthropic, .gemini:
            #expect(line.messages == 3 && line.roles == ["system": 0, "user": 2, "assistant": 1, "tool": 0])
            #expect(tokens!.input == 7 && line.has_system == true)
        case .aiSDK:
            #expect(line.messages == 3 && tokens!.input == 5 && line.has_system == false)
        default:
            #expect(line.messages == 1 && line.roles?["user"] == 1)
            #expect(line.has_system == (api.api == .openAIResponses))
        }
    }

    @Test("Without a word of the answer there is still its end", arguments: DialectClient.all)
    func withoutEvents(_ api: DialectClient) throws {
        let server = try start(api.api, events: 0)
        defer { server.stop() }
        let client = try MockClient(port: server.port)
        try client.send(api.request(api.body()))
        let events = api.events(in: try client.takeAnswer().text)
        #expect(events.compactMap(api.content).isEmpty)
        #expect(events.last.map(api.isEnd) == true)
    }

    @Test("Something comes before the first text that is none, at once", arguments: DialectClient.all)
    func opening(_ api: DialectClient) throws {
        let server = try start(api.api) { $0.script.faults = [FaultShare(.noFirstToken, percent: 100)] }
        defer { server.stop() }
        let client = try MockClient(port: server.port)
        try client.send(api.request(api.body()))
        #expect(try client.takeHead().status == 200)
        // These two begin with the first piece.
        guard api.api != .gemini, api.api != .ollama else { return }
        let events = api.events(in: String(decoding: try client.takeChunk(), as: UTF8.self))
        #expect(events.compactMap(api.content).isEmpty && !events.contains(where: api.isEnd))
        switch api.api {
        case .openAIChat: #expect(events.first?.text("choices.0.delta.role") == "assistant")
        case .anthropic: #expect(events.map(\.name) == ["message_start", "ping"])
        case .dify: #expect(events.isEmpty, "a ping has no data")
        default: #expect(!events.isEmpty)
        }
    }

    @Test("A usage chunk comes only to who asks for it")
    func usageIsAskedFor() throws {
        let server = try start(.openAIChat)
        defer { server.stop() }
        let api = DialectClient(.openAIChat)
        let client = try MockClient(port: server.port)
        var body = api.body()
        try client.send(api.request(body))
        let asked = api.events(in: try client.takeAnswer().text)
        #expect(asked.filter { $0["usage"] is [String: Any] }.map { ($0["choices"] as? [Any])?.count } == [0])
        #expect(asked.dropLast().allSatisfy { ($0.json as? [String: Any])?.keys.contains("usage") == true })
        body["stream_options"] = nil
        try client.send(api.request(body))
        #expect(api.events(in: try client.takeAnswer().text).allSatisfy { $0["usage"] == nil })
    }

    @Test("Cumulative answers repeat all text with each event", arguments: DialectClient.all)
    func cumulative(_ api: DialectClient) throws {
        let server = try start(api.api) { $0.script.isCumulative = true }
        defer { server.stop() }
        let client = try MockClient(port: server.port)
        try client.send(api.request(api.body()))
        let events = api.events(in: try client.takeAnswer().text)
        let texts = ["Every ", "Every answer ", "Every answer comes "]
        if api.api == .langGraph {
            // The last one, which has the finish reason, repeats it all once more.
            #expect(events.compactMap(api.content) == texts + texts.suffix(1))
            #expect(events.dropFirst(2).allSatisfy { $0.name == "messages/partial" })
        } else {
            #expect(events.compactMap(api.content) == texts)
        }
        if api.api == .a2a { #expect(events.allSatisfy { $0["result.artifactUpdate.append"] == nil }) }
    }

    @Test("LangGraph repeats all text when the client asks for the older mode")
    func olderMode() throws {
        let server = try start(.langGraph)
        defer { server.stop() }
        let api = DialectClient(.langGraph)
        let client = try MockClient(port: server.port)
        var body = api.body()
        body["stream_mode"] = "messages"
        try client.send(api.request(body))
        let events = api.events(in: try client.takeAnswer().text)
        #expect(events.compactMap(\.name).prefix(3) == ["metadata", "messages/metadata", "messages/partial"])
        #expect(events.compactMap(api.content).last == "Every answer comes ")
    }

    @Test("The log calls the session what a header says, or the conversation's id")
    func sessions() throws {
        let log = MockLogFile()
        let server = try start(.aiSDK, log)
        defer { server.stop() }
        let api = DialectClient(.aiSDK)
        let client = try MockClient(port: server.port)
        let body = String(decoding: try JSONSerialization.data(withJSONObject: api.body()), as: UTF8.self)
        for headers in ["", "x-session-id:  mine \r\n"] {
            try client.send(DialectClient.post(api.path, headers: headers, body))
            #expect(try client.takeAnswer().status == 200)
        }
        let lines = try log.lines(count: 2)
        #expect(lines.map(\.session) == ["chat-1", "mine"])
        #expect(lines.map(\.sent_id) == ["chat-1", "chat-1"])
    }

    @Test("Every other API is told apart by its name, with help for a wrong one")
    func names() throws {
        for api in MockAPI.allCases { #expect(try MockAPI.parse(api.rawValue) == api) }
        let error = #expect(throws: ConfigurationError.self) { try MockAPI.parse("open-chat") }
        #expect(error?.description.contains("openai-chat?") == true)
        #expect(error?.description.contains("a2a") == true)
    }
}
