import LoadEngine

/// Ollama's chat: a line of JSON for each piece; the last one has the finish reason and the usage.
struct Ollama: Dialect {
    func route(_ request: MockRequest) -> Route {
        request.path.hasSuffix("/api/chat") ? .turn : .unknown("there are only POST .../api/chat and GET /health")
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
            }
        }
        if turn.model.isEmpty { return .badRequest("model is required") }
        if turn.messages.total == 0 { return .badRequest("the mock assistant wants at least one message") }
        if turn.messages.other > 0 { return .badRequest("invalid role of a message") }
        if turn.isStreaming == false { return .badRequest("the mock assistant only streams: leave 'stream' out") }
        return nil
    }

    func writeRefusal(_ refusal: Refusal, of turn: DialectTurn?, into body: inout ByteBuffer) {
        body.append(#"{"error":"#)
        body.append(jsonString: refusal.message.bytes)
        body.append("}")
    }

    func writeHeaders(_ turn: DialectTurn, into head: inout ByteBuffer) {
        head.append("Content-Type: application/x-ndjson\r\n")
    }

    func prepare(_ turn: inout DialectTurn) {
        turn.setHead(of: .content) { turn, buffer in
            writeLineStart(turn, into: &buffer)
            buffer.append(#""message":{"role":"assistant","content":""#)
        }
        turn.setHead(of: .reasoning) { turn, buffer in
            writeLineStart(turn, into: &buffer)
            buffer.append(#""message":{"role":"assistant","content":"","thinking":""#)
        }
    }

    func writeOpening(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {}

    func writeBeginning(of part: AnswerPart, _ turn: inout DialectTurn, into payload: inout ByteBuffer) {}

    func writeTail(of part: AnswerPart, _ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        payload.append("\"},\"done\":false}\n")
    }

    func writeEnding(_ ending: AnswerEnding, _ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        let reason: StaticString = ending.isCutByLength ? "length" : "stop"
        turn.finishReason = reason
        let usage = turn.state()
        writeLineStart(turn, into: &payload)
        payload.append(#""message":{"role":"assistant","content":""},"done":true,"done_reason":"#)
        payload.append(quoted: reason)
        payload.append(#","total_duration":1000000000,"load_duration":1000000,"prompt_eval_count":"#)
        payload.append(decimal: usage.input)
        payload.append(#","prompt_eval_duration":1000000,"eval_count":"#)
        payload.append(decimal: usage.output)
        payload.append(#","eval_duration":1000000}"#)
        payload.append("\n")
    }

    func writeError(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        payload.append(#"{"error":"the mock assistant gives up here"}"#)
        payload.append("\n")
    }

    /// A line without text: lines of JSON have no comments.
    func writePing(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        payload.append(turn.contentHead)
        writeTail(of: .content, &turn, into: &payload)
    }

    /// A line without text, with a member that nobody knows: the SDK takes no line without a message.
    func writeUnknownEvent(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        writeLineStart(turn, into: &payload)
        payload.append(#""message":{"role":"assistant","content":""},"#)
        payload.append(#""mock_unknown":{"content":"this is no part of the answer"},"done":false}"#)
        payload.append("\n")
    }

    private func writeLineStart(_ turn: DialectTurn, into buffer: inout ByteBuffer) {
        buffer.append(#"{"model":""#)
        buffer.append(turn.model)
        buffer.append(#"","created_at":""#)
        buffer.append(utc: turn.createdS)
        buffer.append(#"","#)
    }
}
