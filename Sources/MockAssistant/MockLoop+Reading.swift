import CLoad
import LoadEngine

#if canImport(Glibc)
import Glibc
#endif

extension MockLoop {
    /// The longest request head, in bytes.
    private static var mostHeadBytes: Int { 64 << 10 }
    /// The longest request body, in bytes.
    private static var mostBodyBytes: Int { 8 << 20 }
    /// How much a client may send ahead while it is being answered, in bytes; then its sending waits.
    private static var mostAheadBytes: Int { 64 << 10 }

    func didBecomeReady(_ connection: Connection.Pointer, _ events: Int32) {
        if events & Int32(EV_WRITE) != 0 { didBecomeWritable(connection) }
        guard connection.pointee.phase != .closed else { return }
        if events & Int32(EV_READ) != 0 { read(connection) }
        goOn(connection)
    }

    /// Answers what has come ahead, once the connection is free for it.
    func goOn(_ connection: Connection.Pointer) {
        guard connection.pointee.phase == .reading else { return }
        watch(connection, for: Int(connection.pointee.interest) | EV_READ)
        guard !connection.pointee.input.isEmpty,
            connection.pointee.input.count >= connection.pointee.inputNeeded
        else { return }
        consumeInput(connection)
    }

    private func read(_ connection: Connection.Pointer) {
        let received = recv(connection.pointee.descriptor, scratch.baseAddress, scratch.count, 0)
        guard received > 0 else {
            // Without a request to come, a client that has closed its half is gone: servers see it that way.
            if received == 0 || (errno != EAGAIN && errno != EINTR) { end(connection) }
            return
        }
        let bytes = UnsafeRawBufferPointer(rebasing: scratch[..<received])
        switch connection.pointee.phase {
        case .lingering, .silent, .beating: break
        case .reading: didReceive(bytes, on: connection)
        default:
            connection.pointee.input.append(bytes)
            if connection.pointee.input.count >= Self.mostAheadBytes {
                watch(connection, for: Int(connection.pointee.interest) & ~EV_READ)
            }
        }
    }

    private func didReceive(_ bytes: UnsafeRawBufferPointer, on connection: Connection.Pointer) {
        // It is no longer idle.
        disarmTimer(connection)
        guard connection.pointee.input.isEmpty else {
            connection.pointee.input.append(bytes)
            return
        }
        // Nearly every request comes in one piece, and is never copied.
        let consumed = consume(bytes, of: connection)
        guard connection.pointee.phase != .closed, consumed < bytes.count else { return }
        connection.pointee.input.append(UnsafeRawBufferPointer(rebasing: bytes[consumed...]))
    }

    private func consumeInput(_ connection: Connection.Pointer) {
        let consumed = consume(connection.pointee.input.bytes, of: connection)
        guard connection.pointee.phase != .closed else { return }
        connection.pointee.input.removeFirst(consumed)
        if connection.pointee.input.isEmpty { connection.pointee.input.reset() }
    }

    /// Answers complete requests, in order, until one takes time, and returns how many bytes they were.
    private func consume(_ bytes: UnsafeRawBufferPointer, of connection: Connection.Pointer) -> Int {
        var consumed = 0
        while connection.pointee.phase == .reading, consumed < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[consumed...])
            guard rest.count >= connection.pointee.inputNeeded else { break }
            switch RequestHead.parse(rest) {
            case .incomplete:
                guard rest.count <= Self.mostHeadBytes else {
                    refuse(connection, "431 Request Header Fields Too Large", "the headers are over 64 KiB")
                    return bytes.count
                }
                return consumed
            case .invalid(let problem):
                refuse(connection, "400 Bad Request", problem)
                return bytes.count
            case .complete(let head):
                guard let used = consume(head, in: rest, of: connection) else {
                    return connection.pointee.phase == .reading ? consumed : bytes.count
                }
                consumed += used
            }
        }
        return consumed
    }

    /// Answers one request, and returns its length: nil when it is refused or its body has not come whole.
    private func consume(
        _ head: RequestHead,
        in bytes: UnsafeRawBufferPointer,
        of connection: Connection.Pointer
    ) -> Int? {
        connection.pointee.isChunked = !head.isVersion10
        guard head.byteCount <= Self.mostHeadBytes else {
            refuse(connection, "431 Request Header Fields Too Large", "the headers are over 64 KiB")
            return nil
        }
        guard !head.hasTransferEncoding, head.method != .post || head.contentLength != nil else {
            refuse(connection, "411 Length Required", "the body must come with Content-Length")
            return nil
        }
        let bodyCount = head.contentLength ?? 0
        guard bodyCount <= Self.mostBodyBytes else {
            refuse(connection, "413 Content Too Large", "the body is over 8 MiB")
            return nil
        }
        let total = head.byteCount + bodyCount
        guard bytes.count >= total else {
            // Once: the head is not read again before the body is whole.
            if head.expectsContinue, !head.isVersion10 {
                beginFrame()
                frame.append("HTTP/1.1 100 Continue\r\n\r\n")
                _ = sendFrame(connection)
            }
            connection.pointee.inputNeeded = total
            return nil
        }
        connection.pointee.inputNeeded = 0
        tally.requestRead()
        connection.pointee.keepsAlive = !head.closes && !head.isVersion10
        let target = UnsafeRawBufferPointer(rebasing: bytes[head.targetStart..<head.targetStart + head.targetCount])
        let body = UnsafeRawBufferPointer(rebasing: bytes[head.byteCount..<total])
        let path = Self.path(of: target)
        if let dialect, !path.equals("/health") {
            let request = MockRequest(
                method: head.method,
                path: path,
                query: Self.query(of: target),
                head: UnsafeRawBufferPointer(rebasing: bytes[..<head.byteCount]),
                body: body
            )
            route(request, in: dialect, on: connection)
        } else {
            route(head.method, path: path, body: body, on: connection)
        }
        return total
    }

    // MARK: Routing

    private func route(
        _ method: RequestHead.Method,
        path: UnsafeRawBufferPointer,
        body: UnsafeRawBufferPointer,
        on connection: Connection.Pointer
    ) {
        if path.equals("/health") {
            guard method == .get || method == .head else {
                return answer(connection, "405 Method Not Allowed", header: "Allow: GET, HEAD\r\n", error: "use GET")
            }
            return answer(connection, "200 OK", json: "{\"status\":\"ok\"}", isHead: method == .head)
        }
        guard let sessionStart = Self.sessionStart(in: path) else {
            return answer(
                connection,
                "404 Not Found",
                error: "there are only POST .../stream/assistant/{session_id} and GET /health",
                isHead: method == .head
            )
        }
        guard method == .post else {
            return answer(
                connection,
                "405 Method Not Allowed",
                header: "Allow: POST\r\n",
                error: "use POST",
                isHead: method == .head
            )
        }
        tally.postRead()
        if let problem = TurnBody.problem(in: body) {
            return answer(connection, "400 Bad Request", error: problem)
        }
        beginTurn(connection, path: path, sessionStart: sessionStart)
    }

    /// The path of a request's target, without the query, and without the origin a proxy's client would put there.
    private static func path(of target: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var path = target[...]
        if target.count > 7, UnsafeRawBufferPointer(rebasing: target[..<7]).equalsIgnoringCase("http://") {
            path = target[(target[7...].firstIndex(of: 0x2F) ?? target.endIndex)...]
        }
        return UnsafeRawBufferPointer(rebasing: path[..<(path.firstIndex(of: 0x3F) ?? path.endIndex)])
    }

    /// What follows the first question mark of a request's target.
    private static func query(of target: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: target[(target.firstIndex(of: 0x3F).map { $0 + 1 } ?? target.endIndex)...])
    }

    /// Where the session begins in a path `.../stream/assistant/{session_id}`, nil when it is another one.
    private static func sessionStart(in path: UnsafeRawBufferPointer) -> Int? {
        let route: StaticString = "/stream/assistant/"
        guard let slash = path.lastIndex(of: 0x2F), slash + 1 < path.count else { return nil }
        let start = slash + 1 - route.utf8CodeUnitCount
        guard start >= 0, UnsafeRawBufferPointer(rebasing: path[start...slash]).equals(route) else { return nil }
        return slash + 1
    }
}
