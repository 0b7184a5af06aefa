import FoundationEssentials

/// One run on one loop: the core, the transport, and the clock that drives both.
/// - Isolation: loop; made and used on the loop's thread
final class Engine {
    private static let publishIntervalNs = Nanoseconds.perSecond

    private let plan: RunPlan
    private let mailbox: EngineMailbox
    private let loop: EventLoop
    private let recorder: MetricsRecorder
    private let population: Population
    private let transport: CurlTransport
    private let sessions: SessionStore?
    private let driver: LoopDriver
    private let eventLog: EventLog?
    private var publishTimer: LoopTimer?
    private var waker: LoopWaker?
    private var canary: Canary?
    private var iterations: LoopIterations?
    private var cpuBeforeNs: UInt64 = 0
    private var facts: RunFacts
    private var rows: PublishedRows
    private var copyTimer: LoopTimer?
    private var isCopying = false
    private var series = TimeSeries()
    private var lastPublished: RunSnapshot?
    /// How often the slowest conversations had changed when that was made.
    private var slowestChanges = 0
    private var isInterrupted = false
    private var asked: AskedUsers
    /// Whether what is counted is going to be kept apart, and what was.
    private var isWarmingUp: Bool
    private var warmUp: RunStretch?
    private var warmUpTimer: LoopTimer?
    /// Nil unless the result is to have the steady stretch, and in one of several processes.
    private var steady: SteadyFinder?
    /// How often the numbers were reset, and how many connections had been opened then.
    private var resets = 0
    private var connectionsBefore: UInt64 = 0
    private var addressesBefore: [AddressUsage] = []

    init(_ plan: RunPlan, hooks: EngineHooks, mailbox: EngineMailbox) throws(EngineError) {
        self.plan = plan
        asked = AskedUsers(plan.configuration)
        self.mailbox = mailbox
        let configuration = plan.configuration
        isWarmingUp = configuration.warmUp != nil
        steady = configuration.findsSteadyStretch && plan.processShare == .whole ? SteadyFinder() : nil
        loop = try EventLoop()
        recorder = MetricsRecorder(turnCounts: configuration.conversations.map(\.turns.count))
        let conversations = configuration.conversations
        let requests = try RunRequests(
            conversations,
            profiles: plan.apis.profiles,
            apiOf: plan.apis.apiOf,
            environment: .ofProcess()
        )
        var settings = configuration.populationSettings(share: plan.share)
        settings.isSteered = plan.isSteered
        sessions =
            requests.isPlain
            ? nil
            : SessionStore(
                conversations,
                captureCounts: requests.captureCounts,
                checkCount: requests.checkCount,
                share: plan.share,
                seed: settings.seed
            )
        let stamps = configuration.eventLog?.hasContentTimes == true ? EventStamps() : nil
        population = Population(
            settings: settings,
            conversations: conversations,
            rules: requests.rules(of: conversations, thinkTime: configuration.thinkTime),
            recorder: recorder,
            stamps: stamps
        )
        population.onTurnDecided = hooks.onTurnDecided
        population.keeper = sessions
        sessions?.population = population
        transport = CurlTransport(
            on: loop,
            population: population,
            requests: requests,
            sessions: sessions,
            tables: conversations.map { $0.data?.table },
            settings: TransportSettings(
                target: plan.target,
                headers: configuration.headers,
                caFile: configuration.caFile,
                isInsecure: configuration.isInsecure,
                maximumHistoryBytes: configuration.maximumHistoryBytes,
                maximumEventBytes: configuration.maximumEventBytes,
                largeAnswerBytes: plan.largeAnswerBytes,
                resendsStaleTurns: configuration.resendsStaleTurns,
                connections: configuration.connectionPolicy,
                sourceAddresses: plan.sources,
                portWindows: plan.portWindows,
                pacesReading: configuration.readRate != nil,
                mayStopReading: configuration.readRate != nil || configuration.abandon?.byEvents != nil,
                share: plan.processShare
            ),
            onContentEvent: hooks.onContentEvent
        )
        driver = try LoopDriver(on: loop, population: population, transport: transport)
        // Processes that share a run have one start, and each is told of it a little later.
        let nowNs = EventLoop.nowNs
        let startNs = plan.startNs ?? nowNs
        facts = configuration.facts(
            of: plan.programShare,
            startedAt: .now - Nanoseconds.seconds(nowNs - min(startNs, nowNs)),
            startedNs: startNs
        )
        recorder.nsSince1970 = facts.nsSince1970
        eventLog = try configuration.eventLog.map { [facts, sessions, recorder] log throws(EngineError) in
            try EventLog(
                to: EventLogFile(path: log.path),
                stamps: stamps,
                facts: facts,
                sessions: sessions,
                finishReasons: recorder.finishReasons.list
            )
        }
        rows = PublishedRows(of: recorder, hasDistributions: configuration.publishesRows)
        publishTimer = LoopTimer(on: loop) { [unowned self] in publishDue() }
        copyTimer = LoopTimer(on: loop) { [unowned self] in copyDue() }
        warmUpTimer = LoopTimer(on: loop) { [unowned self] in if isWarmingUp { resetStatistics() } }
        waker = LoopWaker(on: loop) { [unowned self] in didWake() }
        if let eventLog { population.onTurnEnded = { eventLog.turnEnded(user: $0, $1, nowNs: $2) } }
        do throws(EngineError) {
            canary = try Canary(on: loop) { [recorder] in recorder.recordCanary($0) }
        } catch {
            eventLog?.finish()
            throw error
        }
        iterations = LoopIterations(of: loop) { [recorder] in recorder.recordLoopIteration($0) }
    }

    /// Plays the run to its end and frees everything.
    func run() -> Summary {
        cpuBeforeNs = ProcessUsage.cpuNs
        population.start(nowNs: facts.startedNs)
        // After the start: before it, a run without users looks like one that has finished.
        let first = makeSnapshot()
        lastPublished = first.asOrigin
        if let waker { mailbox.open(waker, snapshot: first) }
        publishTimer?.arm(atNs: facts.startedNs + Self.publishIntervalNs)
        // Of turns all parts of a run know only together.
        if case .time(let time)? = plan.configuration.warmUp {
            warmUpTimer?.arm(atNs: facts.startedNs + time.nanosecondsClamped)
        }
        if plan.configuration.publishesRows { copyTimer?.arm(atNs: facts.startedNs + Self.publishIntervalNs / 2) }
        loop.run()

        // Nothing was counted.
        if isWarmingUp { resetStatistics() }
        let endedNs = max(recorder.counters.pointee.lastEndNs, facts.startedNs)
        rows.copyAll()
        var last = advancedSnapshot()
        last.result.steady = steady?.stretch
        eventLog?.finish()
        last.result.generator.eventLog = eventLog?.usage
        let summary = last.summary(
            run: plan.described(
                asked: asked,
                startedAt: StartText.text(of: facts.startedAt),
                durationS: Nanoseconds.seconds(endedNs - facts.startedNs),
                isInterrupted: isInterrupted
            ),
            maxError: plan.configuration.maxError
        )
        mailbox.publish(last)
        close()
        return summary
    }

    private func close() {
        iterations?.close()
        canary?.close()
        waker?.close()
        publishTimer?.close()
        copyTimer?.close()
        warmUpTimer?.close()
        iterations = nil
        canary = nil
        waker = nil
        publishTimer = nil
        copyTimer = nil
        warmUpTimer = nil
        driver.close()
        transport.close()
        loop.close()
    }

    private func makeSnapshot() -> RunSnapshot {
        rows.update()
        population.countWaiting(nowNs: EventLoop.nowNs)
        var snapshot = RunSnapshot(
            facts,
            phase: population.isFinished ? .finished : population.phase == .running ? .running : .stopping,
            elapsedNs: EventLoop.nowNs - facts.startedNs,
            plannedInvocations: population.plannedInvocations,
            openConnections: transport.openConnections,
            recorder: recorder,
            rows: rows,
            slowest: recorder.slowest.changes == slowestChanges ? lastPublished?.slowestConversations : nil,
            generator: generatorUsage
        )
        slowestChanges = recorder.slowest.changes
        snapshot.result.series = series
        snapshot.result.warmUp = warmUp
        snapshot.isWarmingUp = isWarmingUp
        snapshot.resets = resets
        return snapshot
    }

    private var generatorUsage: GeneratorUsage {
        var usage = GeneratorUsage(
            cpuS: Nanoseconds.seconds(ProcessUsage.cpuNs - cpuBeforeNs),
            peakRssBytes: ProcessUsage.peakResidentBytes,
            connectionsOpened: transport.connectionsOpened - connectionsBefore
        )
        let addresses = AddressUsage.difference(transport.addressUsages, since: addressesBefore)
        usage.addresses = addresses.isEmpty ? nil : addresses
        usage.libcurl = LibraryVersion.text
        usage.libcurlNote = LibraryVersion.note
        usage.eventLog = eventLog?.usage
        return usage
    }

    /// The present state, with the time since the last one as a further point of the series.
    private func advancedSnapshot() -> RunSnapshot {
        var next = makeSnapshot()
        let point = TimePoint(from: lastPublished, to: next)
        series.append(point)
        next.result.series = series
        next.point = point
        lastPublished = next
        return next
    }

    // MARK: From the loop

    private func didWake() {
        for command in mailbox.takeCommands() {
            switch command {
            case .stop(let reason, let atOnce):
                if reason == .interrupted { isInterrupted = true }
                // A second one cancels what runs.
                if reason == .interrupted || population.phase == .running { population.stop(nowNs: EventLoop.nowNs) }
                if atOnce { population.stop(nowNs: EventLoop.nowNs) }
            case .setUsers(let count, let spawnRate):
                asked.change(to: count, spawnRate: spawnRate)
                population.setUsers(count, spawnRate: spawnRate, nowNs: EventLoop.nowNs)
            case .setArrivalRate(let rate, let atNs):
                asked.arrivalRate = rate
                population.setArrivalRate(rate, atNs: atNs, nowNs: EventLoop.nowNs)
            case .resetStatistics(let endsWarmUp):
                // It may have ended by itself.
                if !endsWarmUp || isWarmingUp { resetStatistics() }
            }
        }
    }

    private func resetStatistics() {
        // Whoever resets the numbers amid the warm-up wants to count from now on.
        if isWarmingUp {
            isWarmingUp = false
            warmUp = RunStretch(
                startS: 0,
                endS: Nanoseconds.seconds(EventLoop.nowNs - facts.startedNs),
                total: recorder.total
            )
        }
        recorder.reset()
        facts.startedAt = .now
        facts.startedNs = EventLoop.nowNs
        cpuBeforeNs = ProcessUsage.cpuNs
        connectionsBefore = transport.connectionsOpened
        addressesBefore = transport.addressUsages
        rows = PublishedRows(of: recorder, hasDistributions: plan.configuration.publishesRows)
        series = TimeSeries()
        resets += 1
        let first = makeSnapshot()
        lastPublished = first.asOrigin
        mailbox.publish(first)
        publishTimer?.arm(atNs: facts.startedNs + Self.publishIntervalNs)
    }

    private func publishDue() {
        let snapshot = advancedSnapshot()
        steady?.look(at: snapshot)
        mailbox.publish(snapshot)
        if isWarmingUp, plan.processShare == .whole,
            plan.configuration.warmUp?.isOver(afterTurns: snapshot.result.total.ended) == true
        {
            resetStatistics()
        }
        eventLog?.reclaim()
        // Always at whole seconds of the run, for the intervals of the series.
        let passed = (EventLoop.nowNs - facts.startedNs) / Self.publishIntervalNs
        publishTimer?.arm(atNs: facts.startedNs + (passed + 1) * Self.publishIntervalNs)
    }

    /// Copies the distributions of one row that has changed: all of them at once would hold up the loop.
    private func copyDue() {
        let nowNs = EventLoop.nowNs
        if !isCopying { rows.update() }
        isCopying = rows.copyNext()
        copyTimer?.arm(atNs: isCopying ? nowNs : nowNs + Self.publishIntervalNs)
    }
}

@available(*, unavailable)
extension Engine: Sendable {}
