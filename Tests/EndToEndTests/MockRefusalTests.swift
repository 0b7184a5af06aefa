import Foundation
import MockAssistant
import TestSupport
import Testing

@Suite("Mock assistant: requests that other APIs refuse", .ownThreads)
struct MockRefusalTests {
    /// A request that is wrong, and what is said about it.
    struct Wrong: CustomTestStringConvertible {
        var api: MockAPI
        var what: String
        var status: Int
        var text: String
        var change: @Sendable (inout [String: Any]) -> Void = { _ in }
        var path: String?
        var headers: String?

        var testDescription: String { "\(api.rawValue): \(what)" }
    }

    private static let wrong: [Wrong] = [
        Wrong(api: .openAIChat, what: "no model", status: 400, text: "model") { $0["model"] = nil },
        Wrong(api: .openAIChat, what: "no stream", status: 400, text: "stream") { $0["stream"] = nil },
        Wrong(api: .openAIChat, what: "no messages", status: 400, text: "messages") { $0["messages"] = [Any]() },
        Wrong(api: .openAIChat, what: "an unknown role", status: 400, text: "role") {
            $0["messages"] = [["role": "model", "content": "Hi"], ["role": "nobody", "content": "Hi"]]
        },
        Wrong(api: .openAIChat, what: "another path", status: 404, text: "/chat/completions", path: "/v1/completions"),
        Wrong(api: .openAIResponses, what: "no input", status: 400, text: "input") { $0["input"] = nil },
        Wrong(api: .anthropic, what: "no version", status: 400, text: "anthropic-version", headers: ""),
        Wrong(api: .anthropic, what: "no limit", status: 400, text: "max_tokens") { $0["max_tokens"] = nil },
        Wrong(api: .anthropic, what: "the system among the messages", status: 400, text: "'system'") {
            $0["messages"] = [["role": "system", "content": "x"], ["role": "user", "content": "Hi"]]
        },
        Wrong(api: .gemini, what: "a role of another API", status: 400, text: "valid role") {
            $0["contents"] = [["role": "system", "parts": [["text": "Hi"]]]]
        },
        Wrong(
            api: .gemini,
            what: "no events",
            status: 400,
            text: "alt=sse",
            path: "/v1beta/models/m:streamGenerateContent"
        ),
        Wrong(api: .ollama, what: "no stream", status: 400, text: "stream") { $0["stream"] = false },
        Wrong(api: .aiSDK, what: "no parts", status: 400, text: "parts") {
            $0["messages"] = [["id": "1", "role": "user"]]
        },
        Wrong(api: .dify, what: "no query", status: 400, text: "query") { $0["query"] = nil },
        Wrong(api: .dify, what: "no user", status: 400, text: "user") { $0["user"] = nil },
        Wrong(api: .dify, what: "no inputs", status: 400, text: "inputs") { $0["inputs"] = nil },
        Wrong(api: .langGraph, what: "no assistant", status: 422, text: "assistant_id") { $0["assistant_id"] = nil },
        Wrong(api: .langGraph, what: "another mode", status: 422, text: "messages-tuple") {
            $0["stream_mode"] = "values"
        },
        Wrong(api: .langGraph, what: "no UUID", status: 422, text: "UUID", path: "/threads/mine/runs/stream"),
        Wrong(api: .agUI, what: "no thread", status: 422, text: "threadId") { $0["threadId"] = nil },
        Wrong(api: .agUI, what: "no messages", status: 422, text: "messages") { $0["messages"] = nil },
        Wrong(api: .a2a, what: "no version", status: 200, text: "-32009", headers: ""),
        Wrong(api: .a2a, what: "an old version", status: 200, text: "-32009", headers: "A2A-Version: 0.3\r\n"),
        Wrong(api: .a2a, what: "another method", status: 200, text: "-32601") { $0["method"] = "message/stream" },
        Wrong(api: .a2a, what: "an unknown task", status: 200, text: "-32001") {
            $0["params"] = ["message": ["role": "ROLE_USER", "taskId": "x", "parts": [["text": "Hi"]]]]
        },
    ]

    @Test("A wrong request is refused in the API's own shape, and the connection stays", arguments: wrong)
    func refuses(_ wrong: Wrong) throws {
        let server = try startMock { $0.api = wrong.api }
        defer { server.stop() }
        let api = DialectClient(wrong.api)
        let client = try MockClient(port: server.port)
        var body = api.body()
        wrong.change(&body)
        let text = String(decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self)
        try client.send(DialectClient.post(wrong.path ?? api.path, headers: wrong.headers ?? api.headers, text))
        let answer = try client.takeAnswer()
        #expect(answer.status == wrong.status)
        #expect(answer.headers["content-type"] == "application/json")
        #expect(answer.text.contains(wrong.text), "\(answer.text)")
        try expectShape(wrong.api, answer)
        try client.send(api.request(api.body()))
        #expect(try client.takeAnswer().status == 200)
        #expect(server.counters.peakStreams == 1)
    }

    @Test("A body that is no JSON object is refused, at whatever byte it ends", arguments: DialectClient.all)
    func broken(_ api: DialectClient) throws {
        let server = try startMock { $0.api = api.api }
        defer { server.stop() }
        let client = try MockClient(port: server.port)
        let whole = String(decoding: try JSONSerialization.data(withJSONObject: api.body()), as: UTF8.self)
        for count in 0..<whole.count {
            try client.send(DialectClient.post(api.path, headers: api.headers, String(whole.prefix(count))))
            let answer = try client.takeAnswer()
            #expect(answer.status == (api.api == .a2a ? 200 : 400), "\(whole.prefix(count))")
            #expect(answer.text.contains("JSON"), "\(answer.text)")
        }
        for text in ["[]", "\"x\"", "{} {}", "{\"a\":\u{1}}", "{\"model\":\"\u{7}\"}"] {
            try client.send(DialectClient.post(api.path, headers: api.headers, text))
            let answer = try client.takeAnswer()
            #expect(answer.status == (api.api == .a2a ? 200 : 400) && answer.text.contains("JSON"), "\(text)")
        }
        try client.send(api.request(api.body()))
        #expect(try client.takeAnswer().status == 200)
    }

    @Test("Other methods and the health of the server", arguments: DialectClient.all)
    func methods(_ api: DialectClient) throws {
        let server = try startMock { $0.api = api.api }
        defer { server.stop() }
        let client = try MockClient(port: server.port)
        try client.send("GET \(api.path) HTTP/1.1\r\n\r\nGET /health HTTP/1.1\r\n\r\n")
        let answer = try client.takeAnswer()
        #expect(answer.status == 405 && answer.headers["allow"] == "POST")
        try expectShape(api.api, answer)
        #expect(try client.takeAnswer().text == #"{"status":"ok"}"#)
    }

    @Test("http_500 and http_429 have the API's own shape", arguments: DialectClient.all)
    func statuses(_ api: DialectClient) throws {
        for fault in [Fault.http500, .http429] {
            let server = try startMock(fault: fault) { $0.api = api.api }
            defer { server.stop() }
            let client = try MockClient(port: server.port)
            try client.send(api.request(api.body()))
            let answer = try client.takeAnswer()
            #expect(answer.status == (fault == .http500 ? 500 : 429))
            #expect(answer.headers["retry-after"] == (fault == .http500 ? nil : "1"))
            try expectShape(api.api, answer)
        }
    }

    /// Expects what the API calls an error, with a text.
    private func expectShape(_ api: MockAPI, _ answer: MockClient.Answer) throws {
        let object = try #require(try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])
        let error = object["error"] as? [String: Any]
        let message: Any? =
            switch api {
            case .assistant, .ollama, .aiSDK: object["error"]
            case .dify: object["code"] is String && object["status"] as? Int == answer.status ? object["message"] : nil
            case .langGraph, .agUI: object["detail"]
            case .anthropic: object["type"] as? String == "error" ? error?["message"] : nil
            case .gemini: error?["code"] as? Int == answer.status ? error?["message"] : nil
            case .a2a: object["jsonrpc"] as? String == "2.0" ? error?["message"] : nil
            case .openAIChat, .openAIResponses: error?["type"] is String ? error?["message"] : nil
            }
        #expect((message as? String)?.isEmpty == false, "\(answer.text)")
    }
}
