import FoundationEssentials

/// A worker of a Locust master: carries messages between the master and a session, and does what that wants.
///
/// It has a thread to itself, whoever calls `work`; the engine's loop has another, and so no load delays a heartbeat.
/// - Isolation: the thread that calls `work`; `interrupt` any
package final class MasterWorker {
    /// The run that goes on, or the last one, whose last numbers may still have to be sent.
    private struct Playing {
        let number: Int
        let run: LoadRun
        let plan: RunPlan
        /// How many users fit on this machine, as far as that was checked.
        var checkedUsers: Int
        /// How many it was given last.
        var users: Int
        /// The most that it may have, where more do not fit.
        var mostUsers = Int.max
        var hasEnded = false
        var feed: StatsFeed
        /// How long it had gone on in the state that was seen last.
        var seenS = -1.0
        var isLate = false
    }

    /// How often a run that goes on is looked at, in milliseconds; it publishes a state a second.
    private static let lookMs = 50
    /// How often the lines of the log are sent, if there are new ones.
    private static let logNs = 10 * Nanoseconds.perSecond
    /// How long the files of a run may take that has ended with the worker, in seconds.
    private static let lastFilesS = 10
    /// What masters show as the type of requests.
    private static let method = "POST"

    private let settings: WorkerSettings
    private let say: @Sendable (String) -> Void
    private let signal: WakeSignal
    private let threads: RunThreads
    private let channel: MasterChannel
    private var node: String
    private var session: WorkerSession
    private var playing: Playing?
    private var meter: UsageMeter
    private var log = WorkerLog()
    private var nextLogNs: UInt64
    private var end: WorkerEnd?

    /// Prepares a worker.
    ///
    /// - Parameters:
    ///   - settings: What it plays, and for whom.
    ///   - say: Tells somebody who looks on; on the worker's thread.
    ///   - didEnd: Called with the result of each run, on a thread of its own.
    /// - Throws: `EngineError` when the system refuses what it needs.
    package init(
        _ settings: WorkerSettings,
        saying say: @escaping @Sendable (String) -> Void,
        didEnd: @escaping @Sendable (Summary) -> Void
    ) throws(EngineError) {
        self.settings = settings
        self.say = say
        let nowNs = EventLoop.nowNs
        signal = try WakeSignal()
        threads = RunThreads(settings, waking: signal, didEnd: didEnd)
        channel = try MasterChannel(host: settings.masterHost, port: settings.masterPort)
        node = NodeName.make()
        session = WorkerSession(nowNs: nowNs)
        meter = UsageMeter(nowNs: nowNs)
        nextLogNs = nowNs + Self.logNs
    }

    /// What ends the worker from another thread: with the last numbers, and a word to the master.
    package var interruption: @Sendable () -> Void {
        let threads = threads
        return { threads.arrive(.interrupted) }
    }

    /// Works until the master says that it is enough, nobody is there any more, or it is interrupted.
    ///
    /// - Returns: Why it has ended.
    /// - Throws: `EngineError` when a connection cannot even be tried.
    package func work() throws(EngineError) -> WorkerEnd {
        tell("looking for the master at \(settings.masterHost):\(settings.masterPort) as \(node)")
        try channel.open(as: node)
        while true {
            try takeAll()
            try handle(.tick)
            if let end {
                playing?.run.stop(.seenEnough, atOnce: true)
                channel.end()
                threads.wait(atMost: Self.lastFilesS)
                return end
            }
            let nowNs = EventLoop.nowNs
            let restNs = min(session.nextNs, nextLogNs)
            let restMs = restNs > nowNs ? Int(min((restNs - nowNs) / Nanoseconds.perMillisecond + 1, 1_000)) : 0
            channel.wait(milliseconds: isPlaying ? min(restMs, Self.lookMs) : restMs, orFor: signal)
        }
    }

    /// Takes everything that has come since the last time.
    private func takeAll() throws(EngineError) {
        while end == nil, let change = channel.nextChange() {
            try handle(change == .connected ? .connected : .disconnected)
        }
        while end == nil, let bytes = channel.receive() {
            do {
                let message = try MasterMessage(bytes)
                try handle(.message(message))
            } catch let problem as MessageProblem {
                try handle(.nonsense(problem))
            } catch {
                throw error as? EngineError ?? EngineError(operation: "read a message", reason: "\(error)")
            }
        }
        look()
        for arrival in threads.take() where end == nil {
            switch arrival {
            case .started(let number, let run, let plan): try begin(number, run, plan)
            case .failed(let number, let reason): try handle(.runFailed(number, reason))
            case .ended(let number, let failure):
                if playing?.number == number {
                    look(isLast: true)
                    playing?.hasEnded = true
                }
                try handle(.runEnded(number, failure: failure))
            case .interrupted: try handle(.interrupted)
            }
        }
        sendLog()
    }

    private func handle(_ event: WorkerEvent) throws(EngineError) {
        for action in session.handle(event, nowNs: EventLoop.nowNs) { try perform(action) }
    }

    private func begin(_ number: Int, _ run: LoadRun, _ plan: RunPlan) throws(EngineError) {
        guard number == session.wantedRun else { return run.stop(.seenEnough, atOnce: true) }
        playing = Playing(
            number: number,
            run: run,
            plan: plan,
            checkedUsers: plan.configuration.users,
            users: plan.configuration.users,
            feed: StatsFeed(
                by: settings.grouping,
                endpoint: settings.configuration.shownPath,
                method: Self.method,
                planned: plan.plannedByConversation,
                nowS: Self.nowS
            )
        )
        session.glance = RunGlance()
        try handle(.runStarted(number))
    }

    // MARK: What is to be done

    private func perform(_ action: WorkerAction) throws(EngineError) {
        switch action {
        case .send(let message): _ = send(message)
        case .beat(let state): _ = send(.heartbeat(state, meter.usage(nowNs: EventLoop.nowNs)))
        case .report(let classes): report(classes)
        case .open(let asNew):
            if asNew {
                node = NodeName.make()
                tell("the master does not answer: looking for it as \(node)")
            }
            try channel.open(as: node)
        case .start(let run): threads.start(run)
        case .setUsers(let users, let spawnRate): steer(users: users, spawnRate: spawnRate)
        case .stop(let atOnce): playing?.run.stop(.seenEnough, atOnce: atOnce)
        case .resetStatistics: playing?.run.resetStatistics()
        case .forget:
            playing?.run.stop(.seenEnough, atOnce: true)
            playing = nil
        case .say(let text): tell(text)
        case .end(let end): self.end = end
        }
    }

    private var isPlaying: Bool { playing.map { !$0.hasEnded } ?? false }

    /// Gives the run so many users, as far as they fit on this machine.
    private func steer(users: Int, spawnRate: Double) {
        guard var playing else { return }
        if users > playing.checkedUsers {
            // With a few more, so that a ramp-up is not checked every second.
            for wanted in [users + users / 4, users] where playing.checkedUsers < users {
                do {
                    try playing.plan.checkFit(
                        users: wanted,
                        // What it has opened since its last state is its own as well.
                        openConnections: max(Int(clamping: playing.run.snapshot().openConnections), playing.users),
                        processes: 1,
                        keptFiles: 0
                    )
                    (playing.checkedUsers, playing.mostUsers) = (wanted, .max)
                } catch {
                    guard wanted == users, playing.mostUsers != playing.checkedUsers else { continue }
                    playing.mostUsers = playing.checkedUsers
                    note(.error, "\(error); it stays at \(counted(playing.checkedUsers, "user"))")
                }
            }
        }
        playing.users = min(users, playing.mostUsers)
        playing.run.steer(users: playing.users, spawnRate: spawnRate)
        session.glance.mostUsers = min(session.glance.mostUsers, playing.mostUsers)
        self.playing = playing
    }

    private func send(_ message: WorkerMessage) -> Bool { channel.send(message.encoded(node: node)) }

    private func report(_ classes: ClassTable) {
        guard let made = playing?.feed.report(classes), send(.stats(made.report)) else { return }
        playing?.feed = made.after
    }

    private func tell(_ text: String) {
        say(text)
        log.append(text)
    }

    private func sendLog() {
        let nowNs = EventLoop.nowNs
        guard nowNs >= nextLogNs else { return }
        nextLogNs = nowNs + Self.logNs
        guard session.isKnown, let lines = log.takeNew() else { return }
        _ = send(.logs(lines))
    }

    // MARK: How the run is

    /// Looks at the run that goes on, if it has published a state since the last look.
    private func look(isLast: Bool = false) {
        guard var playing, !playing.hasEnded else { return }
        var snapshot = playing.run.snapshot()
        guard isLast || snapshot.elapsedS != playing.seenS else { return }
        playing.seenS = snapshot.elapsedS
        playing.feed.look(at: snapshot, nowS: Self.nowS)
        session.glance = RunGlance(snapshot, atMost: playing.mostUsers)
        snapshot.setLimit(maxError: settings.configuration.maxError)
        let lateness = snapshot.result.generator
        if !playing.isLate, lateness.canaryDelays.count >= ErrorBar.leastTicks, let limitMs = lateness.maxErrorMs,
            ErrorBar.isExceeded(by: lateness.canaryDelays, limitMs: limitMs)
        {
            playing.isLate = true
            note(
                .warning,
                "this worker is generator-bound: it is later itself than its limit of \(limitMs.fixed(1)) ms allows, and its "
                    + "numbers are not to be trusted; give it fewer users"
            )
        }
        self.playing = playing
    }

    private func note(_ level: WorkerMessage.Level, _ text: String) {
        tell(text)
        if session.isUnderstood { _ = send(.note(level, text)) }
    }

    private static var nowS: Double { Date.now.timeIntervalSince1970 }
}

@available(*, unavailable)
extension MasterWorker: Sendable {}

extension RunGlance {
    /// How a run is by its last state.
    fileprivate init(_ snapshot: RunSnapshot, atMost most: Int) {
        let active = Int(clamping: snapshot.activeUsers)
        let left = snapshot.result.isEndless ? Int.max : Int(clamping: snapshot.result.conversations.left)
        self.init(activeUsers: active, mostUsers: min(left, most))
    }
}
