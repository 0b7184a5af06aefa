import LoadEngine

/// The UI message stream of Vercel's AI SDK, version 1: parts with a start and an end.
///
/// What an application puts into the metadata of a message is its own matter; this one states its usage there.
struct AISDK: Dialect {
    func route(_ request: MockRequest) -> Route {
        request.path.hasSuffix("/chat") ? .turn : .unknown("there are only POST .../chat and GET /health")
    }

    func read(_ body: inout JSONScanner, of request: MockRequest, into turn: inout DialectTurn, ids: ServerIDs)
        -> Refusal?
    {
        var hasParts = true
        body.eachMember { key, value in
            if key.equals("id") {
                turn.sentID.replace(by: value.string())
            } else if key.equals("messages") {
                value.eachElement { if turn.readMessage(&$0) == nil { hasParts = false } }
            }
        }
        if turn.messages.total == 0 { return .badRequest("'messages' must be an array with at least one message") }
        if !hasParts || turn.messages.other > 0 {
            return .badRequest("each message must have a 'role' of system, user or assistant, and 'parts'")
        }
        return nil
    }

    func writeRefusal(_ refusal: Refusal, of turn: DialectTurn?, into body: inout ByteBuffer) {
        body.append(#"{"error":"#)
        body.append(jsonString: refusal.message.bytes)
        body.append("}")
    }

    func writeHeaders(_ turn: DialectTurn, into head: inout ByteBuffer) {
        head.append("Content-Type: text/event-stream\r\nCache-Control: no-cache\r\n")
        head.append("x-vercel-ai-ui-message-stream: v1\r\nx-accel-buffering: no\r\n")
    }

    func prepare(_ turn: inout DialectTurn) {
        turn.setHead(of: .content) { $1.append(#"data: {"type":"text-delta","id":"0","delta":""#) }
        turn.setHead(of: .reasoning) { $1.append(#"data: {"type":"reasoning-delta","id":"reasoning-0","delta":""#) }
    }

    func writeOpening(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        payload.append(#"data: {"type":"start","messageId":""#)
        payload.append(turn.messageID)
        payload.append("\"}\n\ndata: {\"type\":\"start-step\"}\n\n")
    }

    func writeBeginning(of part: AnswerPart, _ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        closePart(turn, into: &payload)
        payload.append(
            part == .content
                ? #"data: {"type":"text-start","id":"0"}"# : #"data: {"type":"reasoning-start","id":"reasoning-0"}"#
        )
        payload.append("\n\n")
    }

    func writeTail(of part: AnswerPart, _ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        payload.append("\"}\n\n")
    }

    func writeEnding(_ ending: AnswerEnding, _ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        closePart(turn, into: &payload)
        let reason: StaticString = ending.isCutByLength ? "length" : "stop"
        turn.finishReason = reason
        let usage = turn.state()
        payload.append("data: {\"type\":\"finish-step\"}\n\n")
        payload.append(#"data: {"type":"finish","finishReason":"#)
        payload.append(quoted: reason)
        payload.append(#","messageMetadata":{"usage":{"inputTokens":"#)
        payload.append(decimal: usage.input)
        payload.append(#","outputTokens":"#)
        payload.append(decimal: usage.output)
        payload.append(#","totalTokens":"#)
        payload.append(decimal: usage.total)
        payload.append(#","reasoningTokens":"#)
        payload.append(decimal: usage.reasoning)
        payload.append("}}}\n\n")
        guard ending != .withoutMarker else { return }
        payload.append("data: [DONE]\n\n")
    }

    func writeError(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        payload.append(#"data: {"type":"error","errorText":"the mock assistant gives up here"}"#)
        payload.append("\n\ndata: [DONE]\n\n")
    }

    /// Data of the application: no other unknown type is allowed by the SDK's own check.
    func writeUnknownEvent(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        payload.append(#"data: {"type":"data-mock","data":{"delta":"this is no part of the answer"},"transient":true}"#)
        payload.append("\n\n")
    }

    private func closePart(_ turn: DialectTurn, into payload: inout ByteBuffer) {
        guard let part = turn.openPart else { return }
        payload.append(
            part == .content
                ? #"data: {"type":"text-end","id":"0"}"# : #"data: {"type":"reasoning-end","id":"reasoning-0"}"#
        )
        payload.append("\n\n")
    }
}
