import LoadEngine
import LoadModel
import Testing

/// Events as real servers send them, with what they mean by the profiles of `SampleProfiles`.
enum EventSamples {
    struct Sample: Sendable, CustomTestStringConvertible {
        let api: String
        let name: String
        let data: String
        let kind: EventReading.Kind
        var text: String?
        var usage: [APIProfile.TokenKind: UInt64] = [:]
        var finishReason: String?
        var capture: String?

        var testDescription: String { "\(api): \(data.prefix(60))" }
    }

    static let all: [Sample] =
        openAIChat + openAIResponses + anthropic + gemini + ollama + aiSDK + dify + langGraph + agUI + a2a

    static let openAIChat: [Sample] = {
        func chunk(_ choices: String, _ usage: String = "null") -> String {
            #"{"id":"chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG","object":"chat.completion.chunk","created":1741570283,"#
                + #""model":"gpt-4o-mini-2024-07-18","service_tier":"default","system_fingerprint":"fp_06737a9306","#
                + #""choices":\#(choices),"usage":\#(usage)}"#
        }
        func choice(_ delta: String, _ finish: String = "null") -> String {
            #"[{"index":0,"delta":\#(delta),"logprobs":null,"finish_reason":\#(finish)}]"#
        }
        func sample(_ data: String, _ kind: EventReading.Kind, text: String? = nil) -> Sample {
            var sample = Sample(api: "openai-chat", name: "", data: data, kind: kind, text: text)
            sample.capture = #""chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG""#
            return sample
        }
        let usage =
            #"{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29,"prompt_tokens_details":"#
            + #"{"cached_tokens":7,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}}"#
        var (finished, counted, emptied) = (
            sample(chunk(choice("{}", #""stop""#)), .other), sample(chunk("[]", usage), .other),
            sample(chunk("null", usage.replacing("19", with: "19.0")), .other)
        )
        finished.finishReason = "stop"
        counted.usage = [.input: 19, .output: 10, .cached: 7]
        emptied.usage = counted.usage
        var error = sample(#"{"error":{"message":"overloaded","code":504}}"#, .error)
        error.capture = nil
        return [
            sample(chunk(choice(#"{"role":"assistant","content":"","refusal":null}"#)), .other),
            sample(chunk(choice(#"{"content":" Hello"}"#)), .content, text: " Hello"),
            sample(chunk(choice(#"{"content":"\"caf\u00e9\"\n\ud83d\ude00"}"#)), .content, text: "\"café\"\n😀"),
            sample(chunk(choice(#"{"content":null,"reasoning_content":"Let me"}"#)), .reasoning, text: "Let me"),
            sample(
                chunk(choice(#"{"tool_calls":[{"index":0,"function":{"arguments":"{\""}}]}"#)),
                .tool
            ),
            sample(chunk(choice(#"{"content":null}"#)), .other), finished, counted, emptied, error,
            Sample(api: "openai-chat", name: "", data: #"{"error":"overloaded"}"#, kind: .error),
            Sample(api: "openai-chat", name: "", data: #"{"error":""}"#, kind: .other),
            Sample(api: "openai-chat", name: "error", data: "overloaded", kind: .error),
            Sample(api: "openai-chat", name: "", data: "[DONE]", kind: .end),
        ]
    }()

    static let openAIResponses: [Sample] = {
        func sample(_ data: String, _ kind: EventReading.Kind, text: String? = nil) -> Sample {
            Sample(api: "openai-responses", name: "", data: data, kind: kind, text: text)
        }
        let item =
            #""item_id":"msg_67c9fdcf37fc8190ba82116e33fb28c507b8b0ad4e5eb654","output_index":0,"content_index":0"#
        let response =
            #""response":{"id":"resp_67c9fdcecf48","object":"response","status":"completed","error":null,"#
            + #""output":[{"type":"message","content":[{"type":"output_text","text":"Hi"}]}],"usage":{"input_tokens":37,"#
            + #""input_tokens_details":{"cached_tokens":0},"output_tokens":11,"output_tokens_details":{"reasoning_tokens":3}}}"#
        var completed = sample(#"{"type":"response.completed","sequence_number":9,\#(response)}"#, .end)
        completed.usage = [.input: 37, .output: 11, .reasoning: 3]
        completed.finishReason = "completed"
        completed.capture = #""resp_67c9fdcecf48""#
        return [
            sample(
                #"{"type":"response.output_text.delta","sequence_number":17,\#(item),"delta":"Hi","logprobs":[]}"#,
                .content,
                text: "Hi"
            ),
            sample(
                #"{"type":"response.reasoning_summary_text.delta",\#(item),"delta":"**Thinking**"}"#,
                .reasoning,
                text: "**Thinking**"
            ),
            sample(#"{"type":"response.function_call_arguments.delta",\#(item),"delta":"{\"a"}"#, .tool, text: #"{"a"#),
            sample(#"{"type":"response.output_text.delta",\#(item),"delta":""}"#, .other),
            sample(#"{"type":"response.content_part.added",\#(item),"part":{"type":"output_text","text":""}}"#, .other),
            sample(#"{"type":"error","code":"rate_limit_exceeded","message":"slow down","param":null}"#, .error),
            completed,
        ]
    }()

    static let anthropic: [Sample] = {
        func sample(_ name: String, _ data: String, _ kind: EventReading.Kind, text: String? = nil) -> Sample {
            Sample(api: "anthropic", name: name, data: data, kind: kind, text: text)
        }
        var start = sample(
            "message_start",
            #"{"type":"message_start","message":{"id":"msg_1nZdL29xx5MUA1yADyHTEsnR8uuvGzszyY","type":"message","#
                + #""role":"assistant","content":[],"model":"claude-opus-4","stop_reason":null,"stop_sequence":null,"#
                + #""usage":{"input_tokens":25,"cache_read_input_tokens":5,"output_tokens":1}}}"#,
            .other
        )
        start.usage = [.input: 25, .cached: 5]
        var stop = sample(
            "message_delta",
            #"{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":15}}"#,
            .other
        )
        stop.usage = [.output: 15]
        stop.finishReason = "end_turn"
        func delta(_ delta: String) -> String { #"{"type":"content_block_delta","index":0,"delta":\#(delta)}"# }
        return [
            start, sample("ping", #"{"type": "ping"}"#, .ping), stop,
            sample(
                "content_block_start",
                #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
                .other
            ),
            sample("content_block_delta", delta(#"{"type":"text_delta","text":"Hello"}"#), .content, text: "Hello"),
            sample("content_block_delta", delta(#"{"type":"thinking_delta","thinking":"Hm"}"#), .reasoning, text: "Hm"),
            sample("content_block_delta", delta(#"{"type":"signature_delta","signature":"EqQB"}"#), .other),
            sample(
                "content_block_delta",
                delta(#"{"type":"input_json_delta","partial_json":"{\"loc"}"#),
                .tool,
                text: #"{"loc"#
            ),
            sample("content_block_delta", delta(#"{"type":"input_json_delta","partial_json":""}"#), .other),
            sample("error", #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#, .error),
            // Without its name, as some gateways send it.
            sample("", #"{"type": "error", "error": {"type": "overloaded_error"}}"#, .error),
            sample("message_stop", #"{"type":"message_stop"}"#, .end),
        ]
    }()

    static let gemini: [Sample] = {
        func chunk(_ parts: String, _ rest: String = "") -> String {
            #"{"candidates": [{"content": {"parts": \#(parts),"role": "model"}\#(rest),"index": 0}],"#
                + #""usageMetadata": {"promptTokenCount": 11,"candidatesTokenCount": 23,"thoughtsTokenCount": 4},"#
                + #""modelVersion": "gemini-2.5-flash","responseId": "kV7aaPqXGtyfz7IP"}"#
        }
        func sample(_ data: String, _ kind: EventReading.Kind, text: String? = nil, counts: Bool = true) -> Sample {
            var sample = Sample(api: "gemini", name: "", data: data, kind: kind, text: text)
            if counts { sample.usage = [.input: 11, .output: 23, .reasoning: 4] }
            return sample
        }
        var last = sample(chunk(#"[{"text": "."}]"#, #","finishReason": "STOP""#), .content, text: ".")
        last.finishReason = "STOP"
        return [
            sample(chunk(#"[{"text": "Hello"},{"text": ", world"}]"#), .content, text: "Hello, world"),
            sample(chunk(#"[{"text": "Let me","thought": true}]"#), .reasoning, text: "Let me"),
            sample(chunk(#"[{"thoughtSignature": "CiQB"}]"#), .other), last,
            sample(#"{"error": {"code": 503,"message": "overloaded","status": "UNAVAILABLE"}}"#, .error, counts: false),
            sample(#"{"promptFeedback": {"blockReason": "SAFETY"}}"#, .error, counts: false),
        ]
    }()

    static let ollama: [Sample] = {
        let model = #""model":"llama3.2","created_at":"2026-08-04T08:52:19.385406455Z""#
        var done = Sample(
            api: "ollama",
            name: "",
            data: #"{\#(model),"message":{"role":"assistant","content":""},"done_reason":"stop","done":true,"#
                + #""total_duration":4883583458,"prompt_eval_count":26,"eval_count":282}"#,
            kind: .end
        )
        done.usage = [.input: 26, .output: 282]
        done.finishReason = "stop"
        func line(_ message: String) -> String {
            #"{\#(model),"message":{"role":"assistant",\#(message)},"done":false}"#
        }
        return [
            Sample(api: "ollama", name: "", data: line(#""content":"The""#), kind: .content, text: "The"),
            Sample(api: "ollama", name: "", data: line(#""content":"","thinking":"So""#), kind: .reasoning, text: "So"),
            Sample(api: "ollama", name: "", data: line(#""content":"","tool_calls":[{"function":{}}]"#), kind: .tool),
            done, Sample(api: "ollama", name: "", data: #"{"error":"model 'x' not found"}"#, kind: .error),
        ]
    }()

    static let aiSDK: [Sample] = {
        func sample(_ data: String, _ kind: EventReading.Kind, text: String? = nil) -> Sample {
            Sample(api: "ai-sdk", name: "", data: data, kind: kind, text: text)
        }
        return [
            sample(#"{"type":"start","messageId":"msg_68679a454370819ca74c8eb3"}"#, .other),
            sample(#"{"type":"text-delta","id":"0","delta":"Hi"}"#, .content, text: "Hi"),
            sample(#"{"type":"text-delta","id":"0","delta":""}"#, .other),
            sample(#"{"type":"reasoning-delta","id":"1","delta":"Hm"}"#, .reasoning, text: "Hm"),
            sample(#"{"type":"tool-input-delta","toolCallId":"call_1","inputTextDelta":"San"}"#, .tool, text: "San"),
            sample(#"{"type":"error","errorText":"error"}"#, .error), sample("[DONE]", .end),
        ]
    }()

    static let dify: [Sample] = {
        let ids =
            #""conversation_id":"45701982-8118-4bc5-8e9b-64562b4555f2","message_id":"5ad4cb98-f0c7-4085-b384-88c403be6290","#
            + #""created_at":1741570283,"task_id":"900bbd43-dc0b-4383-a372-aa6e6c414227""#
        func sample(_ data: String, _ kind: EventReading.Kind, text: String? = nil) -> Sample {
            var sample = Sample(api: "dify", name: "", data: data, kind: kind, text: text)
            if data.contains("conversation_id") { sample.capture = #""45701982-8118-4bc5-8e9b-64562b4555f2""# }
            return sample
        }
        var end = sample(
            #"{"event": "message_end", \#(ids), "metadata": {"usage": {"prompt_tokens": 1033, "prompt_unit_price": "0.001", "#
                + #""completion_tokens": 135, "total_price": "0.0013030", "latency": 1.38}}, "files": null}"#,
            .end
        )
        end.usage = [.input: 1033, .output: 135]
        return [
            sample(
                #"{"event": "message", \#(ids), "answer": " I", "from_variable_selector": null}"#,
                .content,
                text: " I"
            ),
            sample(#"{"event": "agent_message", \#(ids), "answer": "m"}"#, .content, text: "m"),
            sample(#"{"event": "agent_thought", \#(ids), "thought": "Hm", "observation": ""}"#, .reasoning, text: "Hm"),
            end,
            sample(#"{"event": "error", "status": 400, "code": "invalid_param", "message": "x"}"#, .error),
            sample(#"{"event": "ping"}"#, .ping),
        ]
    }()

    static let langGraph: [Sample] = {
        func chunk(_ message: String) -> String {
            #"[{\#(message),"additional_kwargs":{},"response_metadata":{},"type":"AIMessageChunk","name":null,"#
                + #""id":"run--0b0b8f2e-9c5e-4d36-9d3e-7d2a0c2f6a11","example":false,"tool_calls":[]},"#
                + #"{"langgraph_step":1,"langgraph_node":"model","langgraph_path":["__pregel_pull","model"],"ls_temperature":0.7}]"#
        }
        func sample(_ name: String, _ data: String, _ kind: EventReading.Kind, text: String? = nil) -> Sample {
            Sample(api: "langgraph", name: name, data: data, kind: kind, text: text)
        }
        var counted = sample(
            "messages",
            chunk(#""content":"","usage_metadata":{"input_tokens":8,"output_tokens":9,"total_tokens":17}"#),
            .other
        )
        counted.usage = [.input: 8, .output: 9]
        return [
            sample("metadata", #"{"run_id":"1f0a","attempt":1}"#, .other),
            sample("messages", chunk(#""content":"Hi","usage_metadata":null"#), .content, text: "Hi"),
            sample("messages", chunk(#""content":"","tool_call_chunks":[{"args":"{"}]"#), .tool), counted,
            // Of another stream mode.
            sample("values", chunk(#""content":"Hi""#), .other), sample("error", #"{"error":"Boom"}"#, .error),
            sample("end", "", .end),
        ]
    }()

    static let agUI: [Sample] = {
        func sample(_ data: String, _ kind: EventReading.Kind, text: String? = nil) -> Sample {
            Sample(api: "ag-ui", name: "", data: data, kind: kind, text: text)
        }
        return [
            sample(#"{"type":"RUN_STARTED","threadId":"t","runId":"r"}"#, .other),
            sample(#"{"type":"TEXT_MESSAGE_CONTENT","messageId":"0b0b8f2e","delta":"Hi"}"#, .content, text: "Hi"),
            sample(#"{"type":"TEXT_MESSAGE_CHUNK","delta":"Hi"}"#, .content, text: "Hi"),
            sample(#"{"type":"THINKING_TEXT_MESSAGE_CONTENT","delta":"Hm"}"#, .reasoning, text: "Hm"),
            sample(#"{"type":"TOOL_CALL_ARGS","toolCallId":"1","delta":"{"}"#, .tool, text: "{"),
            sample(#"{"type":"RUN_ERROR","message":"x","code":"y"}"#, .error),
            sample(#"{"type":"RUN_FINISHED","threadId":"t","runId":"r"}"#, .end),
        ]
    }()

    static let a2a: [Sample] = {
        func sample(_ result: String, _ kind: EventReading.Kind, text: String? = nil) -> Sample {
            var sample = Sample(
                api: "a2a",
                name: "",
                data: #"{"jsonrpc":"2.0","id":"1","result":{\#(result)}}"#,
                kind: kind,
                text: text
            )
            if result.contains("contextId") { sample.capture = #""c295ea44-7543-4f78-b524-7a38915ad6e4""# }
            return sample
        }
        let ids = #""taskId":"363422be-b0f9-4692-a24d-278670e7c7f1","contextId":"c295ea44-7543-4f78-b524-7a38915ad6e4""#
        func status(_ state: String) -> String {
            #""statusUpdate":{\#(ids),"status":{"state":"\#(state)","timestamp":"2026-08-04T08:52:19Z"}}"#
        }
        return [
            sample(
                #""artifactUpdate":{\#(ids),"artifact":{"artifactId":"9b6934dd","parts":[{"text":"Hi"},{"text":" you"}]},"append":true}"#,
                .content,
                text: "Hi you"
            ),
            sample(
                #""message":{"messageId":"1","role":"ROLE_AGENT","parts":[{"data":{"a":1}},{"text":"Hi"}]}"#,
                .content,
                text: "Hi"
            ),
            sample(status("TASK_STATE_WORKING"), .other), sample(status("TASK_STATE_FAILED"), .error),
            sample(status("TASK_STATE_COMPLETED"), .end),
            Sample(
                api: "a2a",
                name: "",
                data: #"{"jsonrpc":"2.0","id":"1","error":{"code":-32603,"message":"x"}}"#,
                kind: .error
            ),
        ]
    }()
}
