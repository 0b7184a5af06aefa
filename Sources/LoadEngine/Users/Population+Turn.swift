/// What happens to a turn, as told by whoever carries the turns out. Every time is of the monotonic clock.
extension Population {
    /// Whether a user's turn is still to be sent: it may have been withdrawn after `actions` asked for it.
    package func isReadyToSend(user: Int) -> Bool { users[user].pointee.turnState == .queued }

    /// Whether a user's transfer is still to be removed: it may have ended after `actions` asked for it, and the user
    /// may even have sent the next turn.
    package func isReadyToClose(user: Int) -> Bool { users[user].pointee.turnState == .closing }

    /// What is to be sent: the index of the turn among all turns of all conversations.
    package func plannedRow(user: Int) -> Int { Int(users[user].pointee.row) }

    /// The session the user's turn belongs to.
    package func session(user: Int) -> SessionID { users[user].pointee.session }

    /// The set-up request that is to be sent instead of a turn, or is answered; nil for a turn.
    package func setup(user: Int) -> Int? { users[user].pointee.setup >= 0 ? Int(users[user].pointee.setup) : nil }

    /// The index of the user's conversation.
    package func conversation(user: Int) -> Int { Int(users[user].pointee.conversation) }

    /// Whether the turn's outcome is still open, so that what its answer brings matters.
    package func isUndecided(user: Int) -> Bool {
        switch users[user].pointee.turnState {
        case .connecting, .waiting, .streaming: true
        case .idle, .queued, .draining, .closing: false
        }
    }

    /// Whether the turn has had an event; an end marker is none.
    package func hasEvents(user: Int) -> Bool { users[user].pointee.events > 0 }

    /// The turn's outcome, once it is known.
    package func decidedOutcome(user: Int) -> TurnOutcome? {
        isUndecided(user: user) ? nil : users[user].pointee.outcome
    }

    /// The turn was handed over: this moment is its send.
    package func turnSent(user: Int, nowNs: UInt64) {
        apply(.sent, user: user, nowNs: nowNs)
    }

    /// A connection is there and the request goes out.
    package func connected(user: Int, nowNs: UInt64) {
        users[user].pointee.connectedNs = nowNs
        apply(.connected, user: user, nowNs: nowNs)
    }

    /// How long the turn's new connection took to be made; to be told before the end of the transfer.
    ///
    /// - Parameters:
    ///   - user: The user.
    ///   - connectNs: From the beginning of the connection to its end.
    ///   - tlsNs: How long its TLS handshake took; nil when it had none, or none that was completed.
    package func connectionMade(user: Int, connectNs: UInt64, tlsNs: UInt64?) {
        users[user].pointee.hasConnected = true
        users[user].pointee.connectNs = connectNs
        recorder.record(.connect, connectNs)
        guard let tlsNs else { return }
        users[user].pointee.tlsNs = tlsNs
        recorder.record(.tls, tlsNs)
    }

    /// How long ago the user's present turn was sent.
    package func sinceSendNs(user: Int, nowNs: UInt64) -> UInt64 { nowNs - users[user].pointee.sentNs }

    /// libcurl wanted to send the turn a second time and was stopped.
    package func resendRefused(user: Int, nowNs: UInt64) { apply(.resendRefused, user: user, nowNs: nowNs) }

    /// The kept connection of a turn was closed before an answer, and the server may not have seen the turn.
    package func connectionWasStale() { recorder.counters.pointee[.staleReuse] += 1 }

    /// The first byte of the response came; later calls within the turn change nothing.
    package func responseBegan(user: Int, nowNs: UInt64) {
        let slot = users[user]
        guard slot.pointee.firstByteNs == 0, isUndecided(user: user) else { return }
        slot.pointee.firstByteNs = nowNs
        guard slot.pointee.setup < 0 else { return }
        recorder.record(.ttfb, nowNs - slot.pointee.sentNs, row: Int(slot.pointee.row))
        if isOpen { recorder.record(.intendedTTFB, nowNs - slot.pointee.intendedNs) }
    }

    /// The response's head shows that no event stream follows.
    ///
    /// - Parameters:
    ///   - user: The user.
    ///   - outcome: `httpStatus`, `notEventStream` or `malformedStream`.
    ///   - status: The HTTP status.
    ///   - nowNs: The present time.
    package func responseRejected(user: Int, outcome: TurnOutcome, status: Int, nowNs: UInt64) {
        if outcome == .httpStatus, isUndecided(user: user) {
            recorder.details.countHTTPCode(status)
            users[user].pointee.rejectedStatus = UInt16(clamping: status)
        }
        apply(.rejected(outcome), user: user, nowNs: nowNs)
    }

    /// Bytes of the body came, comments and parts of events included.
    package func bodyReceived(user: Int, byteCount: Int, nowNs: UInt64) {
        let slot = users[user]
        guard slot.pointee.setup < 0 else { return }
        switch slot.pointee.turnState {
        case .streaming:
            deadlines.arm(.idle, user: user, nowNs: nowNs)
            slot.pointee.bytes += UInt64(byteCount)
            recorder.countBytes(byteCount, row: Int(slot.pointee.row))
        case .waiting:
            slot.pointee.bytes += UInt64(byteCount)
            recorder.countBytes(byteCount, row: Int(slot.pointee.row))
        case .draining where slot.pointee.outcome.isRejection:
            // The body of an answer that was refused for its head; after an end marker nothing counts.
            slot.pointee.bytes += UInt64(byteCount)
            recorder.countBytes(byteCount, row: Int(slot.pointee.row))
            recorder.countEndedBytes(UInt64(byteCount), row: Int(slot.pointee.row))
            recorder.noteChange(ofRow: Int(slot.pointee.row))
        case .idle, .queued, .connecting, .draining, .closing:
            break
        }
    }

    /// Some of the bytes that came last are behind the event that decides the turn, or has decided it because its user left:
    /// they do not count.
    package func bodyIgnored(user: Int, byteCount: Int) {
        guard byteCount > 0, isUndecided(user: user) || users[user].pointee.outcome == .abandoned else { return }
        users[user].pointee.bytes -= UInt64(byteCount)
        recorder.uncountBytes(byteCount, row: Int(users[user].pointee.row))
    }

    /// An event of the answer was dispatched.
    package func eventReceived(user: Int, kind: EventKind, nowNs: UInt64) {
        guard isUndecided(user: user) else { return }
        if kind != .endMarker {
            users[user].pointee.events += 1
            recorder.countEvent(row: Int(users[user].pointee.row))
        }
        switch kind {
        case .content: apply(.contentReceived, user: user, nowNs: nowNs)
        case .endMarker: apply(.endMarkerReceived, user: user, nowNs: nowNs)
        case .error: apply(.errorEventReceived, user: user, nowNs: nowNs)
        case .empty: break
        }
        if users[user].pointee.stopsAtEvents { stopIfDue(user: user, isToken: kind == .content, nowNs: nowNs) }
    }

    /// An event came of a turn whose user leaves with a number of them, or reads slowly.
    @inline(never)
    private func stopIfDue(user: Int, isToken: Bool, nowNs: UInt64) {
        let slot = users[user]
        guard isUndecided(user: user) else { return }
        if slot.pointee.leavesByEvents, slot.pointee.events >= settings.abandonEvents {
            apply(.abandoned, user: user, nowNs: nowNs)
        } else if paces, isToken {
            deadlines.disarm(.idle, user: user)
            deadlines.arm(.read, user: user, nowNs: nowNs)
        }
    }

    /// Whether the turn's user reads nothing now, until the driver says that it reads on.
    package func isPausing(user: Int) -> Bool { deadlines.isArmed(.read, user: user) }

    /// An event came that is a token: the answer's, or one of what comes before it.
    ///
    /// - Parameters:
    ///   - user: The user.
    ///   - isAnswer: Whether it is the answer's.
    ///   - nowNs: The present time.
    /// - Returns: Whether it is the one that `answer_ttft` was measured by.
    @discardableResult
    package func tokenReceived(user: Int, isAnswer: Bool, nowNs: UInt64) -> Bool {
        guard isUndecided(user: user) else { return false }
        let slot = users[user]
        slot.pointee.events += 1
        recorder.countEvent(row: Int(slot.pointee.row))
        var isMeasured = false
        if isAnswer, !slot.pointee.hasAnswerToken {
            slot.pointee.hasAnswerToken = true
            slot.pointee.isAnswerGood = nowNs - slot.pointee.sentNs <= settings.objectives.answerTTFTNs
            isMeasured = scripts[Int(slot.pointee.conversation)].hasOtherTokens
            if isMeasured {
                recorder.record(.answerTTFT, nowNs - slot.pointee.sentNs, row: Int(slot.pointee.row))
                if isOpen { recorder.record(.intendedAnswerTTFT, nowNs - slot.pointee.intendedNs) }
            }
        }
        apply(.contentReceived, user: user, nowNs: nowNs)
        if slot.pointee.stopsAtEvents { stopIfDue(user: user, isToken: true, nowNs: nowNs) }
        return isMeasured
    }

    /// An event came that no rule matches.
    ///
    /// - Parameters:
    ///   - user: The user.
    ///   - isUnreadable: Whether its data had to be JSON and was not.
    ///   - nowNs: The present time.
    package func otherReceived(user: Int, isUnreadable: Bool, nowNs: UInt64) {
        guard isUndecided(user: user) else { return }
        let slot = users[user]
        slot.pointee.events += 1
        recorder.countEvent(row: Int(slot.pointee.row))
        recorder.count(.otherEvents, row: Int(slot.pointee.row))
        if isUnreadable { recorder.count(.unreadableEvents, row: Int(slot.pointee.row)) }
        if slot.pointee.stopsAtEvents { stopIfDue(user: user, isToken: false, nowNs: nowNs) }
    }

    /// The answer is complete, and its server has told something of it besides.
    ///
    /// - Parameters:
    ///   - user: The user.
    ///   - usage: What it told.
    ///   - isExpected: Whether the answer is as the conversation expects it.
    ///   - nowNs: The present time.
    package func answerCompleted(user: Int, usage: TurnUsage, isExpected: Bool, nowNs: UInt64) {
        guard isUndecided(user: user) else { return }
        let slot = users[user]
        if slot.pointee.setup < 0, isExpected { recordUsage(usage, slot) }
        apply(isExpected ? .endMarkerReceived : .expectationMissed, user: user, nowNs: nowNs)
    }

    private func recordUsage(_ usage: TurnUsage, _ slot: UnsafeMutablePointer<UserSlot>) {
        let row = Int(slot.pointee.row)
        if usage.finishReason >= 0 { recorder.countFinishReason(Int(usage.finishReason), row: row) }
        guard usage.hasTokens else { return }
        recorder.count(.turnsWithUsage, row: row)
        if usage.input != TurnUsage.unknown { recorder.count(.inputTokens, usage.input, row: row) }
        if usage.reasoning != TurnUsage.unknown { recorder.count(.reasoningTokens, usage.reasoning, row: row) }
        if usage.cached != TurnUsage.unknown { recorder.count(.cachedTokens, usage.cached, row: row) }
        guard usage.output != TurnUsage.unknown else { return }
        recorder.count(.outputTokens, usage.output, row: row)
        guard usage.output > 1, slot.pointee.hasFirstToken else { return }
        let textNs = slot.pointee.lastContentNs - slot.pointee.firstTokenNs
        recorder.record(.tpot, textNs / (usage.output - 1), row: row)
    }

    /// How many token events the turn has had, and when the first came after its send, in nanoseconds; nil for none.
    package func tokens(user: Int) -> (count: UInt64, ttftNs: UInt64?) {
        let slot = users[user]
        guard slot.pointee.hasFirstToken else { return (0, nil) }
        return (slot.pointee.gaps + 1, slot.pointee.firstTokenNs - slot.pointee.sentNs)
    }

    /// The body cannot be an event stream.
    package func bodyMalformed(user: Int, nowNs: UInt64) {
        apply(.malformed, user: user, nowNs: nowNs)
    }

    /// There is no memory for an answer as large as this one.
    package func answerTooLarge(user: Int, nowNs: UInt64) {
        apply(.unaffordable, user: user, nowNs: nowNs)
    }

    /// Whether a text that says more about an outcome is wanted: of the first few failures of each kind.
    package func wantsDetail(of outcome: TurnOutcome) -> Bool {
        outcome.isFailure && recorder.details.wantsExample(of: outcome)
    }

    /// The transfer ended by itself.
    ///
    /// - Parameters:
    ///   - user: The user.
    ///   - outcome: How the turn ended, if its outcome is not known yet.
    ///   - detail: What is known about the turn's outcome besides, in words; nil for nothing.
    ///   - nowNs: The present time.
    package func transferEnded(user: Int, outcome: TurnOutcome, detail: String? = nil, nowNs: UInt64) {
        if let detail { recorder.details.addExample(detail, of: decidedOutcome(user: user) ?? outcome) }
        apply(.transferEnded(outcome), user: user, nowNs: nowNs)
    }

    /// The transfer was removed, as `actions` asked.
    ///
    /// - Parameters:
    ///   - user: The user.
    ///   - detail: What is known about the turn's outcome besides, in words; nil for nothing.
    ///   - nowNs: The present time.
    package func transferClosed(user: Int, detail: String? = nil, nowNs: UInt64) {
        if let detail { recorder.details.addExample(detail, of: users[user].pointee.outcome) }
        apply(.transferClosed, user: user, nowNs: nowNs)
    }

    // MARK: The machine's actions

    func apply(_ event: TurnMachine.Event, user: Int, nowNs: UInt64) {
        let slot = users[user]
        guard let (state, action) = TurnMachine.transition(slot.pointee.turnState, event) else {
            preconditionFailure("\(event) in \(slot.pointee.turnState)")
        }
        slot.pointee.turnState = state
        switch action {
        case .none: break
        case .send: actions.requestSend(user: user)
        case .withdraw: withdraw(user: user)
        case .armDeadlines: begin(user: user, nowNs: nowNs)
        case .disarmConnect: deadlines.disarm(.connect, user: user)
        case .recordFirstToken:
            slot.pointee.hasFirstToken = true
            slot.pointee.firstTokenNs = nowNs
            slot.pointee.lastContentNs = nowNs
            recorder.firstTokenCame()
            recorder.record(.ttft, nowNs - slot.pointee.sentNs, row: Int(slot.pointee.row))
            if isOpen { recorder.record(.intendedTTFT, nowNs - slot.pointee.intendedNs) }
            stamps?.append(nowNs, to: &slot.pointee.stamps)
            deadlines.disarm(.firstToken, user: user)
            deadlines.arm(.idle, user: user, nowNs: nowNs)
            deadlines.arm(.stall, user: user, nowNs: nowNs)
        case .recordGap:
            let gapNs = nowNs - slot.pointee.lastContentNs
            recorder.record(.interEvent, gapNs, row: Int(slot.pointee.row))
            stamps?.append(nowNs, to: &slot.pointee.stamps)
            slot.pointee.lastContentNs = nowNs
            slot.pointee.gaps += 1
            deadlines.renewStall(user: user, slot, nowNs: nowNs)
            slot.pointee.maxGapNs = max(slot.pointee.maxGapNs, gapNs)
            if gapNs > settings.stallAfterNs {
                slot.pointee.stalls += 1
                slot.pointee.stallNs += gapNs
            }
        case .readOn:
            deadlines.arm(.idle, user: user, nowNs: nowNs)
            actions.requestRead(user: user)
        case .decideAndDrain(let outcome):
            decide(outcome, user: user, nowNs: nowNs)
            deadlines.arm(.drain, user: user, nowNs: nowNs)
        case .decideAndClose(let outcome):
            decide(outcome, user: user, nowNs: nowNs)
            actions.requestClose(user: user)
        case .decideAndAdvance(let outcome):
            decide(outcome, user: user, nowNs: nowNs)
            advance(user: user, nowNs: nowNs)
        case .close:
            deadlines.disarm(.drain, user: user)
            actions.requestClose(user: user)
        case .advance:
            deadlines.disarm(.drain, user: user)
            slot.pointee.hasDrained = true
            if slot.pointee.setup < 0 { recorder.record(.drain, nowNs - slot.pointee.decidedNs) }
            advance(user: user, nowNs: nowNs)
        }
    }

    private func begin(user: Int, nowNs: UInt64) {
        let slot = users[user]
        slot.pointee.sentNs = nowNs
        if slot.pointee.setup < 0 { countBeginning(of: slot) }
        if slot.pointee.setup < 0 { recorder.record(.queueDelay, nowNs - min(slot.pointee.intendedNs, nowNs)) }
        deadlines.arm(.connect, user: user, nowNs: nowNs)
        deadlines.arm(.firstToken, user: user, nowNs: nowNs)
        if abandons, slot.pointee.setup < 0, leavesByTime(slot) {
            deadlines.arm(.abandon, user: user, nowNs: nowNs)
        } else {
            deadlines.arm(.turn, user: user, nowNs: nowNs)
        }
        slot.pointee.stopsAtEvents = paces || slot.pointee.leavesByEvents
    }

    /// Draws whether and how the turn is left.
    ///
    /// From the invocation's number in the whole run and the turn's in it: so it is the same turns with the same seed, in
    /// whatever order and by however many processes they are played.
    ///
    /// - Returns: Whether it is left after a time that comes no later than its timeout.
    private func leavesByTime(_ slot: UnsafeMutablePointer<UserSlot>) -> Bool {
        var draws = SeededRandom(seed: settings.abandonSeed ^ slot.pointee.invocation)
        draws = SeededRandom(seed: draws.next() ^ UInt64(truncatingIfNeeded: slot.pointee.turn))
        let draw = Double.random(in: 0..<1, using: &draws)
        slot.pointee.leavesByEvents =
            draw >= settings.abandonTimeShare && draw < settings.abandonTimeShare + settings.abandonEventsShare
        return draw < settings.abandonTimeShare && settings.abandonAfterNs <= settings.turnTimeoutNs
    }

    /// The turn counts as started, and with its first one the conversation.
    private func countBeginning(of slot: UnsafeMutablePointer<UserSlot>) {
        if !slot.pointee.hasSentTurn {
            slot.pointee.hasSentTurn = true
            slot.pointee.conversationSentNs = slot.pointee.sentNs
            recorder.counters.pointee.gauges.conversationsWaiting -= 1
            recorder.conversationBegan(Int(slot.pointee.conversation))
        }
        recorder.turnBegan(row: Int(slot.pointee.row))
    }

    private func decide(_ outcome: TurnOutcome, user: Int, nowNs: UInt64) {
        let slot = users[user]
        let counters = recorder.counters
        let row = Int(slot.pointee.row)
        slot.pointee.outcome = outcome
        slot.pointee.decidedNs = nowNs
        deadlines.disarmAll(user: user)
        counters.pointee.lastEndNs = nowNs
        if slot.pointee.setup >= 0 {
            guard outcome != .completed else { return recorder.record(.setup, nowNs - slot.pointee.sentNs) }
            // The first turn has failed, before it could be sent.
            countBeginning(of: slot)
            slot.pointee.firstByteNs = 0
        }
        recorder.turnEnded(outcome, isAfterFirstToken: slot.pointee.hasFirstToken, row: row)
        switch outcome {
        case .completed:
            recorder.record(.responseTime, nowNs - slot.pointee.sentNs, row: row)
            if isOpen { recorder.record(.intendedResponseTime, nowNs - slot.pointee.intendedNs) }
            let hasOtherTokens = scripts[Int(slot.pointee.conversation)].hasOtherTokens
            if slot.pointee.isGood(by: settings.objectives, hasOtherTokens: hasOtherTokens) {
                recorder.countGoodTurn(row: row)
            } else {
                slot.pointee.hasMissedObjective = true
            }
            if !slot.pointee.hasFirstToken {
                recorder.countTurnWithoutContent(row: row)
            } else if slot.pointee.cameInOnePiece {
                recorder.countTurnInOnePiece(row: row)
            }
        case .abandoned:
            countLastSilence(slot, nowNs: nowNs)
        case .cancelled:
            let hasFirstToken = slot.pointee.hasFirstToken
            let silenceNs = nowNs - (hasFirstToken ? slot.pointee.lastContentNs : slot.pointee.sentNs)
            if silenceNs > settings.stallAfterNs {
                recorder.countCancelledSilence(silenceNs, isAfterFirstToken: hasFirstToken)
            }
        default:
            countLastSilence(slot, nowNs: nowNs)
            recorder.record(.failedTime, nowNs - slot.pointee.sentNs, row: row)
            recorder.noteFailure(outcome, row: row, atNs: nowNs)
        }
        if !outcome.isCut { recorder.countEndedBytes(slot.pointee.bytes, row: row) }
        if outcome != .cancelled, slot.pointee.stalls > 0 {
            recorder.countStalls(UInt64(slot.pointee.stalls), timeNs: slot.pointee.stallNs, row: row)
        }
        guard let onTurnDecided else { return }
        onTurnDecided(
            TurnRecord(
                session: slot.pointee.session,
                row: row,
                outcome: outcome,
                events: slot.pointee.events,
                hasFirstToken: slot.pointee.hasFirstToken,
                sentNs: slot.pointee.sentNs,
                decidedNs: nowNs
            )
        )
    }

    /// The silence at the end of a turn that failed or was left, when it is long enough, is a stall: its user has felt it.
    private func countLastSilence(_ slot: UnsafeMutablePointer<UserSlot>, nowNs: UInt64) {
        guard slot.pointee.hasFirstToken else { return }
        let silenceNs = nowNs - slot.pointee.lastContentNs
        guard silenceNs > settings.stallAfterNs else { return }
        slot.pointee.stalls += 1
        slot.pointee.stallNs += silenceNs
    }
}
