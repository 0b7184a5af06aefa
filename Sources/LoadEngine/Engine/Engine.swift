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
    private var publishTimer: LoopTimer?
    private var waker: LoopWaker?
    private var canary: Canary?
    private var turns: LoopTurns?
    private var cpuBeforeNs: UInt64 = 0
    private var startedNs: UInt64 = 0
    private var isInterrupted = false

    init(_ plan: RunPlan, mailbox: EngineMailbox) throws(EngineError) {
        self.plan = plan
        self.mailbox = mailbox
        let configuration = plan.configuration
        loop = try EventLoop()
        recorder = MetricsRecorder(rowCount: configuration.conversations.reduce(0) { $0 + $1.turns.count })
        population = Population(
            settings: configuration.populationSettings(share: plan.share),
            conversations: configuration.conversations,
            recorder: recorder
        )
        population.onTurnDecided = configuration.onTurnDecided
        transport = CurlTransport(
            on: loop,
            population: population,
            bodies: configuration.conversations.flatMap { $0.turns.map(\.body) },
            settings: TransportSettings(
                target: plan.target,
                pathTemplate: configuration.path,
                headers: configuration.headers,
                caFile: configuration.caFile,
                isInsecure: configuration.isInsecure,
                maximumEventBytes: configuration.maximumEventBytes,
                keepsConnections: configuration.keepsConnections,
                sourceAddresses: plan.sources,
                portWindows: plan.portWindows,
                share: plan.share
            ),
            onContentEvent: configuration.onContentEvent
        )
        publishTimer = LoopTimer(on: loop) { [unowned self] in publishDue() }
        waker = LoopWaker(on: loop) { [unowned self] in didWake() }
        canary = try Canary(on: loop) { [recorder] in recorder.recordCanary($0) }
        turns = LoopTurns(of: loop) { [recorder] in recorder.recordLoopTurn($0) }
    }

    /// Plays the run to its end and frees everything.
    func run() -> Summary {
        let startedAt = Date.now
        cpuBeforeNs = ProcessUsage.cpuNs
        startedNs = plan.startNs ?? EventLoop.nowNs
        population.start(nowNs: startedNs)
        // After the start: before it, a run without users looks like one that has finished.
        if let waker { mailbox.open(waker, progress: progress) }
        publishTimer?.arm(atNs: startedNs + Self.publishIntervalNs)
        loop.run()

        let endedNs = max(recorder.counters.pointee.lastEndNs, startedNs)
        let last = progress
        let summary = last.summary(
            run: Summary.Run(
                host: plan.configuration.host,
                startedAt: startedAt.ISO8601Format(),
                durationS: Nanoseconds.seconds(endedNs - startedNs),
                users: plan.configuration.users,
                processes: 1,
                verdict: isInterrupted ? .interrupted : .valid
            ),
            conversations: plan.configuration.conversations,
            rowHistograms: { [recorder] in recorder.row($0).pointee.histograms },
            maxError: plan.configuration.maxError
        )
        mailbox.publish(last)
        close()
        return summary
    }

    private func close() {
        turns?.close()
        canary?.close()
        waker?.close()
        publishTimer?.close()
        turns = nil
        canary = nil
        waker = nil
        publishTimer = nil
        transport.close()
        loop.close()
    }

    private var progress: RunProgress {
        RunProgress(
            phase: population.isFinished ? .finished : population.phase == .running ? .running : .stopping,
            elapsedNs: EventLoop.nowNs - startedNs,
            plannedInvocations: population.plannedInvocations,
            metrics: recorder.metrics,
            generator: GeneratorUsage(
                cpuS: Nanoseconds.seconds(ProcessUsage.cpuNs - cpuBeforeNs),
                peakRssBytes: ProcessUsage.peakResidentBytes,
                connectionsOpened: transport.connectionsOpened,
                staleReuse: recorder.counters.pointee.staleReuse
            )
        )
    }

    // MARK: From the loop

    private func didWake() {
        for command in mailbox.takeCommands() {
            switch command {
            case .stop:
                isInterrupted = true
                population.stop(nowNs: EventLoop.nowNs)
            case .setUsers(let count):
                population.setUsers(count, nowNs: EventLoop.nowNs)
            }
        }
    }

    private func publishDue() {
        mailbox.publish(progress)
        publishTimer?.arm(atNs: EventLoop.nowNs + Self.publishIntervalNs)
    }
}

@available(*, unavailable)
extension Engine: Sendable {}
