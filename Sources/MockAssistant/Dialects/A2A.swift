import LoadEngine

/// A2A 1.0 over JSON-RPC: the answer is an artifact that grows, of a task in a context that the server keeps.
///
/// Refusals are answers of JSON-RPC, with status 200, as the SDK's own server sends them. Line ends are CRLF, as
/// sse-starlette writes them.
struct A2A: Dialect {
    private static let ok: StaticString = "200 OK"
    private static let parseError: StaticString = "-32700"
    private static let invalidRequest: StaticString = "-32600"
    private static let methodNotFound: StaticString = "-32601"
    private static let invalidParameters: StaticString = "-32602"
    private static let taskNotFound: StaticString = "-32001"
    private static let versionNotSupported: StaticString = "-32009"

    func route(_ request: MockRequest) -> Route { .turn }

    func read(_ body: inout JSONScanner, of request: MockRequest, into turn: inout DialectTurn, ids: ServerIDs)
        -> Refusal?
    {
        var isVersion2 = false
        var isStream = false
        var isContextKnown = true
        var task: UnsafeRawBufferPointer?
        func readMessage(_ value: inout JSONScanner) {
            var role: UnsafeRawBufferPointer?
            value.eachMember { key, member in
                if key.equals("role") {
                    role = member.string()
                } else if key.equals("parts") {
                    turn.inputWords += DialectTurn.words(&member)
                } else if key.equals("contextId"), let id = member.string(), !id.isEmpty {
                    turn.sentID.replace(by: id)
                    isContextKnown = ids.knows(id, .conversation)
                } else if key.equals("taskId"), let id = member.string(), !id.isEmpty {
                    task = id
                }
            }
            turn.messages.count(role: role)
        }
        body.eachMember { key, value in
            if key.equals("jsonrpc") {
                isVersion2 = value.string()?.equals("2.0") == true
            } else if key.equals("id") {
                let id = value.raw()
                if Self.isRequestID(id) { turn.requestID.replace(by: id) }
            } else if key.equals("method") {
                isStream = value.string()?.equals("SendStreamingMessage") == true
            } else if key.equals("params") {
                value.eachMember { if $0.equals("message") { readMessage(&$1) } }
            }
        }
        if !isVersion2 { return refusal("Invalid request: 'jsonrpc' must be exactly '2.0'", Self.invalidRequest) }
        if !isStream {
            return refusal("Method not found: the mock assistant only has SendStreamingMessage", Self.methodNotFound)
        }
        if !Self.isVersion1(request.header("A2A-Version")) {
            return refusal("the header A2A-Version must be 1.0; without it, it is 0.3", Self.versionNotSupported)
        }
        if turn.messages.user == 0 {
            return refusal("params.message must have the role ROLE_USER", Self.invalidParameters)
        }
        if let task {
            return ids.knows(task, .task)
                ? refusal("the task is in a terminal state: leave taskId out", Self.invalidParameters)
                : refusal("Task not found", Self.taskNotFound)
        }
        if !isContextKnown { return refusal("the context is not known", Self.invalidParameters) }
        return nil
    }

    func refusal(ofBody message: StaticString) -> Refusal { refusal(message, Self.parseError) }

    private func refusal(_ message: StaticString, _ code: StaticString) -> Refusal {
        Refusal(status: Self.ok, message: message, code: code)
    }

    /// Whether it is a string or a number, of a length that can be kept.
    private static func isRequestID(_ text: UnsafeRawBufferPointer) -> Bool {
        guard let first = text.first, text.count <= 512 else { return false }
        return first == UInt8(ascii: "\"") || first == UInt8(ascii: "-") || (0x30...0x39).contains(first)
    }

    private static func isVersion1(_ version: UnsafeRawBufferPointer?) -> Bool {
        guard let version else { return false }
        return version.equals("1") || version.starts(with: "1.".utf8)
    }

    func writeRefusal(_ refusal: Refusal, of turn: DialectTurn?, into body: inout ByteBuffer) {
        writeStart(turn, into: &body)
        writeErrorMember(
            code: refusal.code.utf8CodeUnitCount > 0 ? refusal.code : "-32603",
            refusal.message,
            into: &body
        )
    }

    func writeHeaders(_ turn: DialectTurn, into head: inout ByteBuffer) {
        head.append(
            "Content-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-store\r\nX-Accel-Buffering: no\r\n"
        )
    }

    func prepare(_ turn: inout DialectTurn) {
        turn.giveConversation()
        turn.setHead(of: .content) { turn, buffer in
            writeEventStart("artifactUpdate", turn, into: &buffer)
            buffer.append(#","artifact":{"artifactId":""#)
            buffer.append(uuid: turn.messageID)
            buffer.append(#"","name":"answer","parts":[{"text":""#)
        }
    }

    func writeOpening(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        payload.append("data: ")
        writeStart(turn, into: &payload)
        payload.append(#""result":{"task":{"id":""#)
        payload.append(uuid: turn.taskID)
        payload.append(#"","contextId":""#)
        payload.append(turn.givenID)
        payload.append(#"","status":"#)
        writeStatus("TASK_STATE_SUBMITTED", turn, into: &payload)
        payload.append("}}}}\r\n\r\n")
        writeStatusUpdate("TASK_STATE_WORKING", turn, into: &payload)
    }

    func writeBeginning(of part: AnswerPart, _ turn: inout DialectTurn, into payload: inout ByteBuffer) {}

    func writeTail(of part: AnswerPart, _ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        // One that is not appended takes the place of what came before.
        payload.append(turn.contentSent > 1 && !turn.isCumulative ? #""}]},"append":true}}}"# : #""}]}}}}"#)
        payload.append("\r\n\r\n")
    }

    func writeEnding(_ ending: AnswerEnding, _ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        writeStatusUpdate("TASK_STATE_COMPLETED", turn, into: &payload)
    }

    func writeError(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        if turn.contentSent == 0 {
            payload.append("data: ")
            writeStart(turn, into: &payload)
            writeErrorMember(code: "-32603", "the mock assistant gives up here", into: &payload)
            payload.append("\r\n\r\n")
        } else {
            writeStatusUpdate("TASK_STATE_FAILED", turn, into: &payload)
        }
    }

    func writePing(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        payload.append(": ping - ")
        payload.append(utc: turn.createdS)
        payload.append("\r\n\r\n")
    }

    func writeUnknownEvent(_ turn: inout DialectTurn, into payload: inout ByteBuffer) {
        writeEventStart("mockUpdate", turn, into: &payload)
        payload.append(#","artifact":{"parts":[{"text":"this is no part of the answer"}]}}}}"#)
        payload.append("\r\n\r\n")
    }

    // MARK: Events

    /// Writes an answer of JSON-RPC up to its result or error.
    private func writeStart(_ turn: DialectTurn?, into buffer: inout ByteBuffer) {
        buffer.append(#"{"jsonrpc":"2.0","id":"#)
        if let turn, !turn.requestID.isEmpty { buffer.append(turn.requestID) } else { buffer.append("null") }
        buffer.append(",")
    }

    private func writeErrorMember(code: StaticString, _ message: StaticString, into buffer: inout ByteBuffer) {
        buffer.append(#""error":{"code":"#)
        buffer.append(code)
        buffer.append(#","message":"#)
        buffer.append(jsonString: message.bytes)
        buffer.append("}}")
    }

    /// Writes an event of the task up to its own members.
    private func writeEventStart(_ name: StaticString, _ turn: DialectTurn, into buffer: inout ByteBuffer) {
        buffer.append("data: ")
        writeStart(turn, into: &buffer)
        buffer.append(#""result":{"#)
        buffer.append(quoted: name)
        buffer.append(#":{"taskId":""#)
        buffer.append(uuid: turn.taskID)
        buffer.append(#"","contextId":""#)
        buffer.append(turn.givenID)
        buffer.append("\"")
    }

    private func writeStatusUpdate(_ state: StaticString, _ turn: DialectTurn, into buffer: inout ByteBuffer) {
        writeEventStart("statusUpdate", turn, into: &buffer)
        buffer.append(#","status":"#)
        writeStatus(state, turn, into: &buffer)
        buffer.append("}}}}\r\n\r\n")
    }

    /// Writes a status, but for its closing brace: that of a failure says what has happened.
    private func writeStatus(_ state: StaticString, _ turn: DialectTurn, into buffer: inout ByteBuffer) {
        buffer.append(#"{"state":"#)
        buffer.append(quoted: state)
        buffer.append(#","timestamp":""#)
        buffer.append(utc: turn.createdS)
        buffer.append("\"")
        guard state.bytes.equals("TASK_STATE_FAILED") else { return }
        buffer.append(#","message":{"messageId":""#)
        buffer.append(uuid: turn.messageID)
        buffer.append(#"","role":"ROLE_AGENT","parts":[{"text":"the mock assistant gives up here"}]}"#)
    }
}
