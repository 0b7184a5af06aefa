/// What a worker of a master does, without a socket, a run or a clock: it is told what happened and when, and says what it
/// wants done.
///
/// Messages are those of Locust 2.47. Heartbeats and reports have times of their own, which no run holds up.
package struct WorkerSession {
    /// How far it is with a test.
    enum Phase: Equatable {
        /// There is no test.
        case idle
        /// A test goes on, in which it has no users yet.
        case waiting
        case starting
        case playing
        /// A test goes on, in which it has nothing more to do.
        case over
        /// The run that goes on is being ended.
        case ending(Ending)
    }

    /// What comes after the end of a run.
    enum Ending: Equatable {
        /// The master has stopped the test.
        case stopped
        /// The master's locustfile waits for the last numbers.
        case finished
        /// It leaves, whether the run has ended by then or not.
        case leaving(WorkerEnd, byNs: UInt64)
        /// The master is gone, or knows nothing of the test.
        case abandoned
        /// Another test has begun.
        case replaced
    }

    static let beatNs = 1 * Nanoseconds.perSecond
    static let reportNs = 3 * Nanoseconds.perSecond
    /// The users of an order start within this time: the next one comes after a second, and after the last a master waits
    /// as long to hear that all are there.
    static let spawnNs = 500 * Nanoseconds.perMillisecond
    /// How long a run may go on while no master is heard: nobody could end it.
    static let orphanNs = 60 * Nanoseconds.perSecond
    /// How long after a master has got to know a worker that plays already its first order may take.
    static let adoptionNs = 5 * Nanoseconds.perSecond
    /// A master hears half a second longer what its workers have to say.
    static let quitNs = 300 * Nanoseconds.perMillisecond
    /// How long the run of one that is interrupted may take to end.
    static let interruptionNs = 2 * Nanoseconds.perSecond

    /// How the run that goes on is; whoever has the session keeps it up to date.
    package var glance = RunGlance()

    /// The run that was asked for last; any other is to be ended.
    package var wantedRun: Int? { phase == .starting ? runNumber : nil }

    /// Whether a master knows this worker, as far as can be told.
    package var isKnown: Bool { link.isKnown }

    private(set) var phase = Phase.idle
    private var link: MasterLink
    private var nextBeatNs = Nanoseconds.never
    private var nextReportNs = Nanoseconds.never
    /// When the users of the last order have started; nil when that was told.
    private var spawnedNs: UInt64?
    /// When a run is given up that a new master has not adopted.
    private var adoptedByNs: UInt64?
    private var lastTimestamp = -Double.infinity
    private var order: SpawnOrder?
    private var shard: ShardOrder?
    /// Whether no run has been started with that.
    private var isShardNew = false
    private var runNumber = 0
    /// What came while the run before was being ended.
    private var next: SpawnOrder?
    /// What the master must have heard of a run that has ended: said again whenever it is heard again, since nobody knows
    /// what came through a connection that was lost.
    private var lastWords: [WorkerAction] = []
    private var nonsenseCount = 0
    private var nextNonsenseTold = 1
    /// Whether the master has a locustfile that knows this kind of worker.
    package private(set) var isUnderstood = false

    /// Begins without a connection.
    package init(nowNs: UInt64) {
        link = MasterLink(nowNs: nowNs)
    }

    /// When `tick` is due.
    package var nextNs: UInt64 {
        var next = min(link.nextNs, nextBeatNs, nextReportNs)
        for due in [spawnedNs, adoptedByNs] { next = min(next, due ?? Nanoseconds.never) }
        if isAtWork, !isEnding { next = min(next, link.heardNs + Self.orphanNs) }
        if case .ending(.leaving(_, let byNs)) = phase { next = min(next, byNs) }
        return next
    }

    /// Whether there is a run, or one is being started.
    private var isAtWork: Bool {
        switch phase {
        case .starting, .playing, .ending: true
        case .idle, .waiting, .over: false
        }
    }

    private var isEnding: Bool { if case .ending = phase { true } else { false } }

    /// What a master counts it as.
    private var state: WorkerState {
        switch phase {
        case .idle: .ready
        case .starting: .spawning
        case .playing: spawnedNs == nil ? .running : .spawning
        case .waiting, .over, .ending: .running
        }
    }

    /// The users that there are, in the proportions that the master asked for.
    private var classes: ClassTable {
        let asked = order?.classes ?? ClassTable()
        switch phase {
        case .playing, .ending: return asked.scaled(to: glance.activeUsers)
        case .idle, .waiting, .starting, .over: return asked.empty
        }
    }

    // MARK: What happens

    /// Takes an event.
    ///
    /// - Parameters:
    ///   - event: What has happened.
    ///   - nowNs: The present time, which never goes back.
    /// - Returns: What is to be done, in this order.
    package mutating func handle(_ event: WorkerEvent, nowNs: UInt64) -> [WorkerAction] {
        switch event {
        case .connected: return actions(of: link.connected(nowNs: nowNs), nowNs: nowNs)
        case .disconnected:
            let wasKnown = link.isKnown
            link.disconnected()
            return wasKnown ? [.say("the connection to the master is lost")] : []
        case .message(let message):
            return heard(message, nowNs: nowNs)
        case .nonsense(let problem):
            nonsenseCount += 1
            guard nonsenseCount == nextNonsenseTold else { return [] }
            // Who sends very many of them is not to fill a log.
            nextNonsenseTold *= 10
            return [.say("a message that is none of a master's (\(nonsenseCount) so far): \(problem)")]
        case .runStarted(let number): return number == runNumber ? started(nowNs: nowNs) : []
        case .runFailed(let number, let reason): return number == runNumber ? refuse(reason) : []
        case .runEnded(let number, let failure):
            return number == runNumber ? ended(failure: failure, nowNs: nowNs) : []
        case .interrupted: return leave(.interrupted, withinNs: Self.interruptionNs, nowNs: nowNs)
        case .tick: return expire(nowNs: nowNs)
        }
    }

    private mutating func received(_ message: MasterMessage, nowNs: UInt64) -> [WorkerAction] {
        switch message {
        case .heartbeat, .other: return []
        case .ack: return acknowledged(nowNs: nowNs)
        case .spawn(let order): return spawn(order, nowNs: nowNs)
        case .spawningComplete:
            guard order?.resetsStatistics == true, phase == .playing else { return [] }
            return [.resetStatistics]
        case .stop: return stop(nowNs: nowNs)
        case .quit: return leave(.quit, withinNs: Self.quitNs, nowNs: nowNs)
        case .reconnect:
            link.disconnected()
            return [.open(asNew: false)]
        case .shard(let shard): return take(shard)
        case .finish: return finish()
        }
    }

    private mutating func heard(_ message: MasterMessage, nowNs: UInt64) -> [WorkerAction] {
        let wasHeard = link.isHeard
        link.heard(nowNs: nowNs)
        guard !wasHeard else { return received(message, nowNs: nowNs) }
        // After an echo at once, after an ack behind what that brings.
        let first = link.isHeard ? lastWords : []
        let actions = first + received(message, nowNs: nowNs)
        guard first.isEmpty, link.isHeard else { return actions }
        defer { if phase == .idle { lastWords = [] } }
        return actions + lastWords
    }

    /// What the master must hear: at once if it does, and whenever it is heard again.
    private mutating func deliver(_ actions: [WorkerAction]) -> [WorkerAction] {
        lastWords = actions
        return link.isHeard ? actions : []
    }

    private mutating func acknowledged(nowNs: UInt64) -> [WorkerAction] {
        guard !link.isKnown else { return [] }
        link.acknowledged(nowNs: nowNs)
        nextBeatNs = nowNs + Self.beatNs
        // Its clock may be another.
        lastTimestamp = -.infinity
        guard isAtWork && !isEnding || !lastWords.isEmpty else {
            return [.say("the master knows this worker"), .beat(state)]
        }
        if isAtWork, !isEnding { adoptedByNs = nowNs + Self.adoptionNs }
        // A locustfile that does not know it says so in its log, and that is all.
        let resumed: [WorkerAction] = isUnderstood ? (shard.map { [.send(.resumed($0))] } ?? []) : []
        return [.say("the master knows this worker again"), .beat(state)] + resumed
    }

    // MARK: A test

    private mutating func take(_ shard: ShardOrder) -> [WorkerAction] {
        isUnderstood = true
        if phase != .idle, shard.test == self.shard?.test {
            // It comes again to one that has come back, and none to one that the master takes for a late one.
            if shard.share != nil { adoptedByNs = nil }
            return []
        }
        lastWords = []
        self.shard = shard
        isShardNew = true
        guard isAtWork, !isEnding else { return [] }
        guard phase != .starting else {
            phase = .idle
            runNumber += 1
            return [.forget]
        }
        phase = .ending(.replaced)
        return [.say("another test begins"), .stop(atOnce: true)]
    }

    private mutating func spawn(_ order: SpawnOrder, nowNs: UInt64) -> [WorkerAction] {
        guard order.timestamp > lastTimestamp else { return [.send(.spawning)] }
        lastTimestamp = order.timestamp
        adoptedByNs = nil
        switch phase {
        case .idle, .waiting: return [.send(.spawning)] + begin(order, nowNs: nowNs)
        case .over where isShardNew: return [.send(.spawning)] + begin(order, nowNs: nowNs)
        case .over:
            self.order = order
            return [.send(.spawning), .send(.spawningComplete(classes))]
        case .starting:
            self.order = order
            return [.send(.spawning)]
        case .playing:
            return [.send(.spawning)] + follow(order, nowNs: nowNs)
        case .ending(.abandoned), .ending(.replaced):
            next = order
            return [.send(.spawning)]
        case .ending: return [.send(.spawning)]
        }
    }

    private mutating func begin(_ order: SpawnOrder, nowNs: UInt64) -> [WorkerAction] {
        self.order = order
        lastWords = []
        if let shard, shard.share == nil {
            phase = .over
            isShardNew = false
            let text = "it is not among those that share the invocations of this test, and plays none"
            return [.say(text), .send(.spawningComplete(classes)), .send(.note(.info, text))]
        }
        guard order.classes.users > 0 else {
            phase = .waiting
            return [.send(.spawningComplete(classes))]
        }
        phase = .starting
        runNumber += 1
        isShardNew = false
        return [
            .start(
                WorkerRun(number: runNumber, order: order, spawnRate: rate(of: order.classes.users), shard: shard)
            )
        ]
    }

    /// So many users within the time that they have.
    private func rate(of users: Int) -> Double { Double(max(users, 1)) / Nanoseconds.seconds(Self.spawnNs) }

    private mutating func follow(_ order: SpawnOrder, nowNs: UInt64) -> [WorkerAction] {
        let further = order.classes.users - (self.order?.classes.users ?? 0)
        self.order = order
        spawnedNs = nowNs + (further > 0 ? Self.spawnNs : 0)
        return [.setUsers(order.classes.users, spawnRate: rate(of: further))]
    }

    private mutating func started(nowNs: UInt64) -> [WorkerAction] {
        guard phase == .starting, let order else { return [] }
        phase = .playing
        spawnedNs = nowNs + Self.spawnNs
        nextReportNs = nowNs + Self.reportNs
        // There may have been another order meanwhile.
        return [
            .say("a run of \(counted(order.classes.users, "user")) begins"),
            .setUsers(order.classes.users, spawnRate: rate(of: order.classes.users)),
        ]
    }

    /// It cannot play; whoever looks at the master is told.
    private mutating func refuse(_ reason: String) -> [WorkerAction] {
        phase = .over
        return [.say("error: \(reason)"), .send(.exception(reason))]
            + deliver((isUnderstood ? [.send(.refused(reason))] : []) + [.send(.spawningComplete(classes))])
    }

    private mutating func ended(failure: String?, nowNs: UInt64) -> [WorkerAction] {
        nextReportNs = Nanoseconds.never
        spawnedNs = nil
        adoptedByNs = nil
        glance = RunGlance(activeUsers: 0, mostUsers: 0)
        switch phase {
        case .ending(.stopped):
            let last = classes
            phase = .idle
            let words = deliver([.report(last)])
            defer { if !words.isEmpty { lastWords = [] } }
            return words + leaveList(nowNs: nowNs)
        case .ending(.finished):
            let last = classes
            phase = .over
            return deliver([.report(last), .send(.finished)])
        case .ending(.leaving(let end, _)): return [.report(classes), .send(.quit), .end(end)]
        case .ending(.abandoned), .ending(.replaced):
            phase = .idle
            guard let next else { return [] }
            self.next = nil
            return begin(next, nowNs: nowNs)
        case .idle, .waiting, .starting, .playing, .over:
            if let failure { return refuse(failure) }
            phase = .over
            return [.say("every invocation was played")]
                + deliver([.report(classes)] + (isUnderstood ? [.send(.drained(test: shard?.test ?? ""))] : []))
        }
    }

    // MARK: Ends

    private mutating func stop(nowNs: UInt64) -> [WorkerAction] {
        switch phase {
        case .idle, .waiting, .over:
            phase = .idle
            lastWords = []
            return leaveList(nowNs: nowNs)
        case .starting:
            phase = .idle
            runNumber += 1
            return [.forget] + leaveList(nowNs: nowNs)
        case .playing:
            phase = .ending(.stopped)
            return [.say("the master ends the test"), .stop(atOnce: false)]
        case .ending(.leaving): return []
        case .ending:
            phase = .ending(.stopped)
            return []
        }
    }

    /// The master takes it off its list, and at once on it again.
    private mutating func leaveList(nowNs: UInt64) -> [WorkerAction] {
        link.leftList(nowNs: nowNs)
        nextBeatNs = Nanoseconds.never
        return [.send(.clientStopped), .send(.clientReady)]
    }

    private mutating func finish() -> [WorkerAction] {
        isUnderstood = true
        switch phase {
        case .idle, .waiting, .over: return [.send(.finished)]
        case .starting:
            phase = .over
            runNumber += 1
            return [.forget, .send(.finished)]
        case .playing:
            phase = .ending(.finished)
            return [.say("the test ends"), .stop(atOnce: false)]
        case .ending(.abandoned), .ending(.replaced):
            phase = .ending(.finished)
            return []
        case .ending: return []
        }
    }

    private mutating func leave(_ end: WorkerEnd, withinNs: UInt64, nowNs: UInt64) -> [WorkerAction] {
        switch phase {
        case .idle, .waiting, .over: return [.send(.quit), .end(end)]
        case .starting: return [.forget, .send(.quit), .end(end)]
        case .playing, .ending:
            // A master says it more than once.
            if case .ending(.leaving) = phase { return [] }
            phase = .ending(.leaving(end, byNs: nowNs + withinNs))
            return [.stop(atOnce: true)]
        }
    }

    // MARK: What time brings

    private mutating func expire(nowNs: UInt64) -> [WorkerAction] {
        if case .ending(.leaving(let end, let byNs)) = phase, nowNs >= byNs {
            return [.report(classes), .send(.quit), .end(end)]
        }
        var actions = actions(of: link.expire(nowNs: nowNs), nowNs: nowNs)
        if isAtWork, !isEnding, nowNs >= link.heardNs + Self.orphanNs {
            actions += abandon("no master was heard for a minute")
        }
        if let adoptedByNs, nowNs >= adoptedByNs {
            self.adoptedByNs = nil
            actions += abandon("the master has no test for it any more")
        }
        if let spawnedNs, nowNs >= spawnedNs {
            self.spawnedNs = nil
            if phase == .playing, let order {
                let users = min(order.classes.users, glance.mostUsers)
                actions.append(.send(.spawningComplete(order.classes.scaled(to: users))))
            }
        }
        if nowNs >= nextBeatNs {
            nextBeatNs = nowNs + Self.beatNs
            actions.append(.beat(state))
        }
        if nowNs >= nextReportNs {
            nextReportNs = nowNs + Self.reportNs
            // One that does not know the worker would add it to the numbers of another test.
            if link.isHeard { actions.append(.report(classes)) }
        }
        return actions
    }

    private mutating func abandon(_ why: String) -> [WorkerAction] {
        guard phase != .starting else {
            phase = .idle
            runNumber += 1
            return [.say("\(why): its run is given up"), .forget]
        }
        guard phase == .playing else { return [] }
        phase = .ending(.abandoned)
        return [.say("\(why): its run is ended"), .stop(atOnce: false)]
    }

    private mutating func actions(of steps: [MasterLink.Step], nowNs: UInt64) -> [WorkerAction] {
        steps.map { step in
            switch step {
            case .sayReady:
                // It is not known, and has nothing to report to anybody.
                nextBeatNs = Nanoseconds.never
                return .send(.clientReady)
            case .beat: return .beat(state)
            case .takeNewName: return .open(asNew: true)
            case .giveUp(let after): return .end(.noMaster(after))
            }
        }
    }
}
