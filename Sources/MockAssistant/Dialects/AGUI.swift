import LoadEngine

/// AG-UI 1.0: a run with a start and an end; the client has the thread and its messages.
struct AGUI: Dialect {
    func route(_ request: MockRequest) -> Route { .turn }

    func read(_ body: inout JSONScanner, of request: MockRequest, into turn: inout DialectTurn, ids: ServerIDs)
        -> Refusal?
    {
        var hasMessages = false
        body.eachMember { key, value in
            if key.equals("threadId") {
                turn.sentID.replace(by: value.string())
            } else if key.equals("runId") {
                turn.requestID.replace(by: value.string())
            } else if key.equals("messages") {
                hasMessages = value.next == UInt8(ascii: "[")
                turn.readMessages(&value)
            }
        }
        if turn.sentID.isEmpty { return unprocessable("threadId: Field required") }
        if turn.requestID.isEmpty { return unprocessable("runId: Field required") }
        if !hasMessages { return unprocessable("messages: Field required") }
        if turn.messages.other > 0 { return unprocessable("messages: a role that is not known, or none") }
        return nil
    }

    private func unprocessable(_ message: StaticString) -> Refusal {
        Refusal(status: "422 Unprocessable Entity", message: message)
    }

    func writeRefusal(_ refusal: Refusal, of turn: DialectTurn?, into body: inout ByteBuffer) {
        body.append(#"{"detail":"#)
        body.append(jsonString: refusal.message.bytes)
        body.append("}")
    }

    func writeHeaders(_ turn: DialectTurn, into head: inout ByteBuffer) {
        head.append("Content-Type: text/event-stream; charset=utf-8\r\n")
    }

    func prepare(_ turn: inout DialectTurn) {
        turn.givenID.append(turn.sentID.bytes)
        turn.setHead(of: .content) { turn, buffer in
            writeMessageEvent("TEXT_MESSAGE_CONTENT", of: .content, turn, into: &buffer)
            buffer.append(#","delta":""#)
        }
        turn.setHead(of: .reasoning) { turn, buffer in
            writeMessageEvent("REASONING_MESSAGE_CONTENT", of: .reasoning, turn, into: &buffer)
            buffer.append(#","delta":""#)
        }
    }

    func writeOpening(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        writeRunEvent("RUN_STARTED", turn, into: &payload)
        payload.append(",\"protocolVersion\":\"1.0\"}\n\n")
    }

    func writeBeginning(of part: AnswerPart, _ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        closePart(turn, into: &payload)
        switch part {
        case .reasoning:
            writeMessageEvent("REASONING_START", of: part, turn, into: &payload)
            payload.append("}\n\n")
            writeMessageEvent("REASONING_MESSAGE_START", of: part, turn, into: &payload)
            payload.append(",\"role\":\"reasoning\"}\n\n")
        case .content:
            writeMessageEvent("TEXT_MESSAGE_START", of: part, turn, into: &payload)
            payload.append(",\"role\":\"assistant\"}\n\n")
        }
    }

    func writeTail(of part: AnswerPart, _ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        payload.append("\"}\n\n")
    }

    func writeEnding(_ ending: AnswerEnding, _ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        closePart(turn, into: &payload)
        let usage = turn.state()
        writeRunEvent("RUN_FINISHED", turn, into: &payload)
        payload.append(#","outcome":{"type":"success"},"usage":[{"inputTokens":"#)
        payload.append(decimal: usage.input)
        payload.append(#","outputTokens":"#)
        payload.append(decimal: usage.output)
        payload.append(#","totalTokens":"#)
        payload.append(decimal: usage.total)
        payload.append(#","reasoningTokens":"#)
        payload.append(decimal: usage.reasoning)
        payload.append("}]}\n\n")
    }

    func writeError(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        payload.append(#"data: {"type":"RUN_ERROR","message":"the mock assistant gives up here","code":"mock_error"}"#)
        payload.append("\n\n")
    }

    /// An event of the application: no other unknown type is allowed by the SDK's own check.
    func writeUnknownEvent(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        payload.append(#"data: {"type":"CUSTOM","name":"mock","value":{"delta":"this is no part of the answer"}}"#)
        payload.append("\n\n")
    }

    private func closePart(_ turn: DialectTurn, into payload: inout ByteBuffer) {
        switch turn.openPart {
        case nil: return
        case .reasoning:
            writeMessageEvent("REASONING_MESSAGE_END", of: .reasoning, turn, into: &payload)
            payload.append("}\n\n")
            writeMessageEvent("REASONING_END", of: .reasoning, turn, into: &payload)
        case .content:
            writeMessageEvent("TEXT_MESSAGE_END", of: .content, turn, into: &payload)
        }
        payload.append("}\n\n")
    }

    /// Writes an event about the run, up to its last members.
    private func writeRunEvent(_ type: StaticString, _ turn: DialectTurn, into buffer: inout ByteBuffer) {
        buffer.append(#"data: {"type":"#)
        buffer.append(quoted: type)
        buffer.append(#","threadId":""#)
        buffer.append(turn.sentID)
        buffer.append(#"","runId":""#)
        buffer.append(turn.requestID)
        buffer.append("\"")
    }

    /// Writes an event about a message, up to its last members.
    private func writeMessageEvent(
        _ type: StaticString,
        of part: AnswerPart,
        _ turn: DialectTurn,
        into buffer: inout ByteBuffer
    ) {
        buffer.append(#"data: {"type":"#)
        buffer.append(quoted: type)
        buffer.append(#","messageId":""#)
        buffer.append(uuid: part == .content ? turn.messageID : turn.answerID)
        buffer.append("\"")
    }
}
