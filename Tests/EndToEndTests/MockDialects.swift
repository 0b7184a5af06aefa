import Foundation
import MockAssistant
import Testing

/// One API of the mock assistant as a client of the tests speaks it: read by hand, without any profile.
struct DialectClient: CustomTestStringConvertible {
    let api: MockAPI
    /// The conversation that the next request goes on with, where the server keeps it.
    var conversation = ""

    init(_ api: MockAPI) { self.api = api }

    /// All but `assistant`, which has tests of its own.
    static let all = MockAPI.allCases.filter { $0 != .assistant }.map(DialectClient.init)

    var testDescription: String { api.rawValue }

    // MARK: Requests

    /// Where turns go.
    var path: String {
        switch api {
        case .assistant: "/stream/assistant/s1"
        case .openAIChat: "/v1/chat/completions"
        case .openAIResponses: "/v1/responses"
        case .anthropic: "/v1/messages"
        case .gemini: "/v1beta/models/mock:streamGenerateContent?alt=sse"
        case .ollama: "/api/chat"
        case .aiSDK: "/api/chat"
        case .dify: "/v1/chat-messages"
        case .langGraph: conversation.isEmpty ? "/runs/stream" : "/threads/\(conversation)/runs/stream"
        case .agUI: "/agent"
        case .a2a: "/"
        }
    }

    var headers: String {
        switch api {
        case .anthropic: "anthropic-version: 2023-06-01\r\n"
        case .a2a: "A2A-Version: 1.0\r\n"
        default: ""
        }
    }

    /// The body of a turn's request: the texts are said in turn by the user and the assistant.
    func body(_ texts: [String] = ["Hello there"], system: String? = nil) -> [String: Any] {
        func messages(_ make: (String, String) -> [String: Any]) -> [[String: Any]] {
            texts.enumerated().map { make($0.offset.isMultiple(of: 2) ? "user" : "assistant", $0.element) }
        }
        let plain = messages { ["role": $0, "content": $1] }
        let front: [[String: Any]] = system.map { [["role": "system", "content": $0]] } ?? []
        switch api {
        case .assistant: return ["role": "user", "content": texts.last ?? ""]
        case .openAIChat:
            return [
                "model": "mock", "stream": true, "stream_options": ["include_usage": true], "messages": front + plain,
            ]
        case .openAIResponses:
            var body: [String: Any] = ["model": "mock", "stream": true, "input": texts.last ?? ""]
            if !conversation.isEmpty { body["previous_response_id"] = conversation }
            if let system { body["instructions"] = system }
            return body
        case .anthropic:
            var body: [String: Any] = ["model": "mock", "stream": true, "max_tokens": 100, "messages": plain]
            if let system { body["system"] = system }
            return body
        case .gemini:
            let contents = messages { ["role": $0 == "user" ? "user" : "model", "parts": [["text": $1]]] }
            var body: [String: Any] = ["contents": contents]
            if let system { body["systemInstruction"] = ["parts": [["text": system]]] }
            return body
        case .ollama: return ["model": "mock", "messages": front + plain]
        case .aiSDK:
            let parts = messages { ["id": "m", "role": $0, "parts": [["type": "text", "text": $1]]] }
            return ["id": "chat-1", "messages": parts]
        case .dify:
            return [
                "inputs": [String: Any](), "query": texts.last ?? "", "response_mode": "streaming", "user": "me",
                "conversation_id": conversation,
            ]
        case .langGraph:
            let last: [String: Any] = ["role": "user", "content": texts.last ?? ""]
            return ["assistant_id": "agent", "input": ["messages": [last]], "stream_mode": ["messages-tuple"]]
        case .agUI:
            return [
                "threadId": "thread-1", "runId": "run-1", "messages": front + plain, "tools": [Any](),
                "context": [Any](), "state": [String: Any](), "forwardedProps": [String: Any](),
            ]
        case .a2a:
            var message: [String: Any] = ["messageId": "1", "role": "ROLE_USER", "parts": [["text": texts.last ?? ""]]]
            if !conversation.isEmpty { message["contextId"] = conversation }
            return ["jsonrpc": "2.0", "id": 7, "method": "SendStreamingMessage", "params": ["message": message]]
        }
    }

    /// The text of a request, as it goes over the connection.
    static func post(_ path: String, headers: String = "", _ body: String) -> String {
        "POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\(headers)"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    func request(_ body: [String: Any]) throws -> String {
        let data = try JSONSerialization.data(withJSONObject: body)
        return Self.post(path, headers: headers, String(decoding: data, as: UTF8.self))
    }

    // MARK: Answers

    /// One event of an answer, or one line.
    struct Event {
        var name: String?
        var data: String
        /// The data as JSON, nil when it is none.
        var json: Any?

        init(name: String? = nil, data: String) {
            self.name = name
            self.data = data
            json = try? JSONSerialization.jsonObject(with: Data(data.utf8))
        }

        /// What is at a place, such as `choices.0.delta`.
        subscript(_ path: String) -> Any? {
            path.split(separator: ".").reduce(json) { value, step in
                if let index = Int(step) {
                    guard let array = value as? [Any], index < array.count else { return nil }
                    return array[index]
                }
                return (value as? [String: Any])?[String(step)]
            }
        }

        func text(_ path: String) -> String? { self[path] as? String }
        func number(_ path: String) -> Int? { self[path] as? Int }
    }

    /// The events with data in a body; lines of it for `ollama`.
    func events(in body: String) -> [Event] {
        if api == .ollama { return body.split(separator: "\n").map { Event(data: String($0)) } }
        // In Swift CRLF is one character.
        let text = body.replacing("\r\n", with: "\n")
        return text.components(separatedBy: "\n\n").compactMap { block in
            var name: String?
            var data: String?
            for line in block.split(separator: "\n") {
                if line.hasPrefix("event: ") { name = String(line.dropFirst(7)) }
                if line.hasPrefix("data: ") { data = String(line.dropFirst(6)) }
            }
            return data.map { Event(name: name, data: $0) }
        }
    }

    /// The text of an event that is a piece of the answer, nil when it is none.
    func content(of event: Event) -> String? {
        let text: String? =
            switch api {
            case .assistant: event.text("text")
            case .openAIChat: event.text("choices.0.delta.content")
            case .openAIResponses: event.text("type") == "response.output_text.delta" ? event.text("delta") : nil
            case .anthropic: event.text("delta.type") == "text_delta" ? event.text("delta.text") : nil
            case .gemini:
                event["candidates.0.content.parts.0.thought"] == nil
                    ? event.text("candidates.0.content.parts.0.text") : nil
            case .ollama: event.text("message.content")
            case .aiSDK: event.text("type") == "text-delta" ? event.text("delta") : nil
            case .dify: event.text("event") == "message" ? event.text("answer") : nil
            case .langGraph: event.name?.hasPrefix("messages") == true ? event.text("0.content") : nil
            case .agUI: event.text("type") == "TEXT_MESSAGE_CONTENT" ? event.text("delta") : nil
            case .a2a: event.text("result.artifactUpdate.artifact.parts.0.text")
            }
        return text?.isEmpty == false ? text : nil
    }

    /// The text of an event that is a piece of reasoning, nil when it is none.
    func reasoning(of event: Event) -> String? {
        switch api {
        case .assistant, .a2a: nil
        case .openAIChat: event.text("choices.0.delta.reasoning_content")
        case .openAIResponses:
            event.text("type") == "response.reasoning_summary_text.delta" ? event.text("delta") : nil
        case .anthropic: event.text("delta.thinking")
        case .gemini:
            event["candidates.0.content.parts.0.thought"] as? Bool == true
                ? event.text("candidates.0.content.parts.0.text") : nil
        case .ollama: event.text("message.thinking")
        case .aiSDK: event.text("type") == "reasoning-delta" ? event.text("delta") : nil
        case .dify: event.text("event") == "agent_thought" ? event.text("thought") : nil
        case .langGraph: event.text("0.content.0.thinking")
        case .agUI: event.text("type") == "REASONING_MESSAGE_CONTENT" ? event.text("delta") : nil
        }
    }

    /// Whether an event is the last of a whole answer.
    func isEnd(_ event: Event) -> Bool {
        switch api {
        case .assistant, .openAIChat, .aiSDK: event.data == "[DONE]"
        case .openAIResponses: event.text("type") == "response.completed"
        case .anthropic: event.text("type") == "message_stop"
        case .gemini: event.text("candidates.0.finishReason") != nil
        case .ollama: event["done"] as? Bool == true
        case .dify: event.text("event") == "message_end"
        case .langGraph: event.text("0.response_metadata.finish_reason") != nil
        case .agUI: event.text("type") == "RUN_FINISHED"
        case .a2a: event.text("result.statusUpdate.status.state") == "TASK_STATE_COMPLETED"
        }
    }

    /// The message of an event that says that the answer has failed, nil when it does not.
    func error(in event: Event) -> String? {
        switch api {
        case .assistant: event.name == "error" ? event.text("error.message") : nil
        case .openAIChat, .gemini: event.text("error.message")
        case .openAIResponses:
            switch event.text("type") {
            case "error": event.text("message")
            case "response.failed": event.text("response.error.message")
            default: nil
            }
        case .anthropic: event.name == "error" && event.text("type") == "error" ? event.text("error.message") : nil
        case .ollama: event.text("error")
        case .aiSDK: event.text("type") == "error" ? event.text("errorText") : nil
        case .dify: event.text("event") == "error" ? event.text("message") : nil
        case .langGraph: event.name == "error" ? event.text("message") : nil
        case .agUI: event.text("type") == "RUN_ERROR" ? event.text("message") : nil
        case .a2a:
            event.text("error.message")
                ?? (event.text("result.statusUpdate.status.state") == "TASK_STATE_FAILED"
                    ? event.text("result.statusUpdate.status.message.parts.0.text") : nil)
        }
    }

    /// The input and the output tokens that an answer states last.
    func tokens(in events: [Event]) -> (input: Int, output: Int)? {
        let (input, output): (String, String) =
            switch api {
            case .assistant, .a2a: ("", "")
            case .openAIChat: ("usage.prompt_tokens", "usage.completion_tokens")
            case .openAIResponses: ("response.usage.input_tokens", "response.usage.output_tokens")
            case .anthropic: ("message.usage.input_tokens", "usage.output_tokens")
            case .gemini: ("usageMetadata.promptTokenCount", "usageMetadata.candidatesTokenCount")
            case .ollama: ("prompt_eval_count", "eval_count")
            case .aiSDK: ("messageMetadata.usage.inputTokens", "messageMetadata.usage.outputTokens")
            case .dify: ("metadata.usage.prompt_tokens", "metadata.usage.completion_tokens")
            case .langGraph: ("0.usage_metadata.input_tokens", "0.usage_metadata.output_tokens")
            case .agUI: ("usage.0.inputTokens", "usage.0.outputTokens")
            }
        guard let last = events.compactMap({ $0.number(output) }).last,
            let first = events.compactMap({ $0.number(input) }).last
        else { return nil }
        return (first, last)
    }

    /// The conversation that an answer names, where the server keeps it.
    func conversation(in events: [Event]) -> String? {
        switch api {
        case .openAIResponses: events.compactMap { $0.text("response.id") }.last
        case .dify: events.compactMap { $0.text("conversation_id") }.last
        case .a2a: events.compactMap { $0.text("result.task.contextId") }.last
        default: nil
        }
    }
}
