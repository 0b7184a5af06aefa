import LoadEngine

/// Dify's chat messages: the server keeps the conversation, and its first answer gives the id.
struct Dify: Dialect {
    func route(_ request: MockRequest) -> Route {
        request.path.hasSuffix("/chat-messages")
            ? .turn : .unknown("there are only POST .../chat-messages and GET /health")
    }

    func read(_ body: inout JSONScanner, of request: MockRequest, into turn: inout DialectTurn, ids: ServerIDs)
        -> Refusal?
    {
        var hasQuery = false
        var hasUser = false
        var hasInputs = false
        var isKnown = true
        body.eachMember { key, value in
            if key.equals("query"), let text = value.string() {
                hasQuery = true
                turn.messages.user += 1
                turn.inputWords += DialectTurn.count(wordsIn: text)
            } else if key.equals("user"), let text = value.string() {
                hasUser = !text.isEmpty
            } else if key.equals("inputs") {
                hasInputs = value.next == UInt8(ascii: "{")
            } else if key.equals("response_mode") {
                turn.isStreaming = value.string()?.equals("streaming")
            } else if key.equals("conversation_id"), let id = value.string(), !id.isEmpty {
                turn.sentID.replace(by: id)
                isKnown = ids.knows(id, .conversation)
            }
        }
        if !hasQuery { return .badRequest("query is required", code: "invalid_param") }
        if !hasInputs { return .badRequest("inputs is required, an object", code: "invalid_param") }
        if !hasUser { return .badRequest("user is required", code: "invalid_param") }
        if !isKnown { return .notFound("Conversation Not Exists.", code: "not_found") }
        if turn.isStreaming != true {
            return .badRequest(
                "the mock assistant only streams: 'response_mode' must be streaming",
                code: "invalid_param"
            )
        }
        return nil
    }

    func writeRefusal(_ refusal: Refusal, of turn: DialectTurn?, into body: inout ByteBuffer) {
        body.append(#"{"code":"#)
        if refusal.code.utf8CodeUnitCount > 0 {
            body.append(quoted: refusal.code)
        } else {
            switch refusal.statusCode {
            case 404: body.append(quoted: "not_found")
            case 429: body.append(quoted: "too_many_requests")
            case 500...: body.append(quoted: "internal_server_error")
            default: body.append(quoted: "invalid_param")
            }
        }
        body.append(#","message":"#)
        body.append(jsonString: refusal.message.bytes)
        body.append(#","status":"#)
        body.append(decimal: refusal.statusCode)
        body.append("}")
    }

    func writeHeaders(_ turn: DialectTurn, into head: inout ByteBuffer) {
        head.append("Content-Type: text/event-stream; charset=utf-8\r\n")
    }

    func prepare(_ turn: inout DialectTurn) {
        turn.giveConversation()
        turn.setHead(of: .content) { turn, buffer in
            writeEventStart("message", turn, into: &buffer)
            writeTask(turn, into: &buffer)
            buffer.append(#","answer":""#)
        }
        turn.setTail(of: .content) { $1.append("\",\"from_variable_selector\":null}\n\n") }
        turn.setHead(of: .reasoning) { turn, buffer in
            writeEventStart("agent_thought", turn, into: &buffer)
            writeTask(turn, into: &buffer)
            buffer.append(#","position":1,"thought":""#)
        }
        turn.setTail(of: .reasoning) {
            $1.append(#"","observation":"","tool":"search","tool_labels":{},"tool_input":"","message_files":[]}"#)
            $1.append("\n\n")
        }
    }

    func writeOpening(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        writePing(&turn, into: &payload)
    }

    func writeBeginning(of part: AnswerPart, _ turn: inout DialectTurn, into payload: inout ByteBuffer) {}

    func writeEnding(_ ending: AnswerEnding, _ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        let usage = turn.state()
        writeEventStart("message_end", turn, into: &payload)
        writeTask(turn, into: &payload)
        payload.append(#","metadata":{"annotation_reply":null,"retriever_resources":[],"usage":{"prompt_tokens":"#)
        payload.append(decimal: usage.input)
        payload.append(#","prompt_unit_price":"0","prompt_price_unit":"0.001","prompt_price":"0","completion_tokens":"#)
        payload.append(decimal: usage.output)
        payload.append(#","completion_unit_price":"0","completion_price_unit":"0.001","completion_price":"0","#)
        payload.append(#""total_tokens":"#)
        payload.append(decimal: usage.total)
        payload.append(#","total_price":"0","currency":"USD","latency":1.0}},"files":null}"#)
        payload.append("\n\n")
    }

    func writeError(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        writeEventStart("error", turn, into: &payload)
        payload.append(
            #","code":"completion_request_error","status":400,"message":"the mock assistant gives up here"}"#
        )
        payload.append("\n\n")
    }

    /// An event with a name and no data, which a parser of events throws away.
    func writePing(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        payload.append("event: ping\n\n")
    }

    func writeUnknownEvent(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        writeEventStart("mock_unknown", turn, into: &payload)
        payload.append(#","data":{"text":"this is no part of the answer"}}"#)
        payload.append("\n\n")
    }

    private func writeEventStart(_ name: StaticString, _ turn: DialectTurn, into buffer: inout ByteBuffer) {
        buffer.append(#"data: {"event":"#)
        buffer.append(quoted: name)
        buffer.append(#","conversation_id":""#)
        buffer.append(turn.givenID)
        buffer.append(#"","message_id":""#)
        buffer.append(uuid: turn.messageID)
        buffer.append(#"","created_at":"#)
        buffer.append(decimal: turn.createdS)
    }

    private func writeTask(_ turn: DialectTurn, into buffer: inout ByteBuffer) {
        buffer.append(#","task_id":""#)
        buffer.append(uuid: turn.taskID)
        buffer.append(#"","id":""#)
        buffer.append(uuid: turn.messageID)
        buffer.append("\"")
    }
}
