import LoadEngine

#if canImport(Glibc)
import Glibc
#endif

/// Requests and answers of the other APIs than `assistant`.
extension MockLoop {
    // MARK: Requests

    func route(_ request: MockRequest, in dialect: any Dialect, on connection: Connection.Pointer) {
        switch dialect.route(request) {
        case .unknown(let message): answer(connection, .notFound(message), isHead: request.method == .head)
        case _ where request.method != .post:
            answer(
                connection,
                Refusal(status: "405 Method Not Allowed", message: "use POST"),
                header: "Allow: POST\r\n",
                isHead: request.method == .head
            )
        case .turn: beginTurn(request, in: dialect, on: connection)
        case .setup: answerSetup(request, in: dialect, on: connection)
        }
    }

    private func beginTurn(_ request: MockRequest, in dialect: any Dialect, on connection: Connection.Pointer) {
        tally.postRead()
        let turn = freshTurn(of: connection)
        turn.pointee.isCumulative = script.isCumulative
        if let refusal = read(request, in: dialect, into: turn) { return answer(connection, refusal) }
        turn.pointee.sessionHeader.replace(by: request.header("X-Session-ID"))
        let number = turnsBegun
        turn.pointee.answerID = ids.id(.answer, number: number)
        turn.pointee.messageID = ids.id(.message, number: number)
        turn.pointee.taskID = ids.id(.task, number: number)
        turn.pointee.conversationID = ids.id(.conversation, number: number)
        turn.pointee.createdS = time(nil)
        dialect.prepare(&turn.pointee)
        connection.pointee.reasoningLeft = script.reasoningEvents
        beginTurn(connection, path: request.path, sessionStart: request.path.count)
    }

    private func read(
        _ request: MockRequest,
        in dialect: any Dialect,
        into turn: UnsafeMutablePointer<DialectTurn>
    ) -> Refusal? {
        guard var body = JSONScanner(checking: request.body) else {
            return dialect.refusal(ofBody: "the body is not JSON, which is UTF-8")
        }
        body.skipSpace()
        guard body.next == UInt8(ascii: "{") else { return dialect.refusal(ofBody: "the body must be a JSON object") }
        let refusal = dialect.read(&body, of: request, into: &turn.pointee, ids: ids)
        guard !body.isBroken, body.isAtEndAfterSpace else { return dialect.refusal(ofBody: "the body is not JSON") }
        return refusal
    }

    private func answerSetup(_ request: MockRequest, in dialect: any Dialect, on connection: Connection.Pointer) {
        var body = JSONScanner(request.body)
        body.skipSpace()
        guard body.isAtEnd || body.skipValue() && body.isAtEndAfterSpace else {
            return answer(connection, dialect.refusal(ofBody: "the body is not JSON"))
        }
        let turn = freshTurn(of: connection)
        // Numbers of their own: turns have the others.
        turn.pointee.conversationID = ids.id(.conversation, number: 1 << 43 | setupsAnswered)
        setupsAnswered += 1
        turn.pointee.createdS = time(nil)
        beginFrame()
        dialect.writeSetupAnswer(&turn.pointee, into: &payload)
        sendAnswer(connection, "200 OK", header: "", isHead: false)
    }

    private func freshTurn(of connection: Connection.Pointer) -> UnsafeMutablePointer<DialectTurn> {
        if let turn = connection.pointee.turn {
            turn.pointee.clear()
            return turn
        }
        let turn = UnsafeMutablePointer<DialectTurn>.allocate(capacity: 1)
        turn.initialize(to: DialectTurn())
        connection.pointee.turn = turn
        return turn
    }

    // MARK: Frames

    /// Adds the headers of a stream to the frame, and what comes with them.
    func addHeaders(_ dialect: any Dialect, _ connection: Connection.Pointer) {
        guard let turn = connection.pointee.turn else { return }
        frame.append("HTTP/1.1 200 OK\r\n")
        dialect.writeHeaders(turn.pointee, into: &frame)
        if connection.pointee.isChunked { frame.append("Transfer-Encoding: chunked\r\n") }
        if !connection.pointee.keepsAlive { frame.append("Connection: close\r\n") }
        frame.append("\r\n")
        dialect.writeOpening(&turn.pointee, into: &payload)
        writeNoise(dialect, connection.pointee.fault, turn)
        // An empty chunk would be the end of the body.
        if !payload.isEmpty { addPayload(connection) }
    }

    /// Makes a frame of the next piece.
    func framePiece(_ part: AnswerPart, _ connection: Connection.Pointer) {
        guard let dialect, let turn = connection.pointee.turn else { return }
        beginFrame()
        let number = writePieceHead(dialect, part, turn)
        if part == .content, connection.pointee.fault == .malformed, number == connection.pointee.halfWay {
            payload.append(0xFF)
            payload.append(0xFE)
        }
        if turn.pointee.isCumulative {
            payload.append(textOf: part, upTo: number)
        } else {
            payload.append(AnswerText.text(of: part, number))
        }
        dialect.writeTail(of: part, &turn.pointee, into: &payload)
        writeNoise(dialect, connection.pointee.fault, turn)
        addPayload(connection)
    }

    /// Makes a frame of a huge piece's beginning; the text and the end follow it from `flush`.
    func frameHugePiece(_ dialect: any Dialect, _ connection: Connection.Pointer) {
        guard let turn = connection.pointee.turn else { return }
        beginFrame()
        _ = writePieceHead(dialect, .content, turn)
        // It is made now, since the chunk begins with its length.
        var tail = turn.pointee.hugeTail
        tail.removeAll()
        dialect.writeTail(of: .content, &turn.pointee, into: &tail)
        turn.pointee.hugeTail = tail
        if connection.pointee.isChunked {
            frame.append(hexadecimal: payload.count + AnswerText.hugeBytes + tail.count)
            frame.append("\r\n")
        }
        frame.append(payload.bytes)
    }

    /// Writes a piece up to its text, and before it what the change from one part to the next asks for.
    ///
    /// - Returns: The number of the piece in its part, from 1.
    private func writePieceHead(
        _ dialect: any Dialect,
        _ part: AnswerPart,
        _ turn: UnsafeMutablePointer<DialectTurn>
    ) -> Int {
        if turn.pointee.openPart != part {
            dialect.writeBeginning(of: part, &turn.pointee, into: &payload)
            turn.pointee.openPart = part
        }
        let number = turn.pointee.countPiece(of: part)
        dialect.writeHead(of: part, &turn.pointee, into: &payload)
        return number
    }

    /// Writes what two faults put between the pieces.
    private func writeNoise(_ dialect: any Dialect, _ fault: Fault?, _ turn: UnsafeMutablePointer<DialectTurn>) {
        switch fault {
        case .pings: dialect.writePing(&turn.pointee, into: &payload)
        case .unknownEvents: dialect.writeUnknownEvent(&turn.pointee, into: &payload)
        default: break
        }
    }

    /// Writes the end of an answer into the payload.
    ///
    /// - Returns: Whether nothing of it is missing.
    func writeEnding(_ dialect: any Dialect, _ connection: Connection.Pointer) -> Bool {
        guard let turn = connection.pointee.turn else { return false }
        let ending = connection.pointee.fault.map(AnswerEnding.init) ?? .whole
        dialect.writeEnding(ending, &turn.pointee, into: &payload)
        return ending != .withoutMarker
    }

    // MARK: Whole answers

    func answer(
        _ connection: Connection.Pointer,
        _ refusal: Refusal,
        header: StaticString = "",
        isHead: Bool = false
    ) {
        beginFrame()
        dialect?.writeRefusal(refusal, of: connection.pointee.turn?.pointee, into: &payload)
        sendAnswer(connection, refusal.status, header: header, isHead: isHead)
    }
}

extension AnswerEnding {
    /// How an answer ends that has a fault.
    init(_ fault: Fault) {
        switch fault {
        case .lengthLimit: self = .cutByLength
        case .finishNoMarker: self = .withoutMarker
        case .usageNullChoices: self = .usageWithNullChoices
        case .usageNoChoices: self = .usageWithoutChoices
        case .usageEmptyDelta: self = .usageWithEmptyDelta
        default: self = .whole
        }
    }
}
