import CLoad
import LoadEngine

#if canImport(Glibc)
import Glibc
#endif

extension MockLoop {
    /// How many events of one stream are sent in one iteration of the loop when it has fallen behind.
    private static var eventsPerStep: Int { 16 }
    private static var slowHeadersNs: UInt64 { Nanoseconds.perSecond }
    private static var lateTerminatorNs: UInt64 { 50 * Nanoseconds.perMillisecond }
    /// The least time between the last event and a reset: what is still under way when RST comes may be lost.
    private static var beforeResetNs: UInt64 { 10 * Nanoseconds.perMillisecond }
    /// How long a client may take to close after we have.
    private static var lingeringNs: UInt64 { 2 * Nanoseconds.perSecond }
    private static var tickNs: UInt64 { 2 * Nanoseconds.perMillisecond }

    // MARK: Callbacks

    func didReachDueTime(_ connection: Connection.Pointer) {
        switch connection.pointee.phase {
        case .headersDue: sendHeaders(connection)
        case .streaming: sendDueEvents(connection)
        case .terminatorDue: sendTerminator(connection)
        case .dripping: drip(connection)
        case .resetDue: reset(connection)
        case .lingering: end(connection)
        case .reading: closeIdle(connection)
        case .closed, .silent, .draining: break
        }
        goOn(connection)
    }

    func didBecomeWritable(_ connection: Connection.Pointer) {
        if connection.pointee.phase == .dripping {
            watch(connection, for: Int(connection.pointee.interest) & ~EV_WRITE)
            return armTimer(connection)
        }
        if case .sent = flush(connection) { didFlush(connection) }
    }

    /// Goes on with an answer that had waited for the client to read.
    private func didFlush(_ connection: Connection.Pointer) {
        switch connection.pointee.phase {
        case .streaming, .terminatorDue, .resetDue: armTimer(connection)
        case .draining: finishAnswer(connection)
        case .closed, .reading, .headersDue, .dripping, .silent, .lingering: break
        }
    }

    // MARK: A turn

    func beginTurn(_ connection: Connection.Pointer, path: UnsafeRawBufferPointer, sessionStart: Int) {
        let nowNs = EventLoop.nowNs
        var random = script.random(ofTurn: turnsBegun)
        turnsBegun += 1
        let fault = script.fault(from: &random)
        connection.pointee.isInTurn = true
        connection.pointee.fault = fault
        connection.pointee.hasSentHeaders = false
        connection.pointee.hasSentMarker = false
        connection.pointee.eventsSent = 0
        connection.pointee.requestNs = nowNs
        connection.pointee.firstEventNs = 0
        connection.pointee.eventsPlanned = script.events
        connection.pointee.halfWay = 0
        if let fault, fault.endsHalfWay || fault.spoilsAnEvent {
            connection.pointee.eventsPlanned = max(script.events, 1)
            connection.pointee.halfWay = max(script.events / 2, 1)
        }
        connection.pointee.random = random
        if log != nil {
            connection.pointee.path.removeAll()
            connection.pointee.path.append(path)
            connection.pointee.sessionStart = sessionStart
        }
        tally.streamBegan()
        begin(connection, fault, nowNs: nowNs)
    }

    private func begin(_ connection: Connection.Pointer, _ fault: Fault?, nowNs: UInt64) {
        switch fault {
        case .http500:
            answer(connection, "500 Internal Server Error", error: "the mock assistant failed on purpose")
        case .http429:
            answer(connection, "429 Too Many Requests", header: "Retry-After: 1\r\n", error: "too many requests")
        case .badContentType:
            answer(connection, "200 OK", json: "{\"message\":\"this is not an event stream\"}")
        case .resetBeforeHeaders:
            reset(connection)
        case .slowHeaders:
            connection.pointee.phase = .headersDue
            connection.pointee.dueNs = nowNs + Self.slowHeadersNs
            armTimer(connection)
        case .splitBytes:
            connection.pointee.phase = .dripping
            connection.pointee.dueNs = nowNs
            // About 200 ticks, from a guess at the answer's length; not more at once than an iteration of the loop can bear.
            connection.pointee.bytesPerTick = min(128, (200 + script.events * 64) / 200 + 1)
            drip(connection)
        default:
            sendHeaders(connection)
        }
    }

    private func sendHeaders(_ connection: Connection.Pointer) {
        beginFrame()
        addHeaders(connection)
        let nowNs = EventLoop.nowNs
        connection.pointee.phase = .streaming
        let firstNs = nowNs &+ script.firstTokenNs
        let firstDueNs = script.jittered(firstNs, delayNs: script.firstTokenNs, from: &connection.pointee.random)
        // The first event's jitter moves the whole answer; that of the others only themselves.
        connection.pointee.gridNs = firstDueNs
        connection.pointee.dueNs = firstDueNs
        if connection.pointee.fault == .noFirstToken { connection.pointee.phase = .silent }
        guard case .sent = sendFrame(connection), connection.pointee.phase == .streaming else { return }
        sendDueEvents(connection)
    }

    private func addHeaders(_ connection: Connection.Pointer) {
        AnswerText.streamHead(
            into: &frame,
            isChunked: connection.pointee.isChunked,
            closes: !connection.pointee.keepsAlive
        )
        connection.pointee.hasSentHeaders = true
    }

    // MARK: The pace

    /// Sends every event whose time has come, and arms the timer for the next one.
    private func sendDueEvents(_ connection: Connection.Pointer) {
        for _ in 0..<Self.eventsPerStep {
            let nowNs = EventLoop.nowNs
            guard connection.pointee.dueNs <= nowNs else { break }
            let sent = connection.pointee.eventsSent
            if sent > 0, sent == connection.pointee.halfWay, connection.pointee.fault?.endsHalfWay == true {
                return endHalfWay(connection)
            }
            guard sent < connection.pointee.eventsPlanned else { return sendMarker(connection) }
            guard case .sent = sendEvent(connection, nowNs: nowNs) else { return }
        }
        armTimer(connection)
    }

    private func sendEvent(_ connection: Connection.Pointer, nowNs: UInt64) -> Delivery {
        let isHuge =
            connection.pointee.fault == .hugeEvent
            && connection.pointee.eventsSent + 1 == connection.pointee.halfWay
        if isHuge {
            frameHugeEvent(connection, nowNs: nowNs)
        } else {
            frameEvent(connection, nowNs: nowNs)
        }
        let delivery = sendFrame(connection)
        guard delivery != .gone else { return delivery }
        didSendEvent(connection, nowNs: nowNs)
        guard isHuge else { return delivery }
        connection.pointee.fillerLeft = AnswerText.hugeBytes
        return delivery == .sent ? flush(connection) : .blocked
    }

    private func countEvent(_ connection: Connection.Pointer, nowNs: UInt64) {
        connection.pointee.eventsSent += 1
        if connection.pointee.eventsSent == 1 { connection.pointee.firstEventNs = nowNs }
        if log?.hasEvents == true { connection.pointee.sendTimes.append(nowNs) }
    }

    private func didSendEvent(_ connection: Connection.Pointer, nowNs: UInt64) {
        countEvent(connection, nowNs: nowNs)
        // The end marker follows the last event at once; an end half way comes in its own time.
        let isLast = connection.pointee.eventsSent == connection.pointee.eventsPlanned
        guard !isLast || connection.pointee.fault?.endsHalfWay == true else { return }
        connection.pointee.gridNs &+= script.intervalNs
        let dueNs = script.jittered(
            connection.pointee.gridNs,
            delayNs: script.intervalNs,
            from: &connection.pointee.random
        )
        connection.pointee.dueNs = max(connection.pointee.dueNs, dueNs)
    }

    // MARK: The end of an answer

    private func sendMarker(_ connection: Connection.Pointer) {
        let isLate = connection.pointee.fault == .lateDoneChunk
        beginFrame()
        payload.append(AnswerText.endMarker)
        addPayload(connection)
        if !isLate { addTerminator(connection) }
        connection.pointee.phase = isLate ? .terminatorDue : .draining
        connection.pointee.dueNs = EventLoop.nowNs + Self.lateTerminatorNs
        let delivery = sendFrame(connection)
        guard delivery != .gone else { return }
        connection.pointee.hasSentMarker = true
        guard delivery == .sent else { return }
        if isLate { armTimer(connection) } else { finishAnswer(connection) }
    }

    private func sendTerminator(_ connection: Connection.Pointer) {
        beginFrame()
        addTerminator(connection)
        sendLastFrame(connection)
    }

    private func endHalfWay(_ connection: Connection.Pointer) {
        switch connection.pointee.fault {
        case .resetMidstream:
            connection.pointee.phase = .resetDue
            connection.pointee.dueNs = EventLoop.nowNs + Self.beforeResetNs
            armTimer(connection)
        case .stall:
            connection.pointee.phase = .silent
            // Also from a client that had sent too much ahead: nothing but its close ends this turn.
            watch(connection, for: EV_READ)
        case .errorEvent:
            beginFrame()
            payload.append(AnswerText.errorEvent)
            addPayload(connection)
            addTerminator(connection)
            sendLastFrame(connection)
        default:
            sendTerminator(connection)
        }
    }

    /// Sends the frame as the end of an answer, and goes on once the client has taken it.
    func sendLastFrame(_ connection: Connection.Pointer) {
        connection.pointee.phase = .draining
        guard !frame.isEmpty else { return finishAnswer(connection) }
        if case .sent = sendFrame(connection) { finishAnswer(connection) }
    }

    private func finishAnswer(_ connection: Connection.Pointer) {
        let wasTurn = connection.pointee.isInTurn
        endTurn(connection)
        guard connection.pointee.keepsAlive else { return linger(connection) }
        connection.pointee.phase = .reading
        // A request that has come ahead is answered first.
        guard wasTurn, connection.pointee.input.isEmpty else { return }
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
    }

    private func closeIdle(_ connection: Connection.Pointer) {
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

    // MARK: Byte by byte

    private func drip(_ connection: Connection.Pointer) {
        for _ in 0..<connection.pointee.bytesPerTick {
            if connection.pointee.output.isEmpty, !takeNextPiece(connection) { return finishAnswer(connection) }
            guard case .sent = sendByte(connection) else { return }
        }
        connection.pointee.dueNs += Self.tickNs
        armTimer(connection)
    }

    /// Puts the next part of the answer into the output; false after the last.
    private func takeNextPiece(_ connection: Connection.Pointer) -> Bool {
        guard !connection.pointee.hasSentMarker else { return false }
        let nowNs = EventLoop.nowNs
        if !connection.pointee.hasSentHeaders {
            beginFrame()
            addHeaders(connection)
        } else if connection.pointee.eventsSent < connection.pointee.eventsPlanned {
            frameEvent(connection, nowNs: nowNs)
            countEvent(connection, nowNs: nowNs)
        } else {
            beginFrame()
            payload.append(AnswerText.endMarker)
            addPayload(connection)
            addTerminator(connection)
            connection.pointee.hasSentMarker = true
        }
        connection.pointee.output.append(frame.bytes)
        return true
    }
}
