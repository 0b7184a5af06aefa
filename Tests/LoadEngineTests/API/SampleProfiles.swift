import LoadModel

/// Profiles of APIs that are widely spoken, as far as reading events goes.
enum SampleProfiles {
    static let assistant = profile(
        "assistant",
        [rule(.end, data: "[DONE]"), rule(.error, event: "error"), rule(.content)]
    )

    static let all: [String: APIProfile] = Dictionary(
        uniqueKeysWithValues: [
            assistant, openAIChat, openAIResponses, anthropic, gemini, ollama, aiSDK, dify, langGraph, agUI, a2a,
        ].map { ($0.name, $0) }
    )

    static let openAIChat = profile(
        "openai-chat",
        [
            rule(.end, data: "[DONE]"), rule(.error, event: "error"), rule(.error, has: "$.error"),
            rule(.content, text: "$.choices[*].delta.content"),
            rule(.reasoning, text: "$.choices[*].delta.reasoning_content"),
            rule(.tool, has: "$.choices[*].delta.tool_calls"),
        ],
        usage: [
            .input: ["$.usage.prompt_tokens"], .output: ["$.usage.completion_tokens"],
            .cached: ["$.usage.prompt_tokens_details.cached_tokens"],
        ],
        finishReason: ["$.choices[0].finish_reason"],
        capture: ["$.id"]
    )

    static let openAIResponses = profile(
        "openai-responses",
        [
            rule(.end, equals: ["$.type": ["response.completed", "response.incomplete"]]),
            rule(.error, equals: ["$.type": ["response.failed", "error"]]),
            rule(.content, text: "$.delta", equals: ["$.type": ["response.output_text.delta"]]),
            rule(
                .reasoning,
                text: "$.delta",
                equals: ["$.type": ["response.reasoning_text.delta", "response.reasoning_summary_text.delta"]]
            ),
            rule(.tool, text: "$.delta", equals: ["$.type": ["response.function_call_arguments.delta"]]),
        ],
        usage: [
            .input: ["$.response.usage.input_tokens"], .output: ["$.response.usage.output_tokens"],
            .reasoning: ["$.response.usage.output_tokens_details.reasoning_tokens"],
        ],
        finishReason: ["$.response.status"],
        capture: ["$.response.id"]
    )

    static let anthropic = profile(
        "anthropic",
        [
            rule(.end, equals: ["$.type": ["message_stop"]]), rule(.error, equals: ["$.type": ["error"]]),
            rule(.ping, equals: ["$.type": ["ping"]]),
            rule(.content, text: "$.delta.text", equals: ["$.delta.type": ["text_delta"]]),
            rule(.reasoning, text: "$.delta.thinking", equals: ["$.delta.type": ["thinking_delta"]]),
            rule(.tool, text: "$.delta.partial_json", equals: ["$.delta.type": ["input_json_delta"]]),
        ],
        usage: [
            .input: ["$.message.usage.input_tokens"], .output: ["$.usage.output_tokens"],
            .cached: ["$.message.usage.cache_read_input_tokens"],
        ],
        finishReason: ["$.delta.stop_reason"]
    )

    static let gemini = profile(
        "gemini",
        [
            rule(.error, has: "$.error"), rule(.error, has: "$.promptFeedback.blockReason"),
            rule(
                .reasoning,
                text: "$.candidates[0].content.parts[*].text",
                equals: ["$.candidates[0].content.parts[*].thought": [true]]
            ),
            rule(.content, text: "$.candidates[0].content.parts[*].text"),
        ],
        usage: [
            .input: ["$.usageMetadata.promptTokenCount"], .output: ["$.usageMetadata.candidatesTokenCount"],
            .reasoning: ["$.usageMetadata.thoughtsTokenCount"],
        ],
        finishReason: ["$.candidates[0].finishReason"]
    )

    static let ollama = profile(
        "ollama",
        [
            rule(.error, has: "$.error"), rule(.content, text: "$.message.content"),
            rule(.reasoning, text: "$.message.thinking"), rule(.tool, has: "$.message.tool_calls"),
            rule(.end, equals: ["$.done": [true]]),
        ],
        usage: [.input: ["$.prompt_eval_count"], .output: ["$.eval_count"]],
        finishReason: ["$.done_reason"]
    )

    static let aiSDK = profile(
        "ai-sdk",
        [
            rule(.end, data: "[DONE]"), rule(.error, equals: ["$.type": ["error", "abort"]]),
            rule(.content, text: "$.delta", equals: ["$.type": ["text-delta"]]),
            rule(.reasoning, text: "$.delta", equals: ["$.type": ["reasoning-delta"]]),
            rule(.tool, text: "$.inputTextDelta", equals: ["$.type": ["tool-input-delta"]]),
        ]
    )

    static let dify = profile(
        "dify",
        [
            rule(.end, equals: ["$.event": ["message_end"]]), rule(.error, equals: ["$.event": ["error"]]),
            rule(.ping, equals: ["$.event": ["ping"]]),
            rule(.content, text: "$.answer", equals: ["$.event": ["message", "agent_message"]]),
            rule(.reasoning, text: "$.thought", equals: ["$.event": ["agent_thought"]]),
        ],
        usage: [.input: ["$.metadata.usage.prompt_tokens"], .output: ["$.metadata.usage.completion_tokens"]],
        capture: ["$.conversation_id"]
    )

    static let langGraph = profile(
        "langgraph",
        [
            rule(.error, event: "error"), rule(.end, event: "end"),
            rule(.content, event: "messages", text: "$[0].content"),
            rule(.tool, event: "messages", has: "$[0].tool_call_chunks"),
        ],
        usage: [.input: ["$[0].usage_metadata.input_tokens"], .output: ["$[0].usage_metadata.output_tokens"]]
    )

    static let agUI = profile(
        "ag-ui",
        [
            rule(.end, equals: ["$.type": ["RUN_FINISHED"]]), rule(.error, equals: ["$.type": ["RUN_ERROR"]]),
            rule(.content, text: "$.delta", equals: ["$.type": ["TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_CHUNK"]]),
            rule(
                .reasoning,
                text: "$.delta",
                equals: ["$.type": ["REASONING_MESSAGE_CONTENT", "THINKING_TEXT_MESSAGE_CONTENT"]]
            ),
            rule(.tool, text: "$.delta", equals: ["$.type": ["TOOL_CALL_ARGS"]]),
        ]
    )

    static let a2a: APIProfile = {
        let state = "$.result.statusUpdate.status.state"
        return profile(
            "a2a",
            [
                rule(.error, has: "$.error"),
                rule(.error, equals: [state: ["TASK_STATE_FAILED", "TASK_STATE_REJECTED"]]),
                rule(.end, equals: [state: ["TASK_STATE_COMPLETED", "TASK_STATE_INPUT_REQUIRED"]]),
                rule(.content, text: "$.result.artifactUpdate.artifact.parts[*].text"),
                rule(.content, text: "$.result.message.parts[*].text"),
            ],
            capture: ["$.result.artifactUpdate.contextId", "$.result.statusUpdate.contextId"]
        )
    }()

    // MARK: Making profiles

    static func path(_ text: String) -> JSONPath {
        do {
            return try JSONPath(text: text)
        } catch {
            fatalError("\(error)")
        }
    }

    /// Values as JSON: the texts among them with quotes.
    private static func json(_ values: [any Sendable]) -> [String] {
        values.map { $0 is String ? "\"\($0)\"" : "\($0)" }
    }

    static func rule(
        _ kind: EventRule.Kind,
        data: String? = nil,
        event: String? = nil,
        has: String? = nil,
        text: String? = nil,
        equals: KeyValuePairs<String, [any Sendable]> = [:]
    ) -> EventRule {
        var rule = EventRule(kind)
        (rule.data, rule.event, rule.has, rule.text) = (data, event, has.map(path), text.map(path))
        rule.equals = equals.map { EventRule.Equality(path: path($0.key), values: json($0.value)) }
        return rule
    }

    static func profile(
        _ name: String,
        _ events: [EventRule],
        usage: [APIProfile.TokenKind: [String]] = [:],
        finishReason: [String] = [],
        capture: [String] = []
    ) -> APIProfile {
        var profile = APIProfile(name: name, path: Template([.text("/")]))
        profile.events = events
        profile.usage = usage.mapValues { $0.map(path) }
        profile.finishReason = finishReason.map(path)
        if !capture.isEmpty { profile.captures = [.init(name: "id", source: .body(capture.map(path)))] }
        return profile
    }
}
