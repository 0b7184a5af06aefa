import LoadEngine

/// Anthropic's messages: named events, content in blocks, the system's text beside the messages.
struct Anthropic: Dialect {
    func route(_ request: MockRequest) -> Route {
        request.path.hasSuffix("/messages") ? .turn : .unknown("there are only POST .../messages and GET /health")
    }

    func read(_ body: inout JSONScanner, of request: MockRequest, into turn: inout DialectTurn, ids: ServerIDs)
        -> Refusal?
    {
        var hasLimit = false
        body.eachMember { key, value in
            if key.equals("model") {
                turn.model.replace(by: value.string())
            } else if key.equals("messages") {
                turn.readMessages(&value)
            } else if key.equals("system") {
                turn.readSystem(&value)
            } else if key.equals("max_tokens") {
                hasLimit = value.raw().decimal != nil
            } else if key.equals("stream") {
                turn.isStreaming = value.isTrue()
            }
        }
        if request.header("anthropic-version") == nil { return .badRequest("anthropic-version: header is required") }
        if turn.model.isEmpty { return .badRequest("model: Field required") }
        if !hasLimit { return .badRequest("max_tokens: Field required") }
        if turn.messages.total == 0 { return .badRequest("messages: at least one message is required") }
        if turn.messages.total > turn.messages.user + turn.messages.assistant {
            return .badRequest("messages: a role must be user or assistant; the system's text is the member 'system'")
        }
        if turn.isStreaming != true { return .badRequest("the mock assistant only streams: 'stream' must be true") }
        return nil
    }

    func writeRefusal(_ refusal: Refusal, of turn: DialectTurn?, into body: inout ByteBuffer) {
        body.append(#"{"type":"error","error":{"type":"#)
        switch refusal.statusCode {
        case 404: body.append(quoted: "not_found_error")
        case 413: body.append(quoted: "request_too_large")
        case 429: body.append(quoted: "rate_limit_error")
        case 500...: body.append(quoted: "api_error")
        default: body.append(quoted: "invalid_request_error")
        }
        body.append(#","message":"#)
        body.append(jsonString: refusal.message.bytes)
        body.append("}}")
    }

    func writeHeaders(_ turn: DialectTurn, into head: inout ByteBuffer) {
        head.append("Content-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-cache\r\nrequest-id: req_")
        head.append(turn.answerID)
        head.append("\r\n")
    }

    func prepare(_ turn: inout DialectTurn) {}

    func writeOpening(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        payload.append("event: message_start\n")
        payload.append(#"data: {"type":"message_start","message":{"model":""#)
        payload.append(turn.model)
        payload.append(#"","id":"msg_"#)
        payload.append(turn.answerID)
        payload.append(#"","type":"message","role":"assistant","content":[],"stop_reason":null,"stop_sequence":null,"#)
        payload.append(#""usage":{"input_tokens":"#)
        payload.append(decimal: turn.inputWords)
        payload.append(#","cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":1}}}"#)
        payload.append("\n\n")
        writePing(&turn, into: &payload)
        turn.usage = StatedUsage(input: turn.inputWords, output: 1, reasoning: 0)
    }

    func writeBeginning(of part: AnswerPart, _ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        closePart(&turn, into: &payload)
        payload.append("event: content_block_start\n")
        payload.append(#"data: {"type":"content_block_start","index":"#)
        payload.append(decimal: turn.nextPartIndex)
        payload.append(
            part == .content
                ? #","content_block":{"type":"text","text":""}}"#
                : #","content_block":{"type":"thinking","thinking":"","signature":""}}"#
        )
        payload.append("\n\n")
        turn.setHead(of: part) { turn, buffer in
            writeDeltaStart(turn, into: &buffer)
            buffer.append(
                part == .content ? #"{"type":"text_delta","text":""# : #"{"type":"thinking_delta","thinking":""#
            )
        }
    }

    func writeTail(of part: AnswerPart, _ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        payload.append("\"}}\n\n")
    }

    func writeEnding(_ ending: AnswerEnding, _ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        closePart(&turn, into: &payload)
        let reason: StaticString = ending.isCutByLength ? "max_tokens" : "end_turn"
        turn.finishReason = reason
        payload.append("event: message_delta\n")
        payload.append(#"data: {"type":"message_delta","delta":{"stop_reason":"#)
        payload.append(quoted: reason)
        payload.append(#","stop_sequence":null},"usage":{"output_tokens":"#)
        payload.append(decimal: turn.state().output)
        payload.append("}}\n\n")
        guard ending != .withoutMarker else { return }
        payload.append("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n")
    }

    func writeError(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        payload.append("event: error\n")
        payload.append(#"data: {"type":"error","error":{"type":"overloaded_error","#)
        payload.append(#""message":"the mock assistant gives up here"}}"#)
        payload.append("\n\n")
    }

    func writePing(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        payload.append("event: ping\ndata: {\"type\": \"ping\"}\n\n")
    }

    func writeUnknownEvent(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        payload.append("event: mock_unknown\n")
        payload.append(
            #"data: {"type":"mock_unknown","delta":{"type":"mock_delta","text":"this is no part of the answer"}}"#
        )
        payload.append("\n\n")
    }

    // MARK: Blocks

    private func writeDeltaStart(_ turn: DialectTurn, into buffer: inout ByteBuffer) {
        buffer.append("event: content_block_delta\n")
        buffer.append(#"data: {"type":"content_block_delta","index":"#)
        buffer.append(decimal: turn.nextPartIndex)
        buffer.append(#","delta":"#)
    }

    private func closePart(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        guard let part = turn.openPart else { return }
        if part == .reasoning {
            writeDeltaStart(turn, into: &payload)
            payload.append(#"{"type":"signature_delta","signature":"bW9jaw=="}}"#)
            payload.append("\n\n")
        }
        payload.append("event: content_block_stop\n")
        payload.append(#"data: {"type":"content_block_stop","index":"#)
        payload.append(decimal: turn.nextPartIndex)
        payload.append("}\n\n")
        turn.nextPartIndex += 1
    }
}
