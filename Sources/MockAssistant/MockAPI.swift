package import LoadEngine

/// The APIs that the mock assistant speaks, by the names that profiles have.
package enum MockAPI: String, CaseIterable, Sendable {
    case assistant
    case openAIChat = "openai-chat"
    case openAIResponses = "openai-responses"
    case anthropic
    case gemini
    case ollama
    case aiSDK = "ai-sdk"
    case dify
    case langGraph = "langgraph"
    case agUI = "ag-ui"
    case a2a

    /// Reads a name.
    ///
    /// - Throws: `ConfigurationError` that lists the names when it is none of them.
    package static func parse(_ name: String) throws(ConfigurationError) -> MockAPI {
        if let api = MockAPI(rawValue: name) { return api }
        let names = allCases.map(\.rawValue)
        let hint = Spelling.nearest(to: name, among: names).map { " Did you mean \($0)?" } ?? ""
        throw ConfigurationError("there is no API '\(name)'.\(hint) The APIs are \(names.joined(separator: ", ")).")
    }

    /// What a client posts its turns to, in one line, for the help text.
    package var summary: String {
        switch self {
        case .assistant: "POST .../stream/assistant/{session_id}"
        case .openAIChat: "POST .../chat/completions"
        case .openAIResponses: "POST .../responses; knows a previous_response_id that it has given"
        case .anthropic: "POST .../messages, with anthropic-version"
        case .gemini: "POST .../models/{model}:streamGenerateContent?alt=sse"
        case .ollama: "POST .../api/chat; answers with lines of JSON"
        case .aiSDK: "POST .../chat; the UI message stream of Vercel's AI SDK"
        case .dify: "POST .../chat-messages; knows a conversation_id that it has given"
        case .langGraph: "POST .../threads, then POST .../threads/{thread_id}/runs/stream; or POST .../runs/stream"
        case .agUI: "POST to any path"
        case .a2a: "POST SendStreamingMessage of A2A 1.0 to any path; knows a contextId that it has given"
        }
    }

    /// Whether its answers can have reasoning before the text.
    package var hasReasoning: Bool { self != .assistant && self != .a2a }

    /// How it is spoken; nil for `assistant`, which the loop itself speaks.
    var dialect: (any Dialect)? {
        switch self {
        case .assistant: nil
        case .openAIChat: OpenAIChat()
        case .openAIResponses: OpenAIResponses()
        case .anthropic: Anthropic()
        case .gemini: Gemini()
        case .ollama: Ollama()
        case .aiSDK: AISDK()
        case .dify: Dify()
        case .langGraph: LangGraph()
        case .agUI: AGUI()
        case .a2a: A2A()
        }
    }
}
