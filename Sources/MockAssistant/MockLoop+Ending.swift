import CLoad
import LoadEngine

#if canImport(Glibc)
import Glibc
#endif

/// How an answer ends, in its normal course or otherwise.
extension MockLoop {
    private static var lateTerminatorNs: UInt64 { 50 * Nanoseconds.perMillisecond }
    /// The least time between the last event and a reset: what is still under way when RST comes may be lost.
    private static var beforeResetNs: UInt64 { 10 * Nanoseconds.perMillisecond }
    /// How long a client may take to close after we have.
    private static var lingeringNs: UInt64 { 2 * Nanoseconds.perSecond }
    private static var heartbeatNs: UInt64 { 50 * Nanoseconds.perMillisecond }

    func sendMarker(_ connection: Connection.Pointer) {
        let isLate = connection.pointee.fault == .lateDoneChunk
        let isWhole = frameEnding(connection)
        if !isLate { addTerminator(connection) }
        connection.pointee.phase = isLate ? .terminatorDue : .draining
        connection.pointee.dueNs = EventLoop.nowNs + Self.lateTerminatorNs
        let delivery = sendFrame(connection)
        guard delivery != .gone else { return }
        connection.pointee.hasSentMarker = isWhole
        guard delivery == .sent else { return }
        if isLate { armTimer(connection) } else { finishAnswer(connection) }
    }

    /// Makes a frame of what comes after the last event.
    ///
    /// - Returns: Whether nothing of it is missing.
    func frameEnding(_ connection: Connection.Pointer) -> Bool {
        beginFrame()
        var isWhole = true
        if let dialect {
            isWhole = writeEnding(dialect, connection)
        } else {
            payload.append(AnswerText.endMarker)
        }
        addPayload(connection)
        return isWhole
    }

    func sendTerminator(_ connection: Connection.Pointer) {
        beginFrame()
        addTerminator(connection)
        sendLastFrame(connection)
    }

    func endEarly(_ connection: Connection.Pointer) {
        switch connection.pointee.fault {
        case .resetMidstream:
            connection.pointee.phase = .resetDue
            connection.pointee.dueNs = EventLoop.nowNs + Self.beforeResetNs
            armTimer(connection)
        case .stall:
            connection.pointee.phase = .silent
            // Also from a client that had sent too much ahead: nothing but its close ends this turn.
            watch(connection, for: EV_READ)
        case .heartbeats, .heartbeatsMidstream:
            connection.pointee.phase = .beating
            // As with a stall.
            watch(connection, for: EV_READ)
            sendHeartbeat(connection)
        case .errorEvent, .errorFirst:
            beginFrame()
            if let dialect, let turn = connection.pointee.turn {
                dialect.writeError(&turn.pointee, into: &payload)
            } else {
                payload.append(AnswerText.errorEvent)
            }
            addPayload(connection)
            addTerminator(connection)
            sendLastFrame(connection)
        default:
            sendTerminator(connection)
        }
    }

    func sendHeartbeat(_ connection: Connection.Pointer) {
        beginFrame()
        if let dialect, let turn = connection.pointee.turn {
            dialect.writePing(&turn.pointee, into: &payload)
        } else {
            payload.append(AnswerText.ping)
        }
        addPayload(connection)
        connection.pointee.dueNs = EventLoop.nowNs + Self.heartbeatNs
        // Where the client does not read, the next one waits for it.
        if case .sent = sendFrame(connection) { armTimer(connection) }
    }

    /// Sends the frame as the end of an answer, and goes on once the client has taken it.
    func sendLastFrame(_ connection: Connection.Pointer) {
        connection.pointee.phase = .draining
        guard !frame.isEmpty else { return finishAnswer(connection) }
        if case .sent = sendFrame(connection) { finishAnswer(connection) }
    }

    func finishAnswer(_ connection: Connection.Pointer) {
        let wasTurn = connection.pointee.isInTurn
        endTurn(connection)
        guard connection.pointee.keepsAlive else { return linger(connection) }
        connection.pointee.phase = .reading
        // A request that has come ahead is answered first.
        guard connection.pointee.input.isEmpty else { return }
        closeWhenIdle(connection)
        guard wasTurn else { return }
        switch closesAfterTurn {
        case .never: return
        case .afterTerminator(let delayNs), .resetAfterTerminator(let delayNs):
            guard delayNs > 0 else { return closeIdle(connection) }
            connection.pointee.dueNs = EventLoop.nowNs + delayNs
            armTimer(connection)
        }
    }

    /// Notes the end of the turn, however it ended.
    func endTurn(_ connection: Connection.Pointer) {
        guard connection.pointee.isInTurn else { return }
        connection.pointee.isInTurn = false
        tally.streamEnded()
        let isCompleted = connection.pointee.hasSentMarker && connection.pointee.output.isEmpty
        log?.append(connection, isCompleted: isCompleted, endNs: EventLoop.nowNs)
        connection.pointee.sendTimes.reset()
        connection.pointee.turn?.pointee.clear()
    }

    func closeIdle(_ connection: Connection.Pointer) {
        if case .resetAfterTerminator = closesAfterTurn { reset(connection) } else { end(connection) }
    }

    /// Closes our half and waits for the client's: closing at once would reset a client that is still sending, before
    /// it has read the answer.
    private func linger(_ connection: Connection.Pointer) {
        shutdown(connection.pointee.descriptor, Int32(SHUT_WR))
        connection.pointee.phase = .lingering
        connection.pointee.dueNs = EventLoop.nowNs + Self.lingeringNs
        watch(connection, for: EV_READ)
        armTimer(connection)
    }
}
