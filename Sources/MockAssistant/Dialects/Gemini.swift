import LoadEngine

/// Google's Gemini: chunks without an end marker, usage in every one, the finish reason in the last.
struct Gemini: Dialect {
    private static let method: StaticString = ":streamGenerateContent"

    func route(_ request: MockRequest) -> Route {
        guard let model = request.path.before(suffix: Self.method), !model.lastComponent.isEmpty else {
            return .unknown("there are only POST .../models/{model}:streamGenerateContent?alt=sse and GET /health")
        }
        return .turn
    }

    func read(_ body: inout JSONScanner, of request: MockRequest, into turn: inout DialectTurn, ids: ServerIDs)
        -> Refusal?
    {
        turn.model.replace(by: request.path.before(suffix: Self.method)?.lastComponent)
        body.eachMember { key, value in
            if key.equals("contents") {
                // Without a role it is the user's.
                value.eachElement { element in
                    if turn.readMessage(&element) == nil, turn.messages.other == 1 {
                        turn.messages.other = 0
                        turn.messages.user += 1
                    }
                }
            } else if key.equals("systemInstruction") || key.equals("system_instruction") {
                turn.readSystem(&value)
            }
        }
        if !request.hasParameter("alt=sse") {
            return .badRequest("the mock assistant only sends events: the query must have alt=sse")
        }
        if turn.messages.total == 0 {
            return .badRequest("GenerateContentRequest.contents: contents is not specified")
        }
        if turn.messages.total > turn.messages.user + turn.messages.assistant {
            return .badRequest("Please use a valid role: user, model.")
        }
        return nil
    }

    func writeRefusal(_ refusal: Refusal, of turn: DialectTurn?, into body: inout ByteBuffer) {
        body.append(#"{"error":{"code":"#)
        body.append(decimal: refusal.statusCode)
        body.append(#","message":"#)
        body.append(jsonString: refusal.message.bytes)
        body.append(#","status":"#)
        switch refusal.statusCode {
        case 404: body.append(quoted: "NOT_FOUND")
        case 429: body.append(quoted: "RESOURCE_EXHAUSTED")
        case 500...: body.append(quoted: "INTERNAL")
        default: body.append(quoted: "INVALID_ARGUMENT")
        }
        body.append("}}")
    }

    func writeHeaders(_ turn: DialectTurn, into head: inout ByteBuffer) {
        head.append("Content-Type: text/event-stream\r\nContent-Disposition: attachment\r\n")
    }

    func prepare(_ turn: inout DialectTurn) {
        turn.setHead(of: .content) { $1.append(#"data: {"candidates":[{"content":{"parts":[{"text":""#) }
        turn.setHead(of: .reasoning) { $1.append(#"data: {"candidates":[{"content":{"parts":[{"text":""#) }
    }

    func writeOpening(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {}

    func writeBeginning(of part: AnswerPart, _ turn: inout DialectTurn, into payload: inout ByteBuffer) {}

    func writeTail(of part: AnswerPart, _ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        payload.append(
            part == .content ? #""}],"role":"model"},"index":0}]"# : #"","thought":true}],"role":"model"},"index":0}]"#
        )
        writeChunkEnd(&turn, into: &payload)
    }

    func writeEnding(_ ending: AnswerEnding, _ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        let reason: StaticString = ending.isCutByLength ? "MAX_TOKENS" : "STOP"
        turn.finishReason = reason
        payload.append(#"data: {"candidates":[{"content":{"parts":[{"text":""}],"role":"model"},"finishReason":"#)
        payload.append(quoted: reason)
        payload.append(#","index":0}]"#)
        writeChunkEnd(&turn, into: &payload)
    }

    func writeError(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        payload.append(
            #"data: {"error":{"code":503,"message":"the mock assistant gives up here","status":"UNAVAILABLE"}}"#
        )
        payload.append("\r\n\r\n")
    }

    /// A chunk without text: the SDK takes comments for data, so that no server can send any.
    func writePing(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        payload.append(#"data: {"candidates":[{"content":{"role":"model"},"index":0}]"#)
        writeChunkEnd(&turn, into: &payload)
    }

    func writeUnknownEvent(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        payload.append(#"data: {"mockUnknown":{"parts":[{"text":"this is no part of the answer"}]}"#)
        writeChunkEnd(&turn, into: &payload)
    }

    /// Writes what follows the candidates: how many tokens there were so far.
    private func writeChunkEnd(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        let usage = turn.state(isReasoningApart: true)
        payload.append(#","usageMetadata":{"promptTokenCount":"#)
        payload.append(decimal: usage.input)
        payload.append(#","candidatesTokenCount":"#)
        payload.append(decimal: usage.output)
        payload.append(#","totalTokenCount":"#)
        payload.append(decimal: usage.total + usage.reasoning)
        if usage.reasoning > 0 {
            payload.append(#","thoughtsTokenCount":"#)
            payload.append(decimal: usage.reasoning)
        }
        payload.append(#","promptTokensDetails":[{"modality":"TEXT","tokenCount":"#)
        payload.append(decimal: usage.input)
        payload.append(#"}]},"modelVersion":""#)
        payload.append(turn.model)
        payload.append(#"","responseId":""#)
        payload.append(turn.answerID)
        payload.append("\"}\r\n\r\n")
    }
}
