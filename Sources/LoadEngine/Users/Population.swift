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
        let setupCount: Int8
        let hasOtherTokens: Bool
        let hasThinkTimes: Bool
        /// Whether somebody keeps more of its sessions.
        let isKept: Bool
    }

    package let settings: PopulationSettings
    package let recorder: MetricsRecorder
    let scripts: [Script]
    /// Beside the scripts, which stay plain memory so.
    ///
    /// `Shape:` [conversation], [turn]; empty where nobody thinks.
    private let thinkTimes: [[ThinkTime]]
    private let hasRest: Bool
    /// Whether users read slowly.
    package let paces: Bool
    /// Whether users leave turns.
    let abandons: Bool
    private let firstInvocations: UInt64
    /// How many invocations the run has to play; of an endless queue those that were played so far, or wait for it.
    package var plannedInvocations: UInt64 {
        guard queue.isEndless else { return firstInvocations }
        let counters = recorder.counters.pointee
        return queue.taken - counters[.conversationsWithdrawn] + counters.gauges.arrivalsWaiting
    }

    package internal(set) var phase = Phase.running
    // What each turn changes is not checked for exclusive access, here and below, which costs hundreds of instructions of a
    // turn: it is the loop's alone, and nothing that is called while one of these changes comes back to it.
    @exclusivity(unchecked) package var actions = UserActions()
    /// Called with every turn whose outcome becomes known.
    package var onTurnDecided: ((TurnRecord) -> Void)?
    /// Called with every turn whose transfer is over, before the user goes on: with the user and the present time.
    package var onTurnEnded: ((_ user: Int, _ slot: UnsafePointer<UserSlot>, _ nowNs: UInt64) -> Void)?
    /// Where the times of content events are kept; nil unless somebody wants them.
    ///
    /// The chain in a user's slot belongs to `onTurnEnded` from when that is called.
    let stamps: EventStamps?
    /// Told of every session; nil unless somebody keeps more of them.
    package weak var keeper: (any SessionKeeper)?
    let users = StableSlab<UserSlot>()
    let deadlines: DeadlineLists
    @exclusivity(unchecked) var queue: InvocationQueue {
        didSet { glance.pointee.hasInvocations = queue.remaining > 0 }
    }
    /// What each iteration of the loop, or each turn, looks at, beside where it is kept: memory of its own, which takes no
    /// check for exclusive access.
    let glance: UnsafeMutablePointer<Glance>
    @exclusivity(unchecked) var random: SeededRandom
    /// Of its own, so that who thinks has the same sessions as who does not.
    var thinkRandom: SeededRandom
    var resting = RestingUsers()
    /// The users whose invocation waits until another has ended, in their order.
    var waiting: [Int] = []
    /// How many of a user's turns in a row have not reached the server; only of those who had any.
    var misses: [Int: UInt8] = [:]
    /// Whether those who waited for an invocation have been ended, since there is none any more.
    var hasEndedIdleRests = false

    private var startedNs: UInt64 = 0
    private var spawnRate: Double
    var arrivals = Arrivals.none { didSet { glance.pointee.arrivalNs = arrivals.nextNs } }
    /// Whether conversations arrive by themselves.
    package let isOpen: Bool
    /// How many users there may be in an open model.
    private(set) var mostUsers: Int
    /// Whether there are stages of users: what each iteration of the loop may look at.
    let hasStages: Bool
    /// Nil without stages of users, and once their number was changed by hand.
    var steps: UserSteps?
    /// How many of the users are to leave.
    var retiredCount = 0
    /// With stages: those that were told to, the last one last; some have left, or stay after all.
    var leaving: [Int] = []
    /// With stages: users that stay are all below this place.
    var stayingBelow = 0
    /// When each user's conversation arrived, of an open model.
    var arrivedNs: [UInt64] = []
    /// Slots of users that have ended, to be used again.
    @exclusivity(unchecked) private var freeSlots: [Int] = []

    /// Makes the population of a run that has not begun.
    ///
    /// - Parameters:
    ///   - settings: The rules it plays by.
    ///   - conversations: What it plays; a row of metrics is taken for each turn of each, in this order.
    ///   - rules: What else there is to know of each conversation; empty for conversations of nothing but turns.
    ///   - recorder: Where it counts; with as many rows as the conversations have turns.
    ///   - stamps: Where it keeps the times of content events; nil for nowhere.
    package init(
        settings: PopulationSettings,
        conversations: [Conversation],
        rules: [SessionRules] = [],
        recorder: MetricsRecorder,
        stamps: EventStamps? = nil
    ) {
        self.settings = settings
        self.recorder = recorder
        self.stamps = stamps
        precondition(recorder.conversationCount == conversations.count, "one tally for each conversation")
        var firstRow: Int32 = 0
        scripts = conversations.enumerated().map { index, conversation in
            defer { firstRow += Int32(conversation.turns.count) }
            let rules = index < rules.count ? rules[index] : SessionRules()
            return Script(
                turnCount: Int32(conversation.turns.count),
                firstRow: firstRow,
                setupCount: Int8(clamping: rules.setupCount),
                hasOtherTokens: rules.hasOtherTokens,
                hasThinkTimes: rules.thinkTimes.contains { $0 != .off },
                isKept: rules.isKept
            )
        }
        thinkTimes = rules.map(\.thinkTimes)
        hasRest = settings.rest != .off
        paces = settings.readIntervalNs != Nanoseconds.never
        abandons = settings.abandonTimeShare + settings.abandonEventsShare > 0
        queue = InvocationQueue(
            invocations: conversations.map(\.invocations),
            share: settings.share,
            isEndless: settings.repeats
        )
        firstInvocations = queue.remaining
        deadlines = DeadlineLists(of: users, timeoutNs: settings.timeoutNs)
        random = SeededRandom(seed: settings.seed)
        thinkRandom = SeededRandom(seed: ~settings.seed)
        glance = .allocate(capacity: 1)
        glance.initialize(to: Glance(hasInvocations: firstInvocations > 0))
        spawnRate = settings.spawnRate
        isOpen = settings.arrivals != nil
        hasStages = settings.stages != nil
        mostUsers = settings.shareOfUsers.part(of: settings.users)
    }

    deinit {
        deadlines.destroy()
        users.destroy()
        glance.deallocate()
    }

    // MARK: The run

    /// Begins the run: the first users start.
    package func start(nowNs: UInt64) {
        startedNs = nowNs
        if let open = settings.arrivals {
            let seed = settings.arrivalSeed
            arrivals = Arrivals(
                open: ArrivalSchedule(open, startNs: nowNs, seed: seed, share: settings.share)
            )
            return expire(nowNs: nowNs)
        }
        if let stages = settings.stages {
            steps = UserSteps(stages, startNs: nowNs, share: settings.share)
            return expire(nowNs: nowNs)
        }
        beginArrivals(of: settings.shareOfUsers.part(of: settings.users), nowNs: nowNs)
    }

    /// Whether every user has ended and none will start.
    package var isFinished: Bool {
        recorder.counters.pointee.gauges.usersActive == 0 && nextSpawnNs == Nanoseconds.never
            && (!hasStages || nextStepNs == Nanoseconds.never)
            && !(settings.isSteered && phase == .running && glance.pointee.hasInvocations)
    }

    /// When `expire` must be called next, `Nanoseconds.never` when nothing is due.
    package var nextDeadlineNs: UInt64 {
        var earliest = min(deadlines.nextNs, nextSpawnNs, glance.pointee.restNs)
        if hasStages { earliest = min(earliest, nextStepNs) }
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
        if hasStages { takeSteps(nowNs: nowNs) }
        arrive(nowNs: nowNs)
        if glance.pointee.restNs <= nowNs { endRests(nowNs: nowNs) }
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
        endArrivals(nowNs: nowNs)
        phase = .stopping(deadlineNs: overflow ? Nanoseconds.never : deadlineNs)
        forEachActiveUser { user in
            if users[user].pointee.isResting {
                endRest(user: user)
            } else if users[user].pointee.turnState == .queued {
                apply(.cancelled, user: user, nowNs: nowNs)
            }
        }
    }

    /// Changes the number of users: further ones start at the spawn rate, those too many leave as `rampDown` says.
    ///
    /// Stages of users end by that.
    ///
    /// - Parameters:
    ///   - total: Those of the whole run; at least one for each of its processes. Of a steered one those of its share, and
    ///     there may be none.
    ///   - rate: The spawn rate from now on; nil for the one so far.
    ///   - nowNs: The present time.
    package func setUsers(_ total: Int, spawnRate rate: Double? = nil, nowNs: UInt64) {
        let count = settings.shareOfUsers.part(of: total)
        precondition(count > 0 || settings.isSteered, "each process of a run has at least one user")
        guard phase == .running else { return }
        spawnRate = rate ?? spawnRate
        guard !isOpen else {
            mostUsers = count
            return expire(nowNs: nowNs)
        }
        steps = nil
        var staying = 0
        // Those who are leaving already come back first.
        retiredCount = 0
        forEachActiveUser { user in
            guard staying >= count else {
                users[user].pointee.isRetired = false
                staying += 1
                return
            }
            users[user].pointee.isRetired = false
            retire(user: user)
        }
        beginArrivals(of: count - staying, nowNs: nowNs)
    }

    private func beginArrivals(of count: Int, nowNs: UInt64) {
        let schedule = SpawnSchedule(startNs: nowNs, rate: spawnRate)
        arrivals = Arrivals(ramp: schedule, count: count, share: settings.shareOfUsers)
        expire(nowNs: nowNs)
    }

    private var runEndNs: UInt64 {
        let lengthNs = hasStages ? min(settings.runTimeNs, stagesNs) : settings.runTimeNs
        let (endNs, overflow) = startedNs.addingReportingOverflow(lengthNs)
        return overflow ? Nanoseconds.never : endNs
    }

    /// How long stages of users take that do not end with nobody.
    private var stagesNs: UInt64 {
        guard steps != nil, let stages = settings.stages, let last = stages.stages.last, last.target > 0 else {
            return Nanoseconds.never
        }
        return stages.totalNs
    }

    var nextSpawnNs: UInt64 {
        guard phase == .running, glance.pointee.hasInvocations else { return Nanoseconds.never }
        // Who finds no free user waits for one.
        guard !isOpen || Int(recorder.counters.pointee.gauges.usersActive) < mostUsers else { return Nanoseconds.never }
        return glance.pointee.arrivalNs
    }

    private func cancelAll(nowNs: UInt64) {
        endArrivals(nowNs: nowNs)
        phase = .cancelled
        forEachActiveUser { user in
            if users[user].pointee.isResting {
                endRest(user: user)
            } else {
                apply(.cancelled, user: user, nowNs: nowNs)
            }
        }
    }

    private func forEachActiveUser(_ body: (Int) -> Void) {
        for user in 0..<users.count where users[user].pointee.isActive { body(user) }
    }

    // MARK: Users

    func spawn(intendedNs: UInt64, nowNs: UInt64) {
        let user = freeSlots.popLast() ?? users.count
        if user == users.count {
            _ = users.append(UserSlot())
            if isOpen { arrivedNs.append(0) }
        } else {
            users[user].pointee = UserSlot()
        }
        users[user].pointee.isActive = true
        if hasStages { stayingBelow = max(stayingBelow, user + 1) }
        let counters = recorder.counters
        counters.pointee.gauges.usersActive += 1
        counters.pointee[.usersPeak] = max(counters.pointee[.usersPeak], counters.pointee.gauges.usersActive)
        takeInvocation(user: user, intendedNs: intendedNs, nowNs: nowNs)
    }

    func planTurn(user: Int, intendedNs: UInt64, nowNs: UInt64) {
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
        slot.pointee.hasAnswerToken = false
        slot.pointee.isAnswerGood = false
        slot.pointee.leavesByEvents = false
        if settings.sessionScope == .turn, slot.pointee.turn > 0 { slot.pointee.session = SessionID(from: &random) }
        apply(.planned, user: user, nowNs: nowNs)
    }

    /// The turn's transfer is over: goes on to the next turn or the next invocation.
    func advance(user: Int, nowNs: UInt64) {
        let slot = users[user]
        let outcome = slot.pointee.outcome
        let isSetup = slot.pointee.setup >= 0
        // It was no turn; one that has failed is the first turn's failure.
        if isSetup, outcome == .completed { return endSetup(user: user, nowNs: nowNs) }
        if let onTurnEnded { onTurnEnded(user, UnsafePointer(slot), nowNs) }
        slot.pointee.setup = -1
        if outcome.isFailure { slot.pointee.hasFailedTurn = true }
        let backoffNs =
            outcome == .completed && glance.pointee.missCount == 0 ? 0 : backoffNs(after: outcome, user: user)
        let isLast = slot.pointee.turn + 1 == scripts[Int(slot.pointee.conversation)].turnCount
        if isLast || outcome == .cancelled || outcome.isFailure && (isSetup || settings.onFailure == .stop) {
            endConversation(user: user, isCancelled: outcome == .cancelled)
            if isOpen { return takeArrival(user: user, nowNs: nowNs) }
            if hasRest || backoffNs > 0, phase == .running, !slot.pointee.isRetired, queue.remaining > 0,
                rest(user: user, settings.rest, atLeastNs: backoffNs, nowNs: nowNs)
            {
                return
            }
            takeInvocation(user: user, intendedNs: nowNs, nowNs: nowNs)
        } else if phase == .running, !(slot.pointee.isRetired && settings.rampDown == .turn) {
            slot.pointee.turn += 1
            let conversation = Int(slot.pointee.conversation)
            let hasThinkTimes = scripts[conversation].hasThinkTimes
            if hasThinkTimes || backoffNs > 0 {
                let thinkTime = hasThinkTimes ? thinkTimes[conversation][Int(slot.pointee.turn)] : .off
                if rest(user: user, thinkTime, atLeastNs: backoffNs, nowNs: nowNs) { return }
            }
            planTurn(user: user, intendedNs: nowNs, nowNs: nowNs)
        } else {
            endConversation(user: user, isCancelled: true)
            endUser(user)
        }
    }

    /// A set-up request is answered: goes on to the next one, or to the first turn.
    private func endSetup(user: Int, nowNs: UInt64) {
        let slot = users[user]
        let next = slot.pointee.setup + 1
        slot.pointee.setup = next < scripts[Int(slot.pointee.conversation)].setupCount ? next : -1
        guard phase == .running else { return withdraw(user: user) }
        planTurn(user: user, intendedNs: nowNs, nowNs: nowNs)
    }

    /// The turn that was planned is not sent: the run is over.
    func withdraw(user: Int) {
        let slot = users[user]
        if slot.pointee.hasSentTurn {
            endConversation(user: user, isCancelled: true)
        } else {
            let isKept = scripts[Int(slot.pointee.conversation)].isKept
            giveUpInvocation(slot)
            if isKept { keeper?.sessionEnded(user: user) }
        }
        endUser(user)
    }

    func endConversation(user: Int, isCancelled: Bool) {
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
            // Of one turn it is that turn's first token.
            if slot.pointee.hasFirstToken {
                recorder.record(.ttfat, slot.pointee.firstTokenNs - slot.pointee.conversationSentNs)
            }
            if isOpen {
                let arrivedNs = arrivedNs[user]
                recorder.record(.intendedConversationTime, slot.pointee.decidedNs - arrivedNs)
                if slot.pointee.hasFirstToken { recorder.record(.intendedTTFAT, slot.pointee.firstTokenNs - arrivedNs) }
            }
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
        if scripts[conversation].isKept { keeper?.sessionEnded(user: user) }
    }

    func endUser(_ user: Int) {
        users[user].pointee.isActive = false
        if glance.pointee.missCount > 0 { forgetMisses(user: user) }
        if users[user].pointee.isRetired { retiredCount -= 1 }
        recorder.counters.pointee.gauges.usersActive -= 1
        freeSlots.append(user)
    }
}

@available(*, unavailable)
extension Population: Sendable {}
