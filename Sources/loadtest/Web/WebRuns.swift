import LoadEngine
import LoadReports

/// The runs of the page, one after another: starts, steers and watches them.
actor WebRuns {
    /// Starts a run.
    typealias Start = @Sendable (RunPlan) async throws -> WebRun

    /// The last run, once it has ended.
    private struct Ended {
        let facts: LiveState.Run
        /// nil when it could not go on.
        var summary: Summary?
    }

    /// Why a run could not be started.
    private struct Refused: Error {
        let reason: any Error
        var problem: WebProblem { WebProblem(message: "\(reason)", field: field) }

        /// The parameter that it is about; nil where that is not known.
        private var field: String? {
            if let error = reason as? ConfigurationError { return error.problems.first?.fields.first?.parameter }
            return isOfHost ? "host" : nil
        }
        /// Whether it is about the host when it is about no field.
        var isOfHost = false
    }

    /// How far the page's runs are, as far as somebody asked for it: what was made at another stand is outdated.
    struct Stand: Equatable, Sendable {
        /// How often something was started, changed, reset or ended.
        var changes = 0
        /// Whether there will be other numbers.
        var goesOn = false
    }

    /// How long a loop may take until it has heard of a reset.
    private static let longestReset = Duration.seconds(2)

    private let base: EngineConfiguration
    private let targets: WebTargets
    private let grouping: RowGrouping
    private let startRun: Start
    private let log: WebLog

    /// A run on its way to its first turn.
    private var starting: Task<Started, any Error>?
    /// What waits for the host of such a run.
    private var hostWait: Task<Bool, any Error>?
    /// The run that is starting is to end as soon as it waits for its host.
    private var isStartGivenUp = false
    private var current: WatchedRun? {
        didSet { stand.goesOn = current != nil }
    }
    private var ending: Task<Void, Never>?
    private var ended: Ended?
    private var number = 0
    private var notes: WebHistory
    private(set) var stand = Stand()
    private let moments = SharedResult<WebMoment>()
    /// What the program ends with: as its last run; nil when there was none.
    private(set) var exitStatus: WebRun.ExitStatus?

    /// Makes the runs of a program.
    ///
    /// - Parameters:
    ///   - base: What the options ask for.
    ///   - targets: Which hosts a run may play against.
    ///   - grouping: What becomes one row.
    ///   - hasFullHistory: Whether each row is in the history.
    ///   - log: Where it tells what happens.
    ///   - start: Starts a run.
    init(
        base: EngineConfiguration,
        targets: WebTargets,
        grouping: RowGrouping,
        hasFullHistory: Bool,
        log: WebLog,
        start: @escaping Start
    ) {
        self.base = base
        self.targets = targets
        self.grouping = grouping
        self.log = log
        notes = WebHistory(isFull: hasFullHistory)
        startRun = start
    }

    nonisolated var conversations: [Conversation] { base.conversations }

    // MARK: Starts and changes

    /// What `POST /swarm` answers.
    struct Started: Sendable {
        let host: String
        let runTimeS: Double?
        /// What else is to be known; nil when there is nothing.
        var note: String?
    }

    /// Starts a run, or changes the load of the one that goes on.
    ///
    /// - Throws: `WebProblem` when it cannot be done.
    func swarm(_ request: SwarmRequest) async throws(WebProblem) -> Started {
        if let started = try change(request) { return started }
        let (ofHost, note) = try targets.configuration(base, for: request.host)
        let configuration = try request.configuration(ofHost, conversations: base.conversations)
        do {
            var started = try await begin(configuration)
            let notes = [note, started.note].compactMap(\.self)
            started.note = notes.isEmpty ? nil : notes.joined(separator: "; ")
            if let note { log.say("note: \(note)") }
            return started
        } catch {
            if let problem = error as? WebProblem { throw problem }
            let problem = (error as? Refused)?.problem ?? WebProblem(message: "\(error)")
            log.say("error: \(problem.message)")
            throw problem
        }
    }

    /// Changes the load of the run that goes on.
    ///
    /// - Returns: nil when there is none.
    private func change(_ request: SwarmRequest) throws(WebProblem) -> Started? {
        guard var running = current, !running.isStopping else { return nil }
        let text = try running.change(request.load)
        current = running
        stand.changes += 1
        log.say("run \(number): \(text)")
        return running.started
    }

    /// Starts the run of the options, unless somebody was faster.
    ///
    /// - Throws: `ConfigurationError` or `EngineError` when it cannot be started.
    func autostart() async throws {
        do { _ = try await begin(base) } catch let refused as Refused { throw refused.reason } catch is WebProblem {}
    }

    private func begin(_ configuration: EngineConfiguration) async throws -> Started {
        guard current == nil, starting == nil else {
            throw WebProblem(message: "a run is just starting or ending: try again in a moment")
        }
        let task = Task { try await start(configuration) }
        starting = task
        isStartGivenUp = false
        defer { starting = nil }
        return try await task.value
    }

    private func start(_ asked: EngineConfiguration) async throws -> Started {
        var configuration = asked
        configuration.publishesRows = true
        try await waitForHost(of: configuration)
        let plan = try await Self.plan(configuration)
        let started: WebRun
        do { started = try await startRun(plan) } catch { throw Refused(reason: error) }
        number += 1
        ended = nil
        notes.reset()
        let watched = WatchedRun(started, plan, number: number, by: grouping)
        current = watched
        stand.changes += 1
        log.say("run \(number) started: \(configuration.loadInWords) against \(configuration.host)")
        ending = Task { await wait(for: started) }
        return watched.started
    }

    private func waitForHost(of configuration: EngineConfiguration) async throws {
        guard let patience = configuration.waitForHost else { return }
        do {
            let wait = try HostWait(CheckedConfiguration(configuration))
            log.say("waiting up to \(DurationText.text(of: patience)) for \(Shown.url(configuration.host))")
            let task = Task { try await wait?.wait(orUntil: { Task.isCancelled }) ?? true }
            hostWait = task
            if isStartGivenUp { task.cancel() }
            defer { hostWait = nil }
            guard try await task.value else {
                throw EngineError(operation: "start the run", reason: "it was stopped while it waited for its host")
            }
        } catch {
            throw Refused(reason: error, isOfHost: error is EngineError)
        }
    }

    /// Not on the actor: names are resolved, which takes a while.
    private nonisolated static func plan(_ configuration: EngineConfiguration) async throws(Refused) -> RunPlan {
        do { return try RunPlan(configuration) } catch {
            // What can be resolved or not is the host.
            throw Refused(reason: error, isOfHost: error is EngineError)
        }
    }

    private func wait(for started: WebRun) async {
        do {
            let (summary, status) = try await started.finish()
            exitStatus = status
            ended = current.map { Ended(facts: $0.facts(endedAs: summary), summary: summary) }
            log.say(
                "run \(number) ended: \(counted(summary.turns.completed, "turn")) completed, \(summary.turns.failed) failed"
                    + (summary.unreachable.map { "; \($0)" } ?? "")
            )
        } catch {
            exitStatus = WebRun.failure
            ended = current.map { Ended(facts: $0.facts(endedBy: error)) }
            log.say("error: run \(number): \(error)")
        }
        current = nil
        stand.changes += 1
    }

    // MARK: Ends

    /// Ends the run that goes on, and waits for its end; whoever asks again waits for the same end.
    ///
    /// - Parameter atOnce: Whether running turns are cut instead of having the stop timeout.
    func stop(atOnce: Bool = false) async {
        giveUpStart()
        _ = try? await starting?.value
        // Somebody has seen enough: that interrupts nothing.
        if let run = endCurrent(atOnce ? "ending at once" : Interruption.text(base.stopTimeout), tells: atOnce) {
            run.stop(.seenEnough, atOnce: atOnce)
        }
        await ending?.value
    }

    /// Ends the run that goes on as Ctrl-C does, and waits for its end.
    ///
    /// - Returns: Whether there was one.
    func interrupt() async -> Bool {
        giveUpStart()
        _ = try? await starting?.value
        let text = "\(Interruption.text(base.stopTimeout)); \(Interruption.again)"
        guard let run = endCurrent(text) else { return false }
        run.stop()
        await ending?.value
        return true
    }

    /// Ends the wait for a host, if there is one or will be.
    private func giveUpStart() {
        isStartGivenUp = true
        hostWait?.cancel()
    }

    private func endCurrent(_ text: String, tells: Bool = false) -> LoadRun? {
        guard let running = current else { return nil }
        if tells || !running.isStopping { log.say("run \(number): \(text)") }
        current?.isStopping = true
        stand.changes += 1
        return running.run
    }

    /// Counts from now on; without a run, forgets the last one.
    func reset() async {
        guard let watched = current else {
            ended = nil
            notes.reset()
            stand.changes += 1
            return
        }
        let (run, ofRun) = (watched.run, number)
        // Each process counts its own.
        let expected = run.snapshot().resets + watched.processes
        run.resetStatistics()
        log.say("run \(number): the numbers were reset")
        // Who asks next is to see the new ones.
        let deadline = ContinuousClock.now + Self.longestReset
        while run.snapshot().resets < expected, ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(5))
            // It has ended meanwhile; there may be another one, whose history is its own.
            guard current != nil, number == ofRun else { return }
        }
        notes.reset()
        stand.changes += 1
    }

    /// Waits until no run goes on.
    func waitUntilIdle() async {
        _ = try? await starting?.value
        await ending?.value
    }

    // MARK: What is shown

    var isRunning: Bool { current != nil || starting != nil }
    /// Locust's history of the run.
    var history: String { notes.text }

    /// The present moment.
    func moment() -> WebMoment {
        if current != nil, let moment = current?.moment() { return moment }
        guard let summary = ended?.summary else {
            var snapshot = base.snapshotBeforeStart()
            snapshot.setLimit(maxError: base.maxError)
            return WebMoment(
                word: number == 0 ? .ready : .stopped,
                facts: ended?.facts,
                snapshot: snapshot,
                table: ReportTable(snapshot, by: grouping, endpoint: base.shownPath),
                generation: WebMoment.Generation(run: number)
            )
        }
        return WebMoment(
            word: .stopped,
            facts: ended?.facts,
            snapshot: RunSnapshot(summary),
            table: ReportTable(summary, by: grouping),
            series: summary.series,
            summary: summary,
            generation: WebMoment.Generation(run: number)
        )
    }

    /// The present moment, or one that is as good; shared with all who ask at the same time.
    nonisolated func sharedMoment() async -> WebMoment {
        let shared = try? await moments.value(at: await stand) { await self.moment() }
        // What makes it does not throw.
        guard let shared else { return await moment() }
        return shared
    }

    /// The present moment, once a second, for the history too.
    func tick() -> WebMoment {
        let moment = moment()
        if current != nil { notes.note(moment.table) }
        return moment
    }
}
