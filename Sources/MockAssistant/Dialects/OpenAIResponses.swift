import LoadEngine

/// OpenAI's responses: events with names and numbers, no end marker, and a history that the server keeps.
///
/// Reasoning comes as a summary, as OpenAI's own models show it.
struct OpenAIResponses: Dialect {
    private static let idPrefix: StaticString = "resp_"

    func route(_ request: MockRequest) -> Route {
        request.path.hasSuffix("/responses") ? .turn : .unknown("there are only POST .../responses and GET /health")
    }

    func read(_ body: inout JSONScanner, of request: MockRequest, into turn: inout DialectTurn, ids: ServerIDs)
        -> Refusal?
    {
        var isKnown = true
        body.eachMember { key, value in
            if key.equals("model") {
                turn.model.replace(by: value.string())
            } else if key.equals("input") {
                readInput(&value, into: &turn)
            } else if key.equals("instructions") {
                turn.readSystem(&value)
            } else if key.equals("stream") {
                turn.isStreaming = value.isTrue()
            } else if key.equals("previous_response_id"), let id = value.string() {
                turn.sentID.replace(by: id)
                isKnown = ids.knows(id, .answer, prefix: Self.idPrefix)
            }
        }
        if turn.model.isEmpty {
            return .badRequest("Missing required parameter: 'model'.", code: "missing_required_parameter")
        }
        if turn.messages.total == 0 {
            return .badRequest("Missing required parameter: 'input'.", code: "missing_required_parameter")
        }
        if turn.messages.other > 0 { return .badRequest("a message of 'input' has a role that is not known, or none") }
        if !isKnown { return .badRequest("Previous response not found.", code: "previous_response_not_found") }
        if turn.isStreaming != true { return .badRequest("the mock assistant only streams: 'stream' must be true") }
        return nil
    }

    /// A text of the user, or an array of messages.
    private func readInput(_ value: inout JSONScanner, into turn: inout DialectTurn) {
        guard value.next == UInt8(ascii: "\"") else { return turn.readMessages(&value) }
        turn.messages.user += 1
        turn.inputWords += DialectTurn.count(wordsIn: value.string())
    }

    func writeRefusal(_ refusal: Refusal, of turn: DialectTurn?, into body: inout ByteBuffer) {
        OpenAIError.write(refusal, into: &body)
    }

    func writeHeaders(_ turn: DialectTurn, into head: inout ByteBuffer) {
        head.append("Content-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-cache\r\n")
    }

    func prepare(_ turn: inout DialectTurn) {
        turn.givenID.append(Self.idPrefix)
        turn.givenID.append(turn.answerID)
    }

    func writeOpening(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        writeStart(of: "response.created", &turn, into: &payload)
        writeResponse(status: "in_progress", turn, into: &payload)
        payload.append("}\n\n")
        writeStart(of: "response.in_progress", &turn, into: &payload)
        writeResponse(status: "in_progress", turn, into: &payload)
        payload.append("}\n\n")
    }

    func writeBeginning(of part: AnswerPart, _ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        closePart(&turn, into: &payload)
        writeStart(of: "response.output_item.added", &turn, into: &payload)
        payload.append(#","output_index":"#)
        payload.append(decimal: turn.nextPartIndex)
        payload.append(#","item":"#)
        writeItem(of: part, isDone: false, turn, into: &payload)
        payload.append("}\n\n")
        switch part {
        case .reasoning:
            writeStart(of: "response.reasoning_summary_part.added", &turn, into: &payload)
            writePlace(of: part, turn, into: &payload)
            payload.append(#","part":{"type":"summary_text","text":""}}"#)
        case .content:
            writeStart(of: "response.content_part.added", &turn, into: &payload)
            writePlace(of: part, turn, into: &payload)
            payload.append(#","part":{"type":"output_text","annotations":[],"logprobs":[],"text":""}}"#)
        }
        payload.append("\n\n")
        // What follows the number of each piece stays the same.
        turn.setHead(of: part) { turn, buffer in
            writePlace(of: part, turn, into: &buffer)
            buffer.append(part == .content ? #","logprobs":[],"delta":""# : #","delta":""#)
        }
    }

    func writeHead(of part: AnswerPart, _ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        let name: StaticString =
            part == .content ? "response.output_text.delta" : "response.reasoning_summary_text.delta"
        writeStart(of: name, &turn, into: &payload)
        payload.append(turn.head(of: part))
    }

    func writeTail(of part: AnswerPart, _ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        payload.append("\"}\n\n")
    }

    func writeEnding(_ ending: AnswerEnding, _ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        closePart(&turn, into: &payload)
        turn.finishReason = ending.isCutByLength ? "max_output_tokens" : nil
        _ = turn.state()
        writeStart(of: ending.isCutByLength ? "response.incomplete" : "response.completed", &turn, into: &payload)
        writeResponse(status: ending.isCutByLength ? "incomplete" : "completed", turn, into: &payload)
        payload.append("}\n\n")
    }

    func writeError(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        if turn.openPart == nil {
            writeStart(of: "response.failed", &turn, into: &payload)
            writeResponse(status: "failed", turn, into: &payload)
            payload.append("}\n\n")
        } else {
            writeStart(of: "error", &turn, into: &payload)
            payload.append(#","code":"server_error","message":"the mock assistant gives up here","param":null}"#)
            payload.append("\n\n")
        }
    }

    func writeUnknownEvent(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        writeStart(of: "response.mock_unknown.delta", &turn, into: &payload)
        payload.append(#","delta":"this is no part of the answer"}"#)
        payload.append("\n\n")
    }

    // MARK: Events

    /// Writes an event up to its number.
    private func writeStart(of name: StaticString, _ turn: inout DialectTurn, into buffer: inout ByteBuffer) {
        buffer.append("event: ")
        buffer.append(name)
        buffer.append("\ndata: {\"type\":")
        buffer.append(quoted: name)
        buffer.append(#","sequence_number":"#)
        buffer.append(decimal: turn.takeNumber())
    }

    /// Writes which part an event is about.
    private func writePlace(of part: AnswerPart, _ turn: DialectTurn, into buffer: inout ByteBuffer) {
        buffer.append(#","item_id":"#)
        writeItemID(of: part, turn, into: &buffer)
        buffer.append(#","output_index":"#)
        buffer.append(decimal: turn.nextPartIndex)
        buffer.append(part == .content ? #","content_index":0"# : #","summary_index":0"#)
    }

    private func writeItemID(of part: AnswerPart, _ turn: DialectTurn, into buffer: inout ByteBuffer) {
        buffer.append(part == .content ? "\"msg_" : "\"rs_")
        buffer.append(turn.messageID)
        buffer.append("\"")
    }

    private func closePart(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        guard let part = turn.openPart else { return }
        let isContent = part == .content
        writeStart(
            of: isContent ? "response.output_text.done" : "response.reasoning_summary_text.done",
            &turn,
            into: &payload
        )
        writePlace(of: part, turn, into: &payload)
        payload.append(isContent ? #","logprobs":[],"text":""# : #","text":""#)
        writeText(of: part, turn, into: &payload)
        payload.append("\"}\n\n")
        writeStart(
            of: isContent ? "response.content_part.done" : "response.reasoning_summary_part.done",
            &turn,
            into: &payload
        )
        writePlace(of: part, turn, into: &payload)
        payload.append(#","part":"#)
        writePart(part, turn, into: &payload)
        payload.append("}\n\n")
        writeStart(of: "response.output_item.done", &turn, into: &payload)
        payload.append(#","output_index":"#)
        payload.append(decimal: turn.nextPartIndex)
        payload.append(#","item":"#)
        writeItem(of: part, isDone: true, turn, into: &payload)
        payload.append("}\n\n")
        turn.nextPartIndex += 1
    }

    private func writeText(of part: AnswerPart, _ turn: DialectTurn, into buffer: inout ByteBuffer) {
        buffer.append(textOf: part, upTo: part == .content ? turn.contentSent : turn.reasoningSent)
    }

    private func writePart(_ part: AnswerPart, _ turn: DialectTurn, into buffer: inout ByteBuffer) {
        buffer.append(
            part == .content
                ? #"{"type":"output_text","annotations":[],"logprobs":[],"text":""#
                : #"{"type":"summary_text","text":""#
        )
        writeText(of: part, turn, into: &buffer)
        buffer.append("\"}")
    }

    private func writeItem(of part: AnswerPart, isDone: Bool, _ turn: DialectTurn, into buffer: inout ByteBuffer) {
        buffer.append(#"{"id":"#)
        writeItemID(of: part, turn, into: &buffer)
        switch part {
        case .reasoning: buffer.append(#","type":"reasoning","summary":["#)
        case .content:
            buffer.append(#","type":"message","status":"#)
            buffer.append(quoted: isDone ? "completed" : "in_progress")
            buffer.append(#","role":"assistant","content":["#)
        }
        if isDone { writePart(part, turn, into: &buffer) }
        buffer.append("]}")
    }

    /// Writes the whole response as a member of an event.
    private func writeResponse(status: StaticString, _ turn: DialectTurn, into buffer: inout ByteBuffer) {
        buffer.append(#","response":{"id":""#)
        buffer.append(turn.givenID)
        buffer.append(#"","object":"response","created_at":"#)
        buffer.append(decimal: turn.createdS)
        buffer.append(#","status":"#)
        buffer.append(quoted: status)
        buffer.append(#","error":"#)
        buffer.append(
            status.bytes.equals("failed")
                ? #"{"code":"server_error","message":"the mock assistant gives up here"}"# : "null"
        )
        buffer.append(#","incomplete_details":"#)
        buffer.append(status.bytes.equals("incomplete") ? #"{"reason":"max_output_tokens"}"# : "null")
        buffer.append(#","instructions":null,"max_output_tokens":null,"model":""#)
        buffer.append(turn.model)
        buffer.append(#"","output":["#)
        if turn.usage != nil {
            if turn.reasoningSent > 0 { writeItem(of: .reasoning, isDone: true, turn, into: &buffer) }
            if turn.reasoningSent > 0, turn.contentSent > 0 { buffer.append(",") }
            if turn.contentSent > 0 { writeItem(of: .content, isDone: true, turn, into: &buffer) }
        }
        buffer.append(#"],"parallel_tool_calls":true,"previous_response_id":"#)
        if turn.sentID.isEmpty {
            buffer.append("null")
        } else {
            buffer.append("\"")
            buffer.append(turn.sentID)
            buffer.append("\"")
        }
        buffer.append(
            #","store":true,"temperature":1.0,"text":{"format":{"type":"text"}},"tool_choice":"auto","tools":[],"#
        )
        buffer.append(#""top_p":1.0,"truncation":"disabled","usage":"#)
        writeUsage(turn, into: &buffer)
        buffer.append(#","metadata":{}}"#)
    }

    private func writeUsage(_ turn: DialectTurn, into buffer: inout ByteBuffer) {
        guard let usage = turn.usage else { return buffer.append("null") }
        buffer.append(#"{"input_tokens":"#)
        buffer.append(decimal: usage.input)
        buffer.append(#","input_tokens_details":{"cached_tokens":0,"cache_write_tokens":0},"output_tokens":"#)
        buffer.append(decimal: usage.output)
        buffer.append(#","output_tokens_details":{"reasoning_tokens":"#)
        buffer.append(decimal: usage.reasoning)
        buffer.append(#"},"total_tokens":"#)
        buffer.append(decimal: usage.total)
        buffer.append("}")
    }
}
