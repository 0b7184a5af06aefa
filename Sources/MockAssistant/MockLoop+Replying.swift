import CLoad
import LoadEngine

#if canImport(Glibc)
import Glibc
#endif

extension MockLoop {
    /// How many events of one stream are sent in one iteration of the loop when it has fallen behind.
    private static var eventsPerStep: Int { 16 }
    private static var slowHeadersNs: UInt64 { Nanoseconds.perSecond }

    // MARK: Callbacks

    func didReachDueTime(_ connection: Connection.Pointer) {
        switch connection.pointee.phase {
        case .headersDue: sendHeaders(connection)
        case .streaming: sendDueEvents(connection)
        case .terminatorDue: sendTerminator(connection)
        case .dripping: drip(connection)
        case .resetDue: reset(connection)
        case .beating: sendHeartbeat(connection)
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
        case .streaming, .terminatorDue, .resetDue, .beating: armTimer(connection)
        case .draining: finishAnswer(connection)
        case .closed, .reading, .headersDue, .dripping, .silent, .lingering: break
        }
    }

    // MARK: A turn

    func beginTurn(_ connection: Connection.Pointer, path: UnsafeRawBufferPointer, sessionStart: Int) {
        // A request that came together with the one before: the connection was not idle.
        if keepAliveNs > 0 { disarmTimer(connection) }
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
        connection.pointee.endsAfter = -1
        if let fault, fault.endsHalfWay || fault.spoilsAnEvent {
            connection.pointee.eventsPlanned = max(script.events, 1)
            connection.pointee.halfWay = max(script.events / 2, 1)
            if fault.endsHalfWay { connection.pointee.endsAfter = connection.pointee.halfWay }
        }
        if let fault {
            if fault.endsAtOnce { connection.pointee.endsAfter = 0 }
            if fault == .noEndMarker { connection.pointee.endsAfter = script.events }
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
            let guess =
                dialect == nil ? 200 + script.events * 64 : 3_000 + (script.events + script.reasoningEvents) * 320
            connection.pointee.bytesPerTick = min(128, guess / 200 + 1)
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
        let pauseNs = connection.pointee.reasoningLeft == 0 ? script.pauseNs(after: 0) : 0
        let delayNs = script.slowed(script.firstTokenNs, streams: tally.openStreamCount)
        let firstNs = nowNs &+ delayNs &+ pauseNs
        let firstDueNs = script.jittered(firstNs, delayNs: delayNs, from: &connection.pointee.random)
        // The first event's jitter moves the whole answer; that of the others only themselves.
        connection.pointee.gridNs = firstDueNs
        connection.pointee.dueNs = firstDueNs
        if connection.pointee.fault == .noFirstToken { connection.pointee.phase = .silent }
        guard case .sent = sendFrame(connection), connection.pointee.phase == .streaming else { return }
        sendDueEvents(connection)
    }

    func addHeaders(_ connection: Connection.Pointer) {
        connection.pointee.hasSentHeaders = true
        if let dialect { return addHeaders(dialect, connection) }
        AnswerText.streamHead(
            into: &frame,
            isChunked: connection.pointee.isChunked,
            closes: !connection.pointee.keepsAlive
        )
        guard connection.pointee.fault == .pings else { return }
        payload.append(AnswerText.ping)
        addPayload(connection)
    }

    // MARK: The pace

    /// Sends every event whose time has come, and arms the timer for the next one.
    private func sendDueEvents(_ connection: Connection.Pointer) {
        for _ in 0..<Self.eventsPerStep {
            let nowNs = EventLoop.nowNs
            guard connection.pointee.dueNs <= nowNs else { break }
            let sent = connection.pointee.eventsSent
            if sent == connection.pointee.endsAfter { return endEarly(connection) }
            if connection.pointee.reasoningLeft > 0 {
                guard case .sent = sendReasoning(connection, nowNs: nowNs) else { return }
                continue
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

    private func sendReasoning(_ connection: Connection.Pointer, nowNs: UInt64) -> Delivery {
        frameReasoning(connection, nowNs: nowNs)
        let delivery = sendFrame(connection)
        guard delivery != .gone else { return delivery }
        let pauseNs = connection.pointee.reasoningLeft == 0 ? script.pauseNs(after: 0) : 0
        planNextEvent(connection, afterNs: script.intervalNs &+ pauseNs)
        return delivery
    }

    func frameReasoning(_ connection: Connection.Pointer, nowNs: UInt64) {
        guard let turn = connection.pointee.turn else { return }
        framePiece(.reasoning, connection)
        connection.pointee.reasoningLeft -= 1
        if turn.pointee.firstReasoningNs == 0 { turn.pointee.firstReasoningNs = nowNs }
    }

    func countEvent(_ connection: Connection.Pointer, nowNs: UInt64) {
        connection.pointee.eventsSent += 1
        if connection.pointee.eventsSent == 1 { connection.pointee.firstEventNs = nowNs }
        if log?.hasEvents == true { connection.pointee.sendTimes.append(nowNs) }
    }

    private func didSendEvent(_ connection: Connection.Pointer, nowNs: UInt64) {
        countEvent(connection, nowNs: nowNs)
        // The end marker follows the last event at once; an end half way comes in its own time.
        let isLast = connection.pointee.eventsSent == connection.pointee.eventsPlanned
        let hasInterval = !isLast || connection.pointee.fault?.endsHalfWay == true
        let pauseNs = script.hasPauses ? script.pauseNs(after: connection.pointee.eventsSent) : 0
        guard hasInterval || pauseNs > 0 else { return }
        planNextEvent(connection, afterNs: (hasInterval ? script.intervalNs : 0) &+ pauseNs)
    }

    private func planNextEvent(_ connection: Connection.Pointer, afterNs: UInt64) {
        connection.pointee.gridNs &+= script.slowed(afterNs, streams: tally.openStreamCount)
        let dueNs = script.jittered(
            connection.pointee.gridNs,
            delayNs: script.intervalNs,
            from: &connection.pointee.random
        )
        connection.pointee.dueNs = max(connection.pointee.dueNs, dueNs)
    }
}
