import Foundation
import MockAssistant
import TestSupport
import Testing

@Suite("Mock assistant: conversations that the server keeps", .ownThreads)
struct MockConversationIDTests {
    private func send(_ api: DialectClient, to client: MockClient) throws -> MockClient.Answer {
        try client.send(api.request(api.body()))
        return try client.takeAnswer()
    }

    /// Makes a thread of LangGraph's.
    private func thread(_ client: MockClient) throws -> String {
        try client.send(DialectClient.post("/threads", "{}"))
        let answer = try client.takeAnswer()
        #expect(answer.status == 200 && answer.headers["content-type"] == "application/json")
        let object = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
        return try #require(object?["thread_id"] as? String)
    }

    private static let kept = [MockAPI.openAIResponses, .dify, .langGraph, .a2a].map(DialectClient.init)

    @Test("An id that was given is taken again, and the log has both", arguments: kept)
    func goesOn(_ api: DialectClient) throws {
        let log = MockLogFile()
        let server = try startMock {
            $0.api = api.api
            $0.logPath = log.path
        }
        defer { server.stop() }
        let client = try MockClient(port: server.port)
        var api = api
        if api.api == .langGraph { api.conversation = try thread(client) }
        var given: [String] = []
        for _ in 0..<3 {
            let answer = try send(api, to: client)
            #expect(answer.status == 200, "\(answer.text)")
            guard api.api != .langGraph else { continue }
            api.conversation = try #require(api.conversation(in: api.events(in: answer.text)))
            given.append(api.conversation)
        }
        let lines = try log.lines(count: 3)
        switch api.api {
        case .langGraph:
            #expect(lines.map(\.sent_id) == [api.conversation, api.conversation, api.conversation])
            #expect(server.counters.requests == 4 && server.counters.posts == 3)
        case .openAIResponses:
            // Each answer is one to go on with.
            #expect(Set(given).count == 3)
            #expect(lines.map(\.sent_id) == [nil, given[0], given[1]])
            #expect(lines.map(\.given_id) == given)
        default:
            #expect(Set(given).count == 1)
            #expect(lines.map(\.sent_id) == [nil, given[0], given[0]])
            #expect(lines.map(\.given_id) == given)
        }
    }

    @Test("An id that nobody gave is refused as the API does", arguments: kept)
    func unknown(_ api: DialectClient) throws {
        let server = try startMock { $0.api = api.api }
        defer { server.stop() }
        let client = try MockClient(port: server.port)
        var api = api
        api.conversation = api.api == .langGraph ? try thread(client) : ""
        if api.api != .langGraph {
            api.conversation = try #require(api.conversation(in: api.events(in: try send(api, to: client).text)))
        }
        #expect(try send(api, to: client).status == 200)
        // One digit is another.
        let last = try #require(api.conversation.last)
        api.conversation = api.conversation.dropLast() + (last == "0" ? "1" : "0")
        let answer = try send(api, to: client)
        #expect(answer.headers["content-type"] == "application/json")
        let object = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
        switch api.api {
        case .openAIResponses:
            let error = object?["error"] as? [String: Any]
            #expect(answer.status == 400 && error?["code"] as? String == "previous_response_not_found")
        case .dify: #expect(answer.status == 404 && object?["message"] as? String == "Conversation Not Exists.")
        case .langGraph: #expect(answer.status == 404 && (object?["detail"] as? String)?.contains("not found") == true)
        default:
            let error = object?["error"] as? [String: Any]
            #expect(answer.status == 200 && error?["code"] as? Int == -32602 && object?["id"] as? Int == 7)
        }
        #expect(server.counters.openStreams == 0)
    }

    @Test("Processes that share a port know each other's ids, and give none twice")
    func processes() throws {
        var configuration = MockConfiguration()
        configuration.api = .dify
        configuration.script.firstToken = .zero
        configuration.script.events = 1
        var ids: Set<String> = []
        var servers: [MockServer] = []
        defer { for server in servers { server.stop() } }
        for number in 1...2 {
            configuration.processNumber = number
            servers.append(try MockServer(configuration))
        }
        for (giver, taker) in [(0, 1), (1, 0)] {
            var api = DialectClient(.dify)
            for _ in 0..<20 {
                api.conversation = ""
                let first = try send(api, to: MockClient(port: servers[giver].port))
                api.conversation = try #require(api.conversation(in: api.events(in: first.text)))
                ids.insert(api.conversation)
                #expect(try send(api, to: MockClient(port: servers[taker].port)).status == 200)
            }
        }
        #expect(ids.count == 40)
    }
}
