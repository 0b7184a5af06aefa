@testable import LoadEngine
@testable import LoadModel

/// Plays a whole run of the core by hand: a made-up clock, a made-up server, no sockets.
///
/// Every turn's course is drawn from a seed when it is sent. After every step the counters are checked; every 1,000th
/// step they are counted anew from the users themselves.
final class RunSimulator {
    /// What the made-up server can do with a turn.
    enum Course: CaseIterable {
        case completes, refused, rejected, truncated, resetMidstream, stalls, silent, errorEvent, malformed, neverEnds
        case staleConnection, markerWithoutContent, comments
    }

    /// How a turn is to go on: the next thing that happens to it.
    private struct Pending: Comparable {
        let atNs: UInt64
        let user: Int
        /// Tells the events of an earlier turn of the same user apart.
        let turnNumber: Int
        let step: Int

        static func < (left: Pending, right: Pending) -> Bool {
            (left.atNs, left.user, left.step) < (right.atNs, right.user, right.step)
        }
    }

    private struct Transfer {
        var course = Course.completes
        var turnNumber = 0
        var isRunning = false
        var isConnected = false
        /// The step that waits for its user to read on.
        var heldStep: Int?
        var lastContentNs: UInt64 = 0
    }

    /// The steps of a turn that has only comments left.
    private static let firstComment = 1_000
    private static let lastComment = 1_050
    /// How long it takes to hand a turn over: a slice has a hundred of them.
    private static let nsPerAction: UInt64 = 10_000

    let population: Population
    let recorder: MetricsRecorder
    private let courses: [Course]
    private var random: SeededRandom
    private var transfers: [Int: Transfer] = [:]
    private var pending = Heap()
    private(set) var nowNs: UInt64 = 1_000_000_000
    private(set) var steps = 0
    private(set) var resets = 0
    private(set) var problems: [String] = []
    /// When the made-up server is away, in nanoseconds since the start: nothing listens then.
    var outageNs: Range<UInt64> = 0..<0
    /// What is done from outside at a step.
    var atStep: (step: Int, action: (Population, UInt64) -> Void)?
    private let startNs: UInt64 = 1_000_000_000
    private let events: Int
    private let conversations: [Conversation]

    init(
        settings: PopulationSettings,
        conversations: [Conversation],
        courses: [Course],
        eventsPerTurn: Int,
        seed: UInt64,
        stamps: EventStamps? = nil
    ) {
        recorder = MetricsRecorder(turnCounts: conversations.map(\.turns.count))
        population = Population(
            settings: settings,
            conversations: conversations,
            recorder: recorder,
            stamps: stamps
        )
        self.courses = courses
        self.conversations = conversations
        events = eventsPerTurn
        random = SeededRandom(seed: seed)
    }

    /// A run of one conversation, all of whose turns are completed.
    convenience init(_ settings: PopulationSettings, invocations: Int, turns: Int = 1) {
        let conversation = Conversation(
            name: "c",
            invocations: invocations,
            turns: (0..<turns).map { .init(role: "user", content: "\($0)") }
        )
        self.init(settings: settings, conversations: [conversation], courses: [.completes], eventsPerTurn: 4, seed: 3)
    }

    /// Plays to the end.
    ///
    /// - Parameters:
    ///   - maximumSteps: The bound of the test.
    ///   - stopAtStep: When to stop the run from outside, if at all.
    ///   - resetAtSteps: When to reset the numbers.
    func run(maximumSteps: Int, stopAtStep: Int? = nil, resetAtSteps: Set<Int> = []) {
        population.start(nowNs: nowNs)
        goOn(maximumSteps: maximumSteps, stopAtStep: stopAtStep, resetAtSteps: resetAtSteps)
    }

    /// Plays on to the end, what was found so far forgotten.
    func goOn(maximumSteps: Int, stopAtStep: Int? = nil, resetAtSteps: Set<Int> = []) {
        problems = []
        checkCounters()
        let driver = RunDriver(population, over: self) { [unowned self] in
            nowNs += Self.nsPerAction
            return nowNs
        }
        while problems.isEmpty {
            steps += 1
            guard steps < maximumSteps else {
                problems.append("not finished after \(steps) steps")
                return
            }
            if let atStep, steps == atStep.step { atStep.action(population, nowNs) }
            if steps == stopAtStep { population.stop(nowNs: nowNs) }
            if resetAtSteps.contains(steps) { reset() }
            let isAsked = !population.actions.isEmpty
            switch driver.carryOut() {
            case .end: return recount()
            case .slice: break
            case .wait where isAsked: break
            case .wait(let untilNs):
                guard advanceClock(to: untilNs, expire: driver.expire) else {
                    problems.append("nothing is due, but the run is not finished (step \(steps))")
                    return
                }
            }
            checkCounters()
            if steps % 1000 == 0 { recount() }
        }
        recount()
    }

    private func reset() {
        let before = recorder.counters.pointee
        recorder.reset()
        resets += 1
        let now = recorder.counters.pointee
        expect(now.total.outcomes.total == 0 && now[.events] == 0 && now[.bytes] == 0, "not all is 0 after a reset")
        expect(
            now[.usersPeak] == before.gauges.usersActive && now[.turnsPeak] == before.total.turnsRunning,
            "peaks of a reset"
        )
        recount()
    }

    // MARK: The server

    private func schedule(user: Int, step: Int) {
        let delayNs = random.next() % 20_000_000
        let turnNumber = transfers[user]?.turnNumber ?? 0
        pending.insert(Pending(atNs: nowNs + delayNs, user: user, turnNumber: turnNumber, step: step))
    }

    /// Goes to the next moment at which something is due; false when there is none.
    private func advanceClock(to deadlineNs: UInt64, expire: () -> Void) -> Bool {
        let eventNs = pending.first?.atNs ?? .max
        guard min(deadlineNs, eventNs) != .max else { return false }
        nowNs = max(nowNs, min(deadlineNs, eventNs))
        if eventNs <= deadlineNs, let due = pending.removeFirst() {
            play(due)
        } else {
            expire()
        }
        return true
    }

    private func play(_ due: Pending) {
        guard let transfer = transfers[due.user], transfer.isRunning, transfer.turnNumber == due.turnNumber else {
            return
        }
        let user = due.user
        if population.isPausing(user: user) {
            expect(transfer.heldStep == nil, "user \(user) has two things to read")
            transfers[user]?.heldStep = due.step
            return
        }
        switch (due.step, transfer.course) {
        case (0, .refused):
            return end(user, .connectRefused)
        case (0, _):
            transfers[user]?.isConnected = true
            population.connected(user: user, nowNs: nowNs)
            if transfer.course == .silent { return }
        case (1, .staleConnection):
            population.resendRefused(user: user, nowNs: nowNs)
            return end(user, .connectionReset)
        case (1, .rejected):
            population.responseBegan(user: user, nowNs: nowNs)
            population.responseRejected(user: user, outcome: .httpStatus, status: 503, nowNs: nowNs)
            return schedule(user: user, step: events + 10)
        case (1, .markerWithoutContent):
            population.responseBegan(user: user, nowNs: nowNs)
            return mark(user)
        case (1...events, _):
            population.responseBegan(user: user, nowNs: nowNs)
            population.bodyReceived(user: user, byteCount: 40, nowNs: nowNs)
            population.eventReceived(user: user, kind: .content, nowNs: nowNs)
            let intervalNs = population.settings.readIntervalNs
            if intervalNs != Nanoseconds.never, due.step > 1 {
                expect(nowNs - transfer.lastContentNs >= intervalNs, "user \(user) reads too fast")
            }
            transfers[user]?.lastContentNs = nowNs
            if due.step == events / 2 {
                switch transfer.course {
                case .stalls: return
                case .comments: return schedule(user: user, step: Self.firstComment)
                case .truncated: return end(user, .truncatedStream)
                case .resetMidstream: return end(user, .connectionReset)
                case .malformed: return population.bodyMalformed(user: user, nowNs: nowNs)
                case .errorEvent:
                    population.eventReceived(user: user, kind: .error, nowNs: nowNs)
                    return schedule(user: user, step: events + 10)
                default: break
                }
            }
        case (events + 1, _):
            return mark(user)
        case (Self.firstComment...Self.lastComment, .comments):
            population.bodyReceived(user: user, byteCount: 8, nowNs: nowNs)
            if due.step == Self.lastComment { return }
        default:
            return end(user, .truncatedStream)
        }
        schedule(user: user, step: due.step + 1)
    }

    private func mark(_ user: Int) {
        population.bodyReceived(user: user, byteCount: 14, nowNs: nowNs)
        population.eventReceived(user: user, kind: .endMarker, nowNs: nowNs)
        // What comes after the end marker must change nothing.
        population.eventReceived(user: user, kind: .content, nowNs: nowNs)
        if transfers[user]?.course != .neverEnds { schedule(user: user, step: events + 10) }
    }

    private func end(_ user: Int, _ outcome: TurnOutcome) {
        transfers[user]?.isRunning = false
        population.transferEnded(user: user, outcome: outcome, nowNs: nowNs)
    }

    // MARK: The invariants

    private func expect(_ isRight: Bool, _ what: @autoclosure () -> String) {
        if !isRight, problems.count < 10 { problems.append("step \(steps): \(what())") }
    }

    private func checkCounters() {
        population.countWaiting(nowNs: nowNs)
        let now = recorder.counters.pointee
        // Of an endless queue what was taken is planned, and who has arrived and waits for a user.
        let isEndless = population.queue.isEndless
        let notTaken = isEndless ? now.gauges.arrivalsWaiting : population.queue.remaining
        let withdrawn = isEndless ? 0 : now[.conversationsWithdrawn]
        let accounted =
            notTaken + now.gauges.conversationsWaiting + now.total.conversationsRunning
            + now[.conversationsCompleted] + now[.conversationsFailed] + now[.conversationsCancelled]
            + withdrawn + now[.conversationsForgotten]
        expect(accounted == population.plannedInvocations, "invocations: \(accounted) accounted for")
        expect(
            now[.turnsStarted] == now.total.outcomes.total + now.total.turnsRunning,
            "turns started \(now[.turnsStarted])"
        )
        expect(now.gauges.usersActive <= now[.usersPeak], "users")
    }

    private func recount() {
        let now = recorder.counters.pointee
        var active: UInt64 = 0
        var running: UInt64 = 0
        var waiting: UInt64 = 0
        var undecided: UInt64 = 0
        for user in 0..<population.users.count {
            let slot = population.users[user].pointee
            expect(slot.isActive == (slot.conversation >= 0 || slot.isResting), "user \(user): active \(slot.isActive)")
            if slot.isActive { active += 1 }
            if slot.conversation >= 0 { if slot.hasSentTurn { running += 1 } else { waiting += 1 } }
            if population.isUndecided(user: user) { undecided += 1 }
        }
        expect(active == now.gauges.usersActive, "\(active) active users, counted \(now.gauges.usersActive)")
        expect(
            running == now.total.conversationsRunning,
            "\(running) conversations, counted \(now.total.conversationsRunning)"
        )
        expect(
            waiting == now.gauges.conversationsWaiting,
            "\(waiting) waiting, counted \(now.gauges.conversationsWaiting)"
        )
        expect(undecided == now.total.turnsRunning, "\(undecided) turns, counted \(now.total.turnsRunning)")
        var rows = OutcomeCounts()
        var runningInRows: UInt64 = 0
        for row in 0..<population.scripts.reduce(0, { $0 + Int($1.turnCount) }) {
            rows.add(recorder.counts(ofRow: row).outcomes)
            runningInRows += recorder.counts(ofRow: row).turnsRunning
        }
        expect(rows.byLabel == now.total.outcomes.byLabel, "outcomes of rows \(rows.byLabel)")
        expect(runningInRows == now.total.turnsRunning, "\(runningInRows) turns running in rows")
        checkSums(snapshot())
    }

    /// What reports are made of now.
    func snapshot() -> RunSnapshot {
        let progress = RunSnapshot(
            RunFacts(conversations: conversations, isEndless: population.settings.repeats),
            phase: population.isFinished ? .finished : .running,
            elapsedNs: 0,
            plannedInvocations: population.plannedInvocations,
            recorder: recorder,
            generator: .init(cpuS: 0, peakRssBytes: 0, connectionsOpened: 0)
        )
        return progress
    }

    private func checkSums(_ snapshot: RunSnapshot) {
        let all = snapshot.conversations
        let accounted = all.completed + all.failed + all.cancelled + all.notStarted + snapshot.activeConversations
        expect(all.planned == accounted, "\(all), \(snapshot.activeConversations) running")
        let turns = snapshot.turns
        let ended = turns.completed + turns.failed + turns.abandoned + turns.cancelled
        expect(snapshot.turns.started == ended + snapshot.activeTurns, "\(snapshot.turns)")
        expect(snapshot.turns.peakConcurrent >= snapshot.activeTurns, "\(snapshot.turns)")
        for one in snapshot.byConversation {
            let counts = one.counts
            let sum = counts.completed + counts.failed + counts.cancelled + counts.notStarted + one.running
            expect(counts.planned == sum, "\(one)")
        }
        func total(_ count: (ConversationResult) -> UInt64) -> UInt64 {
            snapshot.byConversation.reduce(0) { $0 + count($1) }
        }
        expect(total(\.counts.completed) == all.completed && total(\.counts.failed) == all.failed, "by conversation")
        expect(total(\.counts.cancelled) == all.cancelled, "cancelled by conversation")
        expect(total(\.running) == snapshot.activeConversations, "running by conversation")
        // A part of a run knows only of each conversation how many are planned in the whole.
        if population.settings.share.count == 1, !population.settings.repeats {
            expect(total(\.counts.planned) == all.planned, "planned")
        }
    }

    /// A binary heap, earliest first.
    private struct Heap {
        private var items: [Pending] = []
        var first: Pending? { items.first }

        mutating func insert(_ item: Pending) {
            items.append(item)
            var child = items.count - 1
            while child > 0, items[child] < items[(child - 1) / 2] {
                items.swapAt(child, (child - 1) / 2)
                child = (child - 1) / 2
            }
        }

        mutating func removeFirst() -> Pending? {
            guard let first = items.first else { return nil }
            let last = items.removeLast()
            guard !items.isEmpty else { return first }
            items[0] = last
            var parent = 0
            while true {
                var least = parent
                for child in [2 * parent + 1, 2 * parent + 2] where child < items.count && items[child] < items[least] {
                    least = child
                }
                guard least != parent else { return first }
                items.swapAt(parent, least)
                parent = least
            }
        }
    }
}

extension RunSimulator: TurnTransport {
    func send(user: Int) {
        population.turnSent(user: user, nowNs: nowNs)
        var transfer = transfers[user] ?? Transfer()
        transfer.turnNumber += 1
        transfer.isRunning = true
        transfer.isConnected = false
        transfer.heldStep = nil
        transfer.course = courses[Int(random.next() % UInt64(courses.count))]
        if outageNs.contains(nowNs - startNs) { transfer.course = .refused }
        transfers[user] = transfer
        schedule(user: user, step: 0)
    }

    func readOn(user: Int) {
        guard let transfer = transfers[user], transfer.isRunning, let step = transfer.heldStep else { return }
        transfers[user]?.heldStep = nil
        guard population.isUndecided(user: user) else { return }
        pending.insert(Pending(atNs: nowNs, user: user, turnNumber: transfer.turnNumber, step: step))
    }

    func sendAfresh(user: Int) { expect(false, "user \(user) has nothing to send afresh") }

    func close(user: Int) {
        expect(transfers[user]?.isRunning == true, "user \(user) is closing without a transfer")
        transfers[user]?.isRunning = false
        population.transferClosed(user: user, nowNs: nowNs)
    }

    func settle() {}
}
