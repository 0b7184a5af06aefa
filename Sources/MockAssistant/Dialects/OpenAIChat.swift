import LoadEngine

/// OpenAI's chat completions, which many other servers speak as well.
///
/// The first chunk has only a role. Reasoning is `reasoning_content`, as vLLM, SGLang and DeepSeek call it.
struct OpenAIChat: Dialect {
    func route(_ request: MockRequest) -> Route {
        request.path.hasSuffix("/chat/completions")
            ? .turn : .unknown("there are only POST .../chat/completions and GET /health")
    }

    func read(_ body: inout JSONScanner, of request: MockRequest, into turn: inout DialectTurn, ids: ServerIDs)
        -> Refusal?
    {
        body.eachMember { key, value in
            if key.equals("model") {
                turn.model.replace(by: value.string())
            } else if key.equals("messages") {
                turn.readMessages(&value)
            } else if key.equals("stream") {
                turn.isStreaming = value.isTrue()
            } else if key.equals("stream_options") {
                value.eachMember { if $0.equals("include_usage") { turn.wantsUsage = $1.isTrue() } }
            }
        }
        if turn.model.isEmpty { return .badRequest("you must provide a model parameter") }
        if turn.messages.total == 0 { return .badRequest("'messages' must be an array with at least one message") }
        if turn.messages.other > 0 { return .badRequest("a message has a role that is not known, or none") }
        if turn.isStreaming != true { return .badRequest("the mock assistant only streams: 'stream' must be true") }
        return nil
    }

    func writeRefusal(_ refusal: Refusal, of turn: DialectTurn?, into body: inout ByteBuffer) {
        OpenAIError.write(refusal, into: &body)
    }

    func writeHeaders(_ turn: DialectTurn, into head: inout ByteBuffer) {
        head.append("Content-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-cache\r\n")
    }

    func prepare(_ turn: inout DialectTurn) {
        prepare(.content, #"[{"index":0,"delta":{"content":""#, &turn)
        prepare(.reasoning, #"[{"index":0,"delta":{"reasoning_content":""#, &turn)
    }

    private func prepare(_ part: AnswerPart, _ delta: StaticString, _ turn: inout DialectTurn) {
        turn.setHead(of: part) { turn, buffer in
            writeChunkStart(turn, into: &buffer)
            buffer.append(delta)
        }
        turn.setTail(of: part) { turn, buffer in
            buffer.append(#""},"logprobs":null,"finish_reason":null}]"#)
            writeChunkEnd(turn, into: &buffer)
        }
    }

    func writeOpening(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        writeChunkStart(turn, into: &payload)
        payload.append(#"[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"#)
        payload.append(#""logprobs":null,"finish_reason":null}]"#)
        writeChunkEnd(turn, into: &payload)
    }

    func writeBeginning(of part: AnswerPart, _ turn: inout DialectTurn, into payload: inout ByteBuffer) {}

    func writeEnding(_ ending: AnswerEnding, _ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        let reason: StaticString = ending.isCutByLength ? "length" : "stop"
        turn.finishReason = reason
        writeChunkStart(turn, into: &payload)
        payload.append(#"[{"index":0,"delta":{},"logprobs":null,"finish_reason":"#)
        payload.append(quoted: reason)
        payload.append("}]")
        writeChunkEnd(turn, into: &payload)
        switch ending {
        case .withoutMarker: return
        case .usageWithNullChoices: writeUsage(choices: #""choices":null,"#, &turn, into: &payload)
        case .usageWithoutChoices: writeUsage(choices: "", &turn, into: &payload)
        case .usageWithEmptyDelta:
            writeUsage(choices: #""choices":[{"index":0,"delta":{},"finish_reason":null}],"#, &turn, into: &payload)
        case .whole, .cutByLength:
            if turn.wantsUsage { writeUsage(choices: #""choices":[],"#, &turn, into: &payload) }
        }
        payload.append("data: [DONE]\n\n")
    }

    func writeError(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        payload.append(#"data: {"error":{"message":"the mock assistant gives up here","#)
        payload.append(#""type":"server_error","param":null,"code":null}}"#)
        payload.append("\n\ndata: [DONE]\n\n")
    }

    func writeUnknownEvent(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        payload.append(#"data: {"object":"mock.unknown","choices":[],"text":"this is no part of the answer"}"#)
        payload.append("\n\n")
    }

    // MARK: Chunks

    /// Writes a chunk up to its choices.
    private func writeChunkStart(_ turn: DialectTurn, into buffer: inout ByteBuffer) {
        writeIdentity(turn, into: &buffer)
        buffer.append(#""choices":"#)
    }

    private func writeIdentity(_ turn: DialectTurn, into buffer: inout ByteBuffer) {
        buffer.append(#"data: {"id":"chatcmpl-"#)
        buffer.append(turn.answerID)
        buffer.append(#"","object":"chat.completion.chunk","created":"#)
        buffer.append(decimal: turn.createdS)
        buffer.append(#","model":""#)
        buffer.append(turn.model)
        buffer.append(#"","service_tier":"default","system_fingerprint":"fp_mock","#)
    }

    private func writeChunkEnd(_ turn: DialectTurn, into buffer: inout ByteBuffer) {
        // With usage asked for, every chunk has the member.
        buffer.append(turn.wantsUsage ? ",\"usage\":null}\n\n" : "}\n\n")
    }

    private func writeUsage(choices: StaticString, _ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        let usage = turn.state()
        writeIdentity(turn, into: &payload)
        payload.append(choices)
        payload.append(#""usage":{"prompt_tokens":"#)
        payload.append(decimal: usage.input)
        payload.append(#","completion_tokens":"#)
        payload.append(decimal: usage.output)
        payload.append(#","total_tokens":"#)
        payload.append(decimal: usage.total)
        payload.append(#","prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"#)
        payload.append(#""completion_tokens_details":{"reasoning_tokens":"#)
        payload.append(decimal: usage.reasoning)
        payload.append(#","audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}}"#)
        payload.append("\n\n")
    }
}

/// The body of an error that OpenAI's APIs share.
enum OpenAIError {
    static func write(_ refusal: Refusal, into body: inout ByteBuffer) {
        body.append(#"{"error":{"message":"#)
        body.append(jsonString: refusal.message.bytes)
        body.append(#","type":"#)
        switch refusal.statusCode {
        case 429: body.append(quoted: "rate_limit_exceeded")
        case 500...: body.append(quoted: "server_error")
        default: body.append(quoted: "invalid_request_error")
        }
        body.append(#","param":null,"code":"#)
        if refusal.code.utf8CodeUnitCount > 0 { body.append(quoted: refusal.code) } else { body.append("null") }
        body.append("}}")
    }
}
