import CLoad
import LoadEngine

#if canImport(Glibc)
import Glibc
#endif

/// What became of bytes that were to be sent.
enum Delivery {
    /// The kernel has all of them.
    case sent
    /// Some wait until the client reads; `didFlush` goes on then.
    case blocked
    /// The client has closed; the connection has been ended.
    case gone
}

extension MockLoop {
    /// A client that has closed must not end the whole process (SIGPIPE).
    private static var sendFlags: Int32 { Int32(MSG_NOSIGNAL) }

    /// Sends the frame, in one piece when the client reads; the rest is kept otherwise.
    func sendFrame(_ connection: Connection.Pointer) -> Delivery {
        guard connection.pointee.output.isEmpty, connection.pointee.fillerLeft == 0 else {
            connection.pointee.output.append(frame.bytes)
            return .blocked
        }
        let sent = send(connection.pointee.descriptor, frame.bytes.baseAddress, frame.count, Self.sendFlags)
        if sent == frame.count { return .sent }
        if sent < 0, !isTransient(errno) {
            end(connection)
            return .gone
        }
        connection.pointee.output.append(UnsafeRawBufferPointer(rebasing: frame.bytes[max(0, sent)...]))
        return waitUntilWritable(connection)
    }

    /// Sends what was kept: the output, the text of a huge event, and the output again with the end of that event.
    func flush(_ connection: Connection.Pointer) -> Delivery {
        while true {
            let isFiller = connection.pointee.output.isEmpty
            let source: UnsafeRawBufferPointer
            if isFiller {
                guard connection.pointee.fillerLeft > 0 else { break }
                source = UnsafeRawBufferPointer(
                    rebasing: filler[..<min(filler.count, connection.pointee.fillerLeft)]
                )
            } else {
                source = connection.pointee.output.bytes
            }
            let sent = send(connection.pointee.descriptor, source.baseAddress, source.count, Self.sendFlags)
            guard sent > 0 else {
                if isTransient(errno) { return waitUntilWritable(connection) }
                end(connection)
                return .gone
            }
            if isFiller {
                connection.pointee.fillerLeft -= sent
                if connection.pointee.fillerLeft == 0 { appendHugeEnd(connection) }
            } else {
                connection.pointee.output.removeFirst(sent)
            }
        }
        connection.pointee.output.reset()
        watch(connection, for: Int(connection.pointee.interest & ~Int32(EV_WRITE)))
        return .sent
    }

    /// Sends one byte of the output.
    func sendByte(_ connection: Connection.Pointer) -> Delivery {
        let sent = send(connection.pointee.descriptor, connection.pointee.output.bytes.baseAddress, 1, Self.sendFlags)
        if sent == 1 {
            connection.pointee.output.removeFirst(1)
            return .sent
        }
        if isTransient(errno) { return waitUntilWritable(connection) }
        end(connection)
        return .gone
    }

    private func waitUntilWritable(_ connection: Connection.Pointer) -> Delivery {
        tally.sendBlocked()
        watch(connection, for: Int(connection.pointee.interest) | EV_WRITE)
        return .blocked
    }

    private func isTransient(_ code: Int32) -> Bool { code == EAGAIN || code == EINTR }

    // MARK: Frames

    /// Begins a new frame.
    func beginFrame() {
        frame.removeAll()
        payload.removeAll()
    }

    /// Adds the payload to the frame, as a chunk when the answer is in chunks.
    func addPayload(_ connection: Connection.Pointer) {
        if connection.pointee.isChunked {
            frame.append(hexadecimal: payload.count)
            frame.append("\r\n")
        }
        frame.append(payload.bytes)
        if connection.pointee.isChunked { frame.append("\r\n") }
    }

    func addTerminator(_ connection: Connection.Pointer) {
        if connection.pointee.isChunked { frame.append(AnswerText.terminator) }
    }

    /// Makes a frame of the next event.
    func frameEvent(_ connection: Connection.Pointer, nowNs: UInt64) {
        guard isAssistant else { return framePiece(.content, connection) }
        let sequence = connection.pointee.eventsSent + 1
        beginFrame()
        AnswerText.eventStart(into: &payload, sequence: sequence, sentNs: nowNs)
        if connection.pointee.fault == .malformed, sequence == connection.pointee.halfWay {
            payload.append(0xFF)
            payload.append(0xFE)
        }
        if script.isCumulative { payload.append(textOf: .content, upTo: sequence - 1) }
        payload.append(AnswerText.word(sequence))
        payload.append(AnswerText.eventEnd)
        if connection.pointee.fault == .pings { payload.append(AnswerText.ping) }
        addPayload(connection)
    }

    /// Makes a frame of a huge event's beginning; the text and the end follow it from `flush`.
    func frameHugeEvent(_ connection: Connection.Pointer, nowNs: UInt64) {
        if let dialect { return frameHugePiece(dialect, connection) }
        beginFrame()
        AnswerText.eventStart(into: &payload, sequence: connection.pointee.eventsSent + 1, sentNs: nowNs)
        if connection.pointee.isChunked {
            let byteCount = payload.count + AnswerText.hugeBytes + AnswerText.eventEnd.utf8CodeUnitCount
            frame.append(hexadecimal: byteCount)
            frame.append("\r\n")
        }
        frame.append(payload.bytes)
    }

    private func appendHugeEnd(_ connection: Connection.Pointer) {
        if let turn = connection.pointee.turn {
            connection.pointee.output.append(turn.pointee.hugeTail)
        } else {
            connection.pointee.output.append(AnswerText.eventEnd)
        }
        if connection.pointee.isChunked { connection.pointee.output.append("\r\n") }
    }
}
