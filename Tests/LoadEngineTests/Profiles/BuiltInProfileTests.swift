import LoadEngine
import Testing

@testable import LoadModel

@Suite("A built-in profile")
struct BuiltInProfileTests {
    @Test("is a file in which nothing is wrong, under its own name, with a line on what it is")
    func files() throws {
        #expect(
            Profiles.names == [
                "assistant", "openai-chat", "openai-responses", "anthropic", "gemini", "ollama", "ai-sdk", "dify",
                "langgraph", "ag-ui", "a2a",
            ]
        )
        for name in Profiles.names {
            let text = try #require(Profiles.text(of: name))
            let file = ProfileFile(bytes: Array(text.utf8), path: name)
            #expect(file.problems == [])
            let profile = try file.checked()
            #expect(profile == Profiles.named(name) && profile.name == name)
            #expect(!profile.description.isEmpty && profile.description.count < 60)
            #expect(text.hasPrefix("// ") && text.hasSuffix("}\n"), "\(name)")
            #expect(text.split(separator: "\n").allSatisfy { $0.count <= 130 }, "\(name)")
        }
        #expect(Profiles.named("assistants") == nil && Profiles.text(of: "") == nil)
    }

    @Test("of an assistant is the request and the answer that the engine has always had")
    func assistant() throws {
        let profile = Profiles.assistant
        #expect(profile == EngineConfiguration(host: "", conversations: []).api)
        #expect(profile.method == "POST")
        #expect(profile.path.text == "/stream/assistant/{{session_id}}" && profile.readsAsAssistant)
        #expect(
            profile.headers.map { "\($0.name): \($0.value.text)" }
                == ["Accept: text/event-stream", "Content-Type: application/json"]
        )
        #expect(profile.framing == .sse && profile.history == .none && profile.ends == [.marker])
        #expect(
            profile.body
                == .object([
                    .init(key: "role", value: .string(Template([.value("role")]))),
                    .init(key: "content", value: .string(Template([.value("content")]))),
                ])
        )
    }

    @Test("keeps secrets in headers only, from the environment")
    func secrets() {
        for profile in Profiles.builtIn {
            let uses = profile.nameUses.filter { APIProfile.isOfEnvironment($0.name) }
            #expect(!uses.contains { !$0.isInHeader }, "\(profile.name)")
            #expect(uses.count <= 1, "\(profile.name)")
        }
    }

    @Test("has its history as its API has it, and system entries where they belong")
    func history() throws {
        let kept = Profiles.builtIn.filter { $0.history == .none }.map(\.name)
        #expect(kept == ["assistant", "dify", "langgraph", "a2a"])
        let withSystem = Profiles.builtIn.filter { profile in profile.nameUses.contains { $0.name == "system" } }
        #expect(withSystem.map(\.name) == ["openai-responses", "anthropic", "gemini"])
        for profile in Profiles.builtIn {
            #expect(profile.nameUses.contains { $0.name == "content" }, "\(profile.name)")
        }
    }

    // MARK: Answers

    /// An event, what it means, and the text that is in it.
    private struct Sample {
        let data: String
        let event: String?
        let meaning: RuleReference.Meaning

        init(_ kind: EventRule.Kind?, _ data: String, _ text: String = "", event: String? = nil) {
            self.data = data
            self.event = event
            meaning = RuleReference.Meaning(kind: kind, text: text)
        }
    }

    private func check(
        _ name: String,
        _ samples: [Sample],
        usage: [APIProfile.TokenKind: String] = [:],
        finishReason: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let profile = try #require(Profiles.named(name))
        let reference = RuleReference(profile: profile)
        for sample in samples {
            #expect(
                reference.meaning(of: sample.data, event: sample.event) == sample.meaning,
                "\(sample.data)",
                sourceLocation: sourceLocation
            )
        }
        let data = samples.map(\.data)
        for kind in APIProfile.TokenKind.allCases {
            let found = profile.usage[kind].flatMap { reference.last($0, in: data) }
            #expect(found == usage[kind], "\(kind)", sourceLocation: sourceLocation)
        }
        #expect(reference.last(profile.finishReason, in: data) == finishReason, sourceLocation: sourceLocation)
    }

    @Test func assistantAnswers() throws {
        try check(
            "assistant",
            [
                Sample(.content, "Hello", "Hello"), Sample(.content, #"{"a": 1}"#, #"{"a": 1}"#, event: "other"),
                Sample(.end, "[DONE]"), Sample(.end, "[DONE]", event: "error"),
                Sample(.error, "overloaded", event: "error"),
            ]
        )
    }

    @Test func openAIChatAnswers() throws {
        func chunk(_ delta: String, _ rest: String = "") -> String {
            #"{"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":\#(delta),"finish_reason":null}]\#(rest)}"#
        }
        try check(
            "openai-chat",
            [
                Sample(nil, chunk(#"{"role":"assistant","content":""}"#)),
                Sample(nil, chunk(#"{"role":"assistant","content":null}"#, #","error":null"#)),
                Sample(.reasoning, chunk(#"{"reasoning_content":"Hm","content":null}"#), "Hm"),
                Sample(.reasoning, chunk(#"{"content":"","reasoning":"Hm"}"#), "Hm"),
                Sample(.content, chunk(#"{"content":"Hi \ud83d\ude00"}"#, #","usage":null"#), "Hi 😀"),
                Sample(.content, chunk(#"{"refusal":"No"}"#), "No"),
                Sample(.tool, chunk(#"{"tool_calls":[{"index":0,"function":{"arguments":"{"}}]}"#)),
                Sample(nil, chunk(#"{"tool_calls":[]}"#)),
                Sample(nil, #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#),
                Sample(
                    nil,
                    #"{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":3,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":1}}}"#
                ),
                Sample(nil, #"{"choices":null}"#),
                Sample(.error, #"{"error":{"message":"x","code":504}}"#), Sample(.error, #"{"error":"x"}"#),
                Sample(.error, #"{"message":"x"}"#, event: "error"),
                Sample(.end, "[DONE]"), Sample(nil, "not JSON"),
            ],
            usage: [.input: "9", .output: "3", .reasoning: "1", .cached: "4"],
            finishReason: #""stop""#
        )
    }

    @Test func openAIResponsesAnswers() throws {
        func event(_ type: String, _ rest: String = "") -> String { #"{"type":"\#(type)"\#(rest)}"# }
        try check(
            "openai-responses",
            [
                Sample(
                    nil,
                    event(
                        "response.created",
                        #","response":{"id":"r","status":"in_progress","error":null,"usage":null}"#
                    )
                ),
                Sample(nil, event("response.output_item.added", #","item":{"type":"message"}"#)),
                Sample(.reasoning, event("response.reasoning_summary_text.delta", #","delta":"Hm""#), "Hm"),
                Sample(.reasoning, event("response.reasoning_text.delta", #","delta":"Hm""#), "Hm"),
                Sample(.content, event("response.output_text.delta", #","delta":"Hi""#), "Hi"),
                Sample(.content, event("response.refusal.delta", #","delta":"No""#), "No"),
                Sample(nil, event("response.output_text.delta", #","delta":"""#)),
                Sample(.tool, event("response.function_call_arguments.delta", #","delta":"{""#), "{"),
                Sample(nil, event("response.output_text.done", #","text":"Hi""#)),
                Sample(
                    .end,
                    event(
                        "response.incomplete",
                        #","response":{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},"error":null,"usage":{"input_tokens":9,"output_tokens":3,"input_tokens_details":{"cached_tokens":0},"output_tokens_details":{"reasoning_tokens":1}}}"#
                    )
                ),
                Sample(.end, event("response.completed", #","response":{}"#)),
                Sample(.error, event("response.failed", #","response":{"error":{"code":"server_error"}}"#)),
                Sample(.error, event("error", #","code":"x","message":"y""#), event: "error"),
                Sample(.error, #"{"error":{"message":"x"}}"#),
            ],
            usage: [.input: "9", .output: "3", .reasoning: "1", .cached: "0"],
            finishReason: #""max_output_tokens""#
        )
    }

    @Test func anthropicAnswers() throws {
        func event(_ kind: EventRule.Kind?, _ type: String, _ rest: String = "", _ text: String = "") -> Sample {
            Sample(kind, #"{"type":"\#(type)"\#(rest)}"#, text, event: type)
        }
        func delta(_ kind: EventRule.Kind?, _ type: String, _ rest: String, _ text: String = "") -> Sample {
            event(kind, "content_block_delta", #","index":0,"delta":{"type":"\#(type)",\#(rest)}"#, text)
        }
        try check(
            "anthropic",
            [
                event(
                    nil,
                    "message_start",
                    #","message":{"id":"m","content":[],"stop_reason":null,"usage":{"input_tokens":9,"cache_read_input_tokens":4,"output_tokens":1}}"#
                ),
                event(nil, "content_block_start", #","index":0,"content_block":{"type":"text","text":""}"#),
                event(.ping, "ping"), delta(.reasoning, "thinking_delta", #""thinking":"Hm""#, "Hm"),
                delta(nil, "signature_delta", #""signature":"abc""#),
                delta(.content, "text_delta", #""text":"Hi""#, "Hi"),
                delta(.tool, "input_json_delta", #""partial_json":"{\"a\"""#, #"{"a""#),
                delta(nil, "input_json_delta", #""partial_json":"""#), event(nil, "content_block_stop", #","index":0"#),
                event(
                    nil,
                    "message_delta",
                    #","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":12,"output_tokens_details":{"thinking_tokens":5}}"#
                ),
                event(.end, "message_stop"),
                Sample(.error, #"{"type":"error","error":{"type":"overloaded_error"}}"#, event: "error"),
                Sample(.error, #"{"type":"error","error":{"type":"overloaded_error"}}"#),
                Sample(.ping, #"{"type":"ping"}"#),
            ],
            usage: [.input: "9", .output: "12", .reasoning: "5", .cached: "4"],
            finishReason: #""end_turn""#
        )
    }

    @Test func geminiAnswers() throws {
        func chunk(_ parts: String, _ rest: String = "") -> String {
            #"{"candidates":[{"content":{"role":"model","parts":\#(parts)}\#(rest)}],"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":3,"thoughtsTokenCount":2}}"#
        }
        try check(
            "gemini",
            [
                Sample(.reasoning, chunk(#"[{"text":"Hm","thought":true}]"#), "Hm"),
                Sample(.content, chunk(#"[{"text":"Hi"},{"text":" you"}]"#), "Hi you"),
                Sample(.content, chunk(#"[{"text":"Hi","thought":false}]"#), "Hi"),
                Sample(nil, chunk(#"[{"text":"","thoughtSignature":"abc"}]"#)),
                Sample(.tool, chunk(#"[{"functionCall":{"name":"f","args":{}}}]"#)),
                Sample(.content, chunk(#"[{"text":"!"}]"#, #","finishReason":"STOP""#), "!"),
                Sample(nil, #"{"candidates":[{"finishReason":"STOP"}]}"#),
                Sample(.error, #"{"error":{"code":503,"message":"x","status":"UNAVAILABLE"}}"#),
                Sample(.error, #"{"promptFeedback":{"blockReason":"SAFETY"}}"#),
            ],
            usage: [.input: "9", .output: "3", .reasoning: "2"],
            finishReason: #""STOP""#
        )
    }

    @Test func ollamaAnswers() throws {
        func line(_ message: String, _ rest: String = #","done":false"#) -> String {
            #"{"model":"m","message":\#(message)\#(rest)}"#
        }
        try check(
            "ollama",
            [
                Sample(.reasoning, line(#"{"role":"assistant","content":"","thinking":"Hm"}"#), "Hm"),
                Sample(.content, line(#"{"role":"assistant","content":"Hi"}"#), "Hi"),
                Sample(.tool, line(#"{"role":"assistant","content":"","tool_calls":[{"function":{"name":"f"}}]}"#)),
                Sample(nil, line(#"{"role":"assistant","content":""}"#)),
                Sample(
                    .end,
                    line(
                        #"{"role":"assistant","content":""}"#,
                        #","done":true,"done_reason":"stop","prompt_eval_count":9,"eval_count":3"#
                    )
                ),
                Sample(.error, #"{"error":"an error was encountered while running the model"}"#),
            ],
            usage: [.input: "9", .output: "3"],
            finishReason: #""stop""#
        )
    }

    @Test func aiSDKAnswers() throws {
        try check(
            "ai-sdk",
            [
                Sample(nil, #"{"type":"start","messageId":"m"}"#), Sample(nil, #"{"type":"start-step"}"#),
                Sample(nil, #"{"type":"text-start","id":"0"}"#),
                Sample(.reasoning, #"{"type":"reasoning-delta","id":"0","delta":"Hm"}"#, "Hm"),
                Sample(.content, #"{"type":"text-delta","id":"0","delta":"Hi"}"#, "Hi"),
                Sample(.tool, #"{"type":"tool-input-delta","toolCallId":"c","inputTextDelta":"{"}"#, "{"),
                Sample(.tool, #"{"type":"tool-input-available","toolCallId":"c","toolName":"t","input":{}}"#),
                Sample(nil, #"{"type":"data-weather","data":{"delta":"x"}}"#),
                Sample(.error, #"{"type":"error","errorText":"x"}"#), Sample(.error, #"{"type":"abort"}"#),
                Sample(
                    nil,
                    #"{"type":"finish","finishReason":"stop","messageMetadata":{"usage":{"inputTokens":9,"outputTokens":3}}}"#
                ),
                Sample(.end, "[DONE]"),
            ],
            usage: [.input: "9", .output: "3"],
            finishReason: #""stop""#
        )
    }

    @Test func difyAnswers() throws {
        func event(_ name: String, _ rest: String = "") -> String {
            #"{"event":"\#(name)","conversation_id":"c"\#(rest)}"#
        }
        let samples = [
            Sample(nil, event("workflow_started", #","data":{"status":"running"}"#)),
            Sample(.reasoning, event("agent_thought", #","thought":"Hm","observation":"","tool":"search""#), "Hm"),
            // The answer once more.
            Sample(nil, event("agent_thought", #","thought":"Hi","observation":"","tool":"""#)),
            Sample(nil, event("agent_thought", #","thought":"""#)),
            Sample(.content, event("message", #","answer":"Hi""#), "Hi"),
            Sample(.content, event("agent_message", #","answer":"Hi""#), "Hi"),
            Sample(nil, event("message", #","answer":"""#)),
            Sample(nil, event("workflow_finished", #","data":{"status":"succeeded"}"#)),
            Sample(.error, event("workflow_finished", #","data":{"status":"failed","error":"x"}"#)),
            Sample(.error, event("error", #","status":400,"code":"x","message":"y""#)), Sample(.ping, event("ping")),
            Sample(.end, event("message_end", #","metadata":{"usage":{"prompt_tokens":9,"completion_tokens":3}}"#)),
        ]
        try check("dify", samples, usage: [.input: "9", .output: "3"])
        let profile = try #require(Profiles.named("dify"))
        #expect(
            profile.captures == [
                .init(name: "conversation_id", source: .body([try JSONPath(text: "$.conversation_id")]))
            ]
        )
    }

    @Test func langGraphAnswers() throws {
        func tuple(_ type: String, _ rest: String) -> String {
            #"[{"type":"\#(type)","id":"run-1"\#(rest)},{"langgraph_node":"agent"}]"#
        }
        func sample(_ kind: EventRule.Kind?, _ type: String, _ rest: String, _ text: String = "") -> Sample {
            Sample(kind, tuple(type, rest), text, event: "messages")
        }
        try check(
            "langgraph",
            [
                Sample(nil, #"{"run_id":"r"}"#, event: "metadata"),
                sample(.content, "AIMessageChunk", #","content":"Hi""#, "Hi"),
                sample(.content, "ai", #","content":[{"type":"text","text":"Hi"}]"#, "Hi"),
                sample(nil, "AIMessageChunk", #","content":"""#), sample(nil, "human", #","content":"Hi""#),
                sample(nil, "tool", #","content":"42""#),
                sample(
                    .reasoning,
                    "AIMessageChunk",
                    #","content":"","additional_kwargs":{"reasoning_content":"Hm"}"#,
                    "Hm"
                ),
                sample(.reasoning, "AIMessageChunk", #","content":[{"type":"thinking","thinking":"Hm"}]"#, "Hm"),
                sample(.tool, "AIMessageChunk", #","content":"","tool_call_chunks":[{"args":"{"}]"#),
                sample(
                    nil,
                    "AIMessageChunk",
                    #","content":"","usage_metadata":{"input_tokens":9,"output_tokens":3},"response_metadata":{"finish_reason":"stop"}"#
                ),
                Sample(.error, #"{"error":"x"}"#, event: "error"),
                Sample(.end, #"{"status":"success"}"#, event: "end"),
            ],
            usage: [.input: "9", .output: "3"],
            finishReason: #""stop""#
        )
        let profile = try #require(Profiles.named("langgraph"))
        #expect(profile.setup.map(\.path.text) == ["/threads"])
        #expect(profile.setup[0].captures.map(\.name) == ["thread_id"] && profile.path.names == ["thread_id"])
    }

    @Test func agUIAnswers() throws {
        try check(
            "ag-ui",
            [
                Sample(nil, #"{"type":"RUN_STARTED","threadId":"t","runId":"r"}"#),
                Sample(nil, #"{"type":"TEXT_MESSAGE_START","messageId":"m"}"#),
                Sample(.content, #"{"type":"TEXT_MESSAGE_CONTENT","messageId":"m","delta":"Hi"}"#, "Hi"),
                Sample(.content, #"{"type":"TEXT_MESSAGE_CHUNK","delta":"Hi"}"#, "Hi"),
                Sample(.reasoning, #"{"type":"REASONING_MESSAGE_CONTENT","messageId":"m","delta":"Hm"}"#, "Hm"),
                Sample(.reasoning, #"{"type":"THINKING_TEXT_MESSAGE_CONTENT","delta":"Hm"}"#, "Hm"),
                Sample(.tool, #"{"type":"TOOL_CALL_ARGS","toolCallId":"c","delta":"{"}"#, "{"),
                Sample(nil, #"{"type":"STATE_DELTA","delta":[{"op":"add"}]}"#),
                Sample(.error, #"{"type":"RUN_ERROR","message":"x"}"#),
                Sample(
                    .end,
                    #"{"type":"RUN_FINISHED","outcome":{"type":"success"},"usage":[{"inputTokens":9,"outputTokens":3}]}"#
                ),
            ],
            usage: [.input: "9", .output: "3"],
            finishReason: #""success""#
        )
    }

    @Test func a2aAnswers() throws {
        func result(_ json: String) -> String { #"{"jsonrpc":"2.0","id":"1","result":{\#(json)}}"# }
        func status(_ state: String, _ rest: String = "") -> String {
            result(#""statusUpdate":{"taskId":"t","contextId":"c","status":{"state":"TASK_STATE_\#(state)"\#(rest)}}"#)
        }
        func task(_ state: String, _ rest: String = "") -> String {
            result(#""task":{"id":"t","contextId":"c","status":{"state":"TASK_STATE_\#(state)"}\#(rest)}"#)
        }
        let text = #","message":{"role":"ROLE_AGENT","parts":[{"text":"Hi"}]}"#
        let samples = [
            Sample(nil, result(#""task":{"id":"t","contextId":"c","status":{"state":"TASK_STATE_SUBMITTED"}}"#)),
            Sample(nil, status("WORKING")), Sample(.reasoning, status("WORKING", text), "Hi"),
            Sample(
                .content,
                result(
                    #""artifactUpdate":{"contextId":"c","artifact":{"artifactId":"a","parts":[{"text":"Hi"},{"url":"u"}]}}"#
                ),
                "Hi"
            ),
            Sample(.content, result(#""message":{"role":"ROLE_AGENT","contextId":"c","parts":[{"text":"Hi"}]}"#), "Hi"),
            Sample(.error, status("FAILED", text)), Sample(.error, status("REJECTED")),
            Sample(.error, #"{"jsonrpc":"2.0","id":"1","error":{"code":-32603,"message":"x"}}"#),
            Sample(.content, status("INPUT_REQUIRED", text), "Hi"), Sample(.end, status("COMPLETED")),
            Sample(.content, task("COMPLETED", #","artifacts":[{"artifactId":"a","parts":[{"text":"Hi"}]}]"#), "Hi"),
            Sample(.end, task("COMPLETED")), Sample(.error, task("REJECTED")),
        ]
        try check("a2a", samples)
        let profile = try #require(Profiles.named("a2a"))
        let reference = RuleReference(profile: profile)
        guard case .body(let paths)? = profile.captures.first?.source else {
            Issue.record("no context is captured")
            return
        }
        for sample in samples where sample.data.contains("contextId") {
            #expect(reference.last(paths, in: [sample.data]) == #""c""#, "\(sample.data)")
        }
    }
}
