import LoadEngine

/// LangGraph's agent server: threads are made by a request of their own, and an answer ends with its body.
///
/// In the mode `messages-tuple` each event is a piece; in the older `messages` each repeats all text before it. Line ends
/// are CRLF, as sse-starlette writes them.
struct LangGraph: Dialect {
    func route(_ request: MockRequest) -> Route {
        if request.path.hasSuffix("/runs/stream") { return .turn }
        if request.path.hasSuffix("/threads") { return .setup }
        return .unknown(
            "there are only POST .../threads, POST .../threads/{thread_id}/runs/stream, POST .../runs/stream and GET /health"
        )
    }

    func read(_ body: inout JSONScanner, of request: MockRequest, into turn: inout DialectTurn, ids: ServerIDs)
        -> Refusal?
    {
        var hasAssistant = false
        var sendsTuples = false
        var sendsMessages = false
        func readMode(_ value: inout JSONScanner) {
            guard let mode = value.string() else { return }
            if mode.equals("messages-tuple") { sendsTuples = true }
            if mode.equals("messages") { sendsMessages = true }
        }
        body.eachMember { key, value in
            if key.equals("assistant_id") {
                hasAssistant = value.string()?.isEmpty == false
            } else if key.equals("input") {
                value.eachMember { if $0.equals("messages") { turn.readMessages(&$1) } }
            } else if key.equals("stream_mode") {
                if value.next == UInt8(ascii: "[") { value.eachElement { readMode(&$0) } } else { readMode(&value) }
            }
        }
        if let thread = Self.thread(in: request.path) {
            turn.sentID.replace(by: thread)
            guard ServerID(thread) != nil else { return unprocessable("Invalid thread ID: must be a UUID") }
            if !ids.knows(thread, .conversation) {
                return .notFound(
                    "Thread not found. Please verify the ID is correct and the thread hasn't been deleted or expired."
                )
            }
        }
        if !hasAssistant { return unprocessable("\"assistant_id\" is a required property") }
        if turn.messages.total == 0 { return unprocessable("the mock assistant wants 'messages' in \"input\"") }
        if turn.messages.other > 0 { return .badRequest("a message has a role that is not known, or none") }
        if !sendsTuples, !sendsMessages {
            return unprocessable("the mock assistant only streams \"stream_mode\" messages-tuple, or messages")
        }
        if !sendsTuples { turn.isCumulative = true }
        return nil
    }

    private func unprocessable(_ message: StaticString) -> Refusal {
        Refusal(status: "422 Unprocessable Entity", message: message)
    }

    /// The thread in `.../threads/{thread_id}/runs/stream`; nil where the run has none.
    private static func thread(in path: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard let front = path.before(suffix: "/runs/stream") else { return nil }
        let thread = front.lastComponent
        guard front.count > thread.count else { return nil }
        return UnsafeRawBufferPointer(rebasing: front.dropLast(thread.count)).hasSuffix("/threads/") ? thread : nil
    }

    func writeSetupAnswer(_ turn: inout DialectTurn, into body: inout ByteBuffer) {
        body.append(#"{"thread_id":""#)
        body.append(uuid: turn.conversationID)
        body.append(#"","created_at":""#)
        body.append(utc: turn.createdS)
        body.append(#"","updated_at":""#)
        body.append(utc: turn.createdS)
        body.append(#"","state_updated_at":""#)
        body.append(utc: turn.createdS)
        body.append(#"","metadata":{},"status":"idle","config":{},"values":null,"interrupts":{}}"#)
    }

    func writeRefusal(_ refusal: Refusal, of turn: DialectTurn?, into body: inout ByteBuffer) {
        body.append(#"{"detail":"#)
        body.append(jsonString: refusal.message.bytes)
        body.append("}")
    }

    func writeHeaders(_ turn: DialectTurn, into head: inout ByteBuffer) {
        head.append("Content-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-store\r\n")
        head.append("X-Accel-Buffering: no\r\nContent-Location: ")
        if !turn.sentID.isEmpty {
            head.append("/threads/")
            head.append(turn.sentID)
        }
        head.append("/runs/")
        head.append(uuid: turn.taskID)
        head.append("\r\n")
    }

    func prepare(_ turn: inout DialectTurn) {
        for part in [AnswerPart.content, .reasoning] {
            turn.setHead(of: part) { turn, buffer in
                writeMessageStart(turn, into: &buffer)
                buffer.append(part == .content ? "\"" : #"[{"type":"thinking","thinking":""#)
            }
            turn.setTail(of: part) { turn, buffer in
                buffer.append(part == .content ? "\"" : #"","index":0}]"#)
                writeMessageEnd(turn, metadata: "{}", into: &buffer) {
                    $0.append(#""usage_metadata":null,"chunk_position":null"#)
                }
            }
        }
    }

    func writeOpening(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        payload.append("event: metadata\r\ndata: {\"run_id\":\"")
        payload.append(uuid: turn.taskID)
        payload.append("\",\"attempt\":1}\r\n\r\n")
        guard turn.isCumulative else { return }
        payload.append("event: messages/metadata\r\ndata: {")
        writeMessageID(turn, into: &payload)
        payload.append(":{\"metadata\":")
        writeMetadata(turn, into: &payload)
        payload.append("}}\r\n\r\n")
    }

    func writeBeginning(of part: AnswerPart, _ turn: inout DialectTurn, into payload: inout ByteBuffer) {}

    func writeEnding(_ ending: AnswerEnding, _ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        let reason: StaticString = ending.isCutByLength ? "length" : "stop"
        turn.finishReason = reason
        let usage = turn.state()
        writeMessageStart(turn, into: &payload)
        payload.append("\"")
        if turn.isCumulative { payload.append(textOf: .content, upTo: turn.contentSent) }
        payload.append("\"")
        writeMessageEnd(
            turn,
            metadata: ending.isCutByLength
                ? #"{"finish_reason":"length","model_name":"mock"}"# : #"{"finish_reason":"stop","model_name":"mock"}"#,
            into: &payload
        ) {
            $0.append(#""usage_metadata":{"input_tokens":"#)
            $0.append(decimal: usage.input)
            $0.append(#","output_tokens":"#)
            $0.append(decimal: usage.output)
            $0.append(#","total_tokens":"#)
            $0.append(decimal: usage.total)
            $0.append(#","input_token_details":{},"output_token_details":{"reasoning":"#)
            $0.append(decimal: usage.reasoning)
            $0.append(#"}},"chunk_position":"last""#)
        }
    }

    func writeError(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        payload.append("event: error\r\n")
        payload.append(#"data: {"error":"RuntimeError","message":"the mock assistant gives up here"}"#)
        payload.append("\r\n\r\n")
    }

    func writePing(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        payload.append(": heartbeat\r\n\r\n")
    }

    func writeUnknownEvent(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        payload.append("event: mock_unknown\r\n")
        payload.append(#"data: [{"content":"this is no part of the answer"},{}]"#)
        payload.append("\r\n\r\n")
    }

    // MARK: Messages

    /// Writes an event with one message up to its content.
    private func writeMessageStart(_ turn: DialectTurn, into buffer: inout ByteBuffer) {
        buffer.append(turn.isCumulative ? "event: messages/partial\r\n" : "event: messages\r\n")
        buffer.append(#"data: [{"content":"#)
    }

    /// Writes what follows the content.
    private func writeMessageEnd(
        _ turn: DialectTurn,
        metadata: StaticString,
        into buffer: inout ByteBuffer,
        _ more: (inout ByteBuffer) -> Void
    ) {
        buffer.append(#","additional_kwargs":{},"response_metadata":"#)
        buffer.append(metadata)
        buffer.append(
            turn.isCumulative ? #","type":"ai","name":null,"id":"# : #","type":"AIMessageChunk","name":null,"id":"#
        )
        writeMessageID(turn, into: &buffer)
        buffer.append(#","tool_calls":[],"invalid_tool_calls":[],"tool_call_chunks":[],"#)
        more(&buffer)
        buffer.append("}")
        if !turn.isCumulative {
            buffer.append(",")
            writeMetadata(turn, into: &buffer)
        }
        buffer.append("]\r\n\r\n")
    }

    private func writeMessageID(_ turn: DialectTurn, into buffer: inout ByteBuffer) {
        buffer.append("\"lc_run--")
        buffer.append(uuid: turn.messageID)
        buffer.append("\"")
    }

    private func writeMetadata(_ turn: DialectTurn, into buffer: inout ByteBuffer) {
        buffer.append(#"{"run_id":""#)
        buffer.append(uuid: turn.taskID)
        if !turn.sentID.isEmpty {
            buffer.append(#"","thread_id":""#)
            buffer.append(turn.sentID)
        }
        buffer.append(#"","graph_id":"agent","langgraph_step":1,"langgraph_node":"agent","#)
        buffer.append(#""langgraph_triggers":["branch:to:agent"],"langgraph_path":["__pregel_pull","agent"]}"#)
    }
}
