/// All users of a run, the queue they take from and the deadlines they keep: the core of the engine, without any input
/// or output of its own.
///
/// Whoever drives it tells it what happened and when, and carries out its `actions`; time never goes back between two
/// calls. So a run can be played over sockets, or by hand with a made-up clock.
/// - Isolation: loop
package final class Population {
    /// How far the run is.
    package enum Phase: Equatable {
        case running
        /// No new turns; those that run are cancelled when the stop timeout has passed.
        case stopping(deadlineNs: UInt64)
        /// No new turns, and what ran has been cancelled.
        case cancelled
    }

    /// The length of a conversation and the index of its first row of metrics.
    struct Script {
        let turnCount: Int32
        let firstRow: Int32
    }

    package let settings: PopulationSettings
    package let recorder: MetricsRecorder
    let scripts: [Script]
    /// How many invocations the run has to play.
    package let plannedInvocations: UInt64

    package internal(set) var phase = Phase.running
    package var actions = UserActions()
    /// Called with every turn whose outcome becomes known.
    package var onTurnDecided: ((TurnRecord) -> Void)?
    /// Called with every turn whose transfer is over, before the user goes on: with the user and the present time.
    package var onTurnEnded: ((_ user: Int, _ slot: UnsafePointer<UserSlot>, _ nowNs: UInt64) -> Void)?
    /// Where the times of content events are kept; nil unless somebody wants them.
    ///
    /// The chain in a user's slot belongs to `onTurnEnded` from when that is called.
    let stamps: EventStamps?
    let users = StableSlab<UserSlot>()
    let deadlines: DeadlineLists
    var queue: InvocationQueue
    private var random: SeededRandom

    private var startedNs: UInt64 = 0
    private var spawnRate: Double
    private var arrivals = Arrivals.none
    /// Slots of users that have ended, to be used again.
    private var freeSlots: [Int] = []

    /// Makes the population of a run that has not begun.
    ///
    /// - Parameters:
    ///   - settings: The rules it plays by.
    ///   - conversations: What it plays; a row of metrics is taken for each turn of each, in this order.
    ///   - recorder: Where it counts; with as many rows as the conversations have turns.
    ///   - stamps: Where it keeps the times of content events; nil for nowhere.
    package init(
        settings: PopulationSettings,
        conversations: [Conversation],
        recorder: MetricsRecorder,
        stamps: EventStamps? = nil
    ) {
        self.settings = settings
        self.recorder = recorder
        self.stamps = stamps
        precondition(recorder.conversationCount == conversations.count, "one tally for each conversation")
        var firstRow: Int32 = 0
        scripts = conversations.map { conversation in
            defer { firstRow += Int32(conversation.turns.count) }
            return Script(turnCount: Int32(conversation.turns.count), firstRow: firstRow)
        }
        queue = InvocationQueue(invocations: conversations.map(\.invocations), share: settings.share)
        plannedInvocations = queue.remaining
        deadlines = DeadlineLists(of: users, timeoutNs: settings.timeoutNs)
        random = SeededRandom(seed: settings.seed)
        spawnRate = settings.spawnRate
    }

    deinit {
        deadlines.destroy()
        users.destroy()
    }

    // MARK: The run

    /// Begins the run: the first users start.
    package func start(nowNs: UInt64) {
        startedNs = nowNs
        beginArrivals(of: settings.share.part(of: settings.users), nowNs: nowNs)
    }

    /// Whether every user has ended and none will start.
    package var isFinished: Bool {
        recorder.counters.pointee.gauges.usersActive == 0 && nextSpawnNs == Nanoseconds.never
    }

    /// When `expire` must be called next, `Nanoseconds.never` when nothing is due.
    package var nextDeadlineNs: UInt64 {
        var earliest = min(deadlines.nextNs, nextSpawnNs)
        switch phase {
        case .running: earliest = min(earliest, runEndNs)
        case .stopping(let deadlineNs): earliest = min(earliest, deadlineNs)
        case .cancelled: break
        }
        return earliest
    }

    /// Does everything that is due: starts users, ends turns that missed a deadline, ends the run.
    package func expire(nowNs: UInt64) {
        switch phase {
        case .running where runEndNs <= nowNs: stop(nowNs: nowNs)
        case .stopping(let deadlineNs) where deadlineNs <= nowNs: cancelAll(nowNs: nowNs)
        case .running, .stopping, .cancelled: break
        }
        while nextSpawnNs <= nowNs, let intendedNs = arrivals.next() { spawn(intendedNs: intendedNs, nowNs: nowNs) }
        for deadline in Deadline.allCases {
            while let user = deadlines.takeExpired(deadline, nowNs: nowNs) {
                apply(.deadlinePassed(deadline), user: user, nowNs: nowNs)
            }
        }
    }

    /// Begins to end the run: no new turns, and running ones get the stop timeout.
    ///
    /// A second call cancels them at once.
    package func stop(nowNs: UInt64) {
        guard phase == .running, settings.stopTimeoutNs > 0 else { return cancelAll(nowNs: nowNs) }
        let (deadlineNs, overflow) = nowNs.addingReportingOverflow(settings.stopTimeoutNs)
        phase = .stopping(deadlineNs: overflow ? Nanoseconds.never : deadlineNs)
        arrivals = .none
        forEachActiveUser { user in
            if users[user].pointee.turnState == .queued { apply(.cancelled, user: user, nowNs: nowNs) }
        }
    }

    /// Changes the number of users: further ones start at the spawn rate, those too many end after their conversation.
    ///
    /// - Parameters:
    ///   - total: Those of the whole run; at least one for each of its processes.
    ///   - rate: The spawn rate from now on; nil for the one so far.
    ///   - nowNs: The present time.
    package func setUsers(_ total: Int, spawnRate rate: Double? = nil, nowNs: UInt64) {
        let count = settings.share.part(of: total)
        precondition(count > 0, "each process of a run has at least one user")
        guard phase == .running else { return }
        spawnRate = rate ?? spawnRate
        var staying = 0
        // Those who are leaving already come back first.
        forEachActiveUser { user in
            users[user].pointee.isRetired = staying >= count
            if staying < count { staying += 1 }
        }
        beginArrivals(of: count - staying, nowNs: nowNs)
    }

    private func beginArrivals(of count: Int, nowNs: UInt64) {
        let schedule = SpawnSchedule(startNs: nowNs, rate: spawnRate)
        arrivals = Arrivals(ramp: schedule, count: count, share: settings.share)
        expire(nowNs: nowNs)
    }

    private var runEndNs: UInt64 {
        let (endNs, overflow) = startedNs.addingReportingOverflow(settings.runTimeNs)
        return overflow ? Nanoseconds.never : endNs
    }

    private var nextSpawnNs: UInt64 {
        phase == .running && queue.remaining > 0 ? arrivals.nextNs : Nanoseconds.never
    }

    private func cancelAll(nowNs: UInt64) {
        phase = .cancelled
        arrivals = .none
        forEachActiveUser { user in apply(.cancelled, user: user, nowNs: nowNs) }
    }

    private func forEachActiveUser(_ body: (Int) -> Void) {
        for user in 0..<users.count where users[user].pointee.isActive { body(user) }
    }

    // MARK: Users

    private func spawn(intendedNs: UInt64, nowNs: UInt64) {
        let user = freeSlots.popLast() ?? users.count
        if user == users.count {
            _ = users.append(UserSlot())
        } else {
            users[user].pointee = UserSlot()
        }
        users[user].pointee.isActive = true
        let counters = recorder.counters
        counters.pointee.gauges.usersActive += 1
        counters.pointee[.usersPeak] = max(counters.pointee[.usersPeak], counters.pointee.gauges.usersActive)
        takeInvocation(user: user, intendedNs: intendedNs, nowNs: nowNs)
    }

    private func takeInvocation(user: Int, intendedNs: UInt64, nowNs: UInt64) {
        let slot = users[user]
        guard phase == .running, !slot.pointee.isRetired, let invocation = queue.take() else {
            return endUser(user)
        }
        slot.pointee.invocation = invocation.number
        slot.pointee.conversation = Int32(invocation.conversation)
        slot.pointee.turn = 0
        slot.pointee.hasFailedTurn = false
        slot.pointee.hasSentTurn = false
        slot.pointee.hasMissedObjective = false
        slot.pointee.session = SessionID(from: &random)
        recorder.counters.pointee.gauges.conversationsWaiting += 1
        planTurn(user: user, intendedNs: intendedNs, nowNs: nowNs)
    }

    private func planTurn(user: Int, intendedNs: UInt64, nowNs: UInt64) {
        let slot = users[user]
        slot.pointee.row = scripts[Int(slot.pointee.conversation)].firstRow + slot.pointee.turn
        slot.pointee.intendedNs = intendedNs
        slot.pointee.connectedNs = 0
        slot.pointee.firstByteNs = 0
        slot.pointee.gaps = 0
        slot.pointee.maxGapNs = 0
        slot.pointee.stalls = 0
        slot.pointee.stallNs = 0
        slot.pointee.connectNs = 0
        slot.pointee.tlsNs = 0
        slot.pointee.hasConnected = false
        slot.pointee.hasDrained = false
        slot.pointee.rejectedStatus = 0
        slot.pointee.stamps = EventStamps.Chain()
        slot.pointee.events = 0
        slot.pointee.bytes = 0
        slot.pointee.hasFirstToken = false
        if settings.sessionScope == .turn, slot.pointee.turn > 0 { slot.pointee.session = SessionID(from: &random) }
        apply(.planned, user: user, nowNs: nowNs)
    }

    /// The turn's transfer is over: goes on to the next turn or the next invocation.
    func advance(user: Int, nowNs: UInt64) {
        let slot = users[user]
        if let onTurnEnded { onTurnEnded(user, UnsafePointer(slot), nowNs) }
        let outcome = slot.pointee.outcome
        if outcome.isFailure { slot.pointee.hasFailedTurn = true }
        let isLast = slot.pointee.turn + 1 == scripts[Int(slot.pointee.conversation)].turnCount
        if isLast || outcome == .cancelled || outcome.isFailure && settings.onFailure == .stop {
            endConversation(user: user, isCancelled: outcome == .cancelled)
            takeInvocation(user: user, intendedNs: nowNs, nowNs: nowNs)
        } else if phase == .running {
            slot.pointee.turn += 1
            planTurn(user: user, intendedNs: nowNs, nowNs: nowNs)
        } else {
            endConversation(user: user, isCancelled: true)
            endUser(user)
        }
    }

    /// The turn that was planned is not sent: the run is over.
    func withdraw(user: Int) {
        let slot = users[user]
        if slot.pointee.hasSentTurn {
            endConversation(user: user, isCancelled: true)
        } else {
            slot.pointee.conversation = -1
            recorder.counters.pointee.gauges.conversationsWaiting -= 1
            recorder.counters.pointee[.conversationsWithdrawn] += 1
        }
        endUser(user)
    }

    private func endConversation(user: Int, isCancelled: Bool) {
        let slot = users[user]
        let conversation = Int(slot.pointee.conversation)
        if slot.pointee.hasFailedTurn {
            recorder.conversationEnded(.failed, conversation)
        } else if isCancelled {
            recorder.conversationEnded(.cancelled, conversation)
        } else {
            let timeNs = slot.pointee.decidedNs - slot.pointee.conversationSentNs
            let isGood = !slot.pointee.hasMissedObjective && timeNs <= settings.objectives.conversationTimeNs
            recorder.conversationEnded(.completed(timeNs: timeNs, isGood: isGood), conversation)
            if recorder.slowest.wants(timeNs: timeNs) {
                recorder.slowest.add(
                    SlowestConversations.Entry(
                        timeNs: timeNs,
                        conversation: conversation,
                        session: slot.pointee.session,
                        sentNs: slot.pointee.conversationSentNs
                    )
                )
            }
        }
        slot.pointee.conversation = -1
    }

    private func endUser(_ user: Int) {
        users[user].pointee.isActive = false
        recorder.counters.pointee.gauges.usersActive -= 1
        freeSlots.append(user)
    }
}

@available(*, unavailable)
extension Population: Sendable {}
