import FoundationEssentials
import LoadEngine
import LoadReports

/// A run that goes on, as the page follows it.
struct WatchedRun {
    let run: LoadRun
    private let plan: RunPlan
    private let configuration: [String: String]
    private var facts: LiveState.Run
    /// How many processes were to share it.
    private let processesAsked: Int
    private let beganAt = ContinuousClock.now
    /// Whether all users have been there once: fewer at the end do not make it begin again.
    private var hasSpawned = false
    /// Whether it was told to end.
    var isStopping = false
    private var rates = RecentRates()
    private var responses = RecentResponses()
    private var maker: ReportTableMaker

    /// Begins to follow a run that has just been started.
    ///
    /// - Parameters:
    ///   - started: The run.
    ///   - plan: What it was started with.
    ///   - number: From 1, for each run of the program.
    ///   - grouping: What becomes one row.
    init(_ started: WebRun, _ plan: RunPlan, number: Int, by grouping: RowGrouping) {
        run = started.run
        self.plan = plan
        configuration = started.configuration
        let played = plan.configuration
        maker = ReportTableMaker(by: grouping, endpoint: played.shownPath)
        facts = LiveState.Run(
            number: number,
            host: played.host,
            path: played.shownPath,
            startedAt: Date.now.ISO8601Format(),
            userCount: played.users,
            spawnRate: played.spawnRate
        )
        facts.runTimeS = played.runTime.map { Double($0.nanosecondsClamped) / 1e9 }
        facts.processes = started.processes
        processesAsked = started.processesAsked
    }

    /// How many processes share it.
    var processes: Int { facts.processes }

    /// What its start is answered with, and a change of its users.
    var started: WebRuns.Started {
        WebRuns.Started(host: facts.host, runTimeS: facts.runTimeS, note: noteOnProcesses)
    }

    /// What users that are added later would have otherwise.
    private var noteOnProcesses: String? {
        guard processes < processesAsked else { return nil }
        return
            "this run has \(counted(processes, "process", "processes")) to its end, not the \(processesAsked) of --processes: it "
            + "began with no more users; begin with \(processesAsked) for all of them"
    }

    /// Changes the users.
    ///
    /// - Throws: `EngineError` when the system has not what they need, or there must be more; nothing is changed then.
    mutating func setUsers(_ count: Int, spawnRate: Double) throws(EngineError) {
        let least = run.leastUsers
        guard count >= least else {
            throw EngineError(
                operation: "have \(counted(count, "user"))",
                reason:
                    "\(least) processes share this run, each of which keeps at least one user: the least is \(least); stop "
                    + "the run and start another for fewer"
            )
        }
        let connections = Int(clamping: run.snapshot().openConnections)
        try plan.checkFit(
            users: count,
            openConnections: connections,
            processes: facts.processes,
            processesAsked: processesAsked,
            keptFiles: WebServer.mostConnections
        )
        facts.userCount = count
        facts.spawnRate = spawnRate
        hasSpawned = false
        run.setUsers(count, spawnRate: spawnRate)
    }

    /// What is known of it when it has ended with a result.
    func facts(endedAs summary: Summary) -> LiveState.Run {
        var facts = facts
        facts.verdict = summary.run.verdict
        facts.elapsedS = summary.run.durationS
        if let end = summary.generator.lostMock { facts.error = GeneratorUsage.text(ofLostMock: end) }
        return facts
    }

    /// What is known of it when it could not go on.
    func facts(endedBy error: any Error) -> LiveState.Run {
        var facts = facts
        facts.error = "\(error)"
        return facts
    }

    /// The present moment; its rates are those between the moments that were asked for.
    mutating func moment() -> WebMoment {
        var snapshot = run.snapshot()
        snapshot.setLimit(maxError: plan.configuration.maxError)
        if snapshot.phase == .stopping { isStopping = true }
        let reachable = run.reachableUsers ?? Int(clamping: snapshot.conversations.reachableUsers(of: facts.userCount))
        if snapshot.activeUsers >= UInt64(reachable) { hasSpawned = true }
        let table = maker.table(of: snapshot)
        rates.add(snapshot, rows: table.rows.prefix(LiveState.mostRows) + [table.total])
        responses.add(table)
        facts.elapsedS = snapshot.elapsedS
        facts.timeLeftS = timeLeftS(snapshot)
        let series = run.series()
        let summary = summary(snapshot, series)
        return WebMoment(
            word: isStopping ? .stopping : hasSpawned ? .running : .spawning,
            facts: facts,
            snapshot: snapshot,
            table: table,
            series: series,
            rates: rates,
            responses: responses,
            summary: summary,
            generation: WebMoment.Generation(run: facts.number, resets: snapshot.resets)
        )
    }

    /// The result if the run ended now.
    private func summary(_ snapshot: RunSnapshot, _ series: TimeSeries) -> Summary {
        var asked = AskedUsers(plan.configuration)
        asked.change(to: facts.userCount, spawnRate: facts.spawnRate)
        let run = plan.described(
            asked: asked,
            startedAt: facts.startedAt,
            durationS: snapshot.elapsedS,
            processes: facts.processes
        )
        var summary = Summary(run: run, last: snapshot, series: series)
        summary.judge(maxError: plan.configuration.maxError)
        summary.configuration = configuration
        return summary
    }

    /// To the end of the run's time, or of its conversations at the present rate.
    private func timeLeftS(_ snapshot: RunSnapshot) -> Double? {
        let byRate = rates.conversationsPerS > 0 ? Double(snapshot.conversations.left) / rates.conversationsPerS : nil
        let passedS = Double((ContinuousClock.now - beganAt).nanosecondsClamped) / 1e9
        let byTime = facts.runTimeS.map { max($0 - passedS, 0) }
        return [byRate, byTime].compactMap { $0 }.min()
    }
}
