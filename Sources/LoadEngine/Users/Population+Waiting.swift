/// What users wait for besides answers: an invocation, a session that can begin, and the end of a rest.
extension Population {
    func takeInvocation(user: Int, intendedNs: UInt64, nowNs: UInt64) {
        let slot = users[user]
        // Those whose conversation can be played no more are skipped; nearly always the first is played.
        repeat {
            guard phase == .running, !slot.pointee.isRetired, let invocation = queue.take() else {
                endUser(user)
                return endIdleRests()
            }
            if isOpen { arrivedNs[user] = intendedNs }
            slot.pointee.invocation = invocation.number
            slot.pointee.conversation = Int32(invocation.conversation)
            slot.pointee.turn = 0
            slot.pointee.hasFailedTurn = false
            slot.pointee.hasSentTurn = false
            slot.pointee.hasMissedObjective = false
            slot.pointee.session = SessionID(from: &random)
            recorder.counters.pointee.gauges.conversationsWaiting += 1
        } while !beginSession(user: user, intendedNs: intendedNs, nowNs: nowNs)
        endIdleRests()
    }

    /// Ends those who wait between two conversations once there is none left for them: a run is not to last until they would
    /// have gone on.
    private func endIdleRests() {
        guard !glance.pointee.hasInvocations, !hasEndedIdleRests else { return }
        // Once: after this nobody begins to wait for another one.
        hasEndedIdleRests = true
        for user in 0..<users.count {
            let slot = users[user]
            guard slot.pointee.isActive, slot.pointee.isResting, slot.pointee.conversation < 0 else { continue }
            endRest(user: user)
        }
    }

    /// Plays the invocation that a user has taken, as far as its session can begin.
    ///
    /// - Returns: Whether the user has something to do, or to wait for.
    private func beginSession(user: Int, intendedNs: UInt64, nowNs: UInt64) -> Bool {
        let slot = users[user]
        let conversation = Int(slot.pointee.conversation)
        let start = scripts[conversation].isKept ? keeper?.sessionBegins(user: user, conversation: conversation) : nil
        switch start ?? .begins {
        case .begins:
            slot.pointee.setup = scripts[conversation].setupCount > 0 ? 0 : -1
            planTurn(user: user, intendedNs: intendedNs, nowNs: nowNs)
            return true
        case .waits:
            slot.pointee.isResting = true
            slot.pointee.intendedNs = Nanoseconds.never
            waiting.append(user)
            return true
        case .never:
            giveUpInvocation(slot)
            recorder.counters.pointee[.conversationsWithdrawn] += queue.drop(conversation: conversation)
            return false
        }
    }

    /// An invocation that was taken is not started.
    func giveUpInvocation(_ slot: UnsafeMutablePointer<UserSlot>) {
        slot.pointee.conversation = -1
        recorder.counters.pointee.gauges.conversationsWaiting -= 1
        recorder.counters.pointee[.conversationsWithdrawn] += 1
    }

    /// A session has ended that another may have waited for.
    package func sessionFreed(nowNs: UInt64) {
        guard phase == .running else { return }
        // Each may wait for something else: the first that can goes on, and those before it keep their places.
        let all = waiting
        waiting = []
        for (index, user) in all.enumerated() {
            users[user].pointee.isResting = false
            if !beginSession(user: user, intendedNs: nowNs, nowNs: nowNs) {
                takeInvocation(user: user, intendedNs: nowNs, nowNs: nowNs)
            }
            guard users[user].pointee.isResting else {
                waiting += all[(index + 1)...]
                return
            }
        }
    }

    // MARK: Rests

    /// How long a user waits after a turn because that did not reach the server; 0 for one that did.
    func backoffNs(after outcome: TurnOutcome, user: Int) -> UInt64 {
        guard outcome.isUnreached else {
            forgetMisses(user: user)
            return 0
        }
        guard settings.backoff == .on else { return 0 }
        let count = min(misses[user] ?? 0, .max - 1) + 1
        misses[user] = count
        glance.pointee.missCount = misses.count
        return Backoff.waitNs(misses: count, using: &thinkRandom)
    }

    /// A user's turn has reached the server, or the user is gone.
    func forgetMisses(user: Int) {
        misses[user] = nil
        glance.pointee.missCount = misses.count
    }

    /// Lets a user wait before it goes on.
    ///
    /// - Parameters:
    ///   - user: The user.
    ///   - time: How long.
    ///   - leastNs: How long at least, in nanoseconds.
    ///   - nowNs: The present time.
    /// - Returns: False when it has nothing to wait for.
    func rest(user: Int, _ time: ThinkTime, atLeastNs leastNs: UInt64 = 0, nowNs: UInt64) -> Bool {
        let restNs = max(time == .off ? 0 : time.nextNs(using: &thinkRandom), leastNs)
        guard restNs > 0 else { return false }
        let (dueNs, overflow) = nowNs.addingReportingOverflow(restNs)
        let slot = users[user]
        slot.pointee.isResting = true
        slot.pointee.intendedNs = overflow ? Nanoseconds.never - 1 : dueNs
        resting.add(user, dueNs: slot.pointee.intendedNs)
        glance.pointee.restNs = resting.nextNs
        return true
    }

    func endRests(nowNs: UInt64) {
        while let (user, dueNs) = resting.take(nowNs: nowNs) { goOn(user: user, dueNs: dueNs, nowNs: nowNs) }
        glance.pointee.restNs = resting.nextNs
    }

    /// A user has waited long enough, unless it waits no more.
    private func goOn(user: Int, dueNs: UInt64, nowNs: UInt64) {
        let slot = users[user]
        guard slot.pointee.isActive, slot.pointee.isResting, slot.pointee.intendedNs == dueNs else { return }
        slot.pointee.isResting = false
        if slot.pointee.conversation >= 0 {
            planTurn(user: user, intendedNs: dueNs, nowNs: nowNs)
        } else {
            takeInvocation(user: user, intendedNs: dueNs, nowNs: nowNs)
        }
    }

    /// The run is over for a user that waits.
    func endRest(user: Int) {
        let slot = users[user]
        slot.pointee.isResting = false
        if slot.pointee.conversation >= 0 {
            if slot.pointee.hasSentTurn {
                endConversation(user: user, isCancelled: true)
            } else {
                giveUpInvocation(slot)
            }
        }
        endUser(user)
    }
}
