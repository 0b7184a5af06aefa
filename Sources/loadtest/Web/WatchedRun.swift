import FoundationEssentials
import LoadEngine
import LoadReports

/// A run that goes on, as the page follows it.
struct WatchedRun {
    let run: LoadRun
    private let plan: RunPlan
    private let configuration: [String: String]
    private var facts: LiveState.Run
    private var load: WatchedLoad
    /// How many processes were to share it.
    private let processesAsked: Int
    private let beganAt = ContinuousClock.now
    /// Whether all users have been there once, where there is one number of them: fewer at the end do not make it begin again.
    private var hasSpawned: Bool
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
        load = WatchedLoad(played)
        hasSpawned = load.isOpen || load.stages != nil
        facts.arrivals = load.process?.description
        facts.stages = load.stages?.description
        facts.warmUp = played.warmUp?.description
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

    /// Changes the load: its users, or how often conversations arrive.
    ///
    /// - Returns: What there is from now on, in words.
    /// - Throws: `WebProblem` when there is nothing that can be changed so, when the system has not what further users need, or
    ///   when there must be more; nothing is changed then.
    mutating func change(_ asked: SwarmLoad) throws(WebProblem) -> String {
        let other = "stop the run and start another"
        guard asked.stages.given == nil else {
            throw WebProblem(message: "a run goes on, whose stages cannot be changed: \(other)", field: "stages")
        }
        guard load.isOpen else {
            guard asked.arrivalRate.given == nil else {
                throw WebProblem(
                    message:
                        "a run goes on whose users take one conversation after another, so that there is no arrival_rate "
                        + "to be changed: \(other)",
                    field: "arrival_rate"
                )
            }
            let (users, spawnRate) = try asked.users()
            try setUsers(users, spawnRate: spawnRate, of: "user_count")
            hasSpawned = false
            return load.change(users: users, spawnRate: spawnRate)
        }
        let (users, rate) = (try asked.mostUsers(), asked.arrivalRate.given)
        guard users != nil || rate != nil else {
            throw WebProblem(
                message:
                    "a run goes on whose conversations arrive by themselves: give another arrival_rate, such as 50/s, or "
                    + "max_users; for anything else \(other)",
                field: "arrival_rate"
            )
        }
        var texts: [String] = []
        if let users {
            try setUsers(users, spawnRate: nil, of: asked.maxUsers == nil ? "user_count" : "max_users")
            texts.append(load.change(users: users))
        }
        if let rate {
            run.setArrivalRate(rate)
            texts.append(load.change(rate: rate))
        }
        return texts.joined(separator: "; ")
    }

    private func setUsers(_ count: Int, spawnRate: Double?, of field: String) throws(WebProblem) {
        do throws(EngineError) {
            try checkFit(of: count)
            run.setUsers(count, spawnRate: spawnRate)
        } catch {
            throw WebProblem(message: "\(error)", field: field)
        }
    }

    private func checkFit(of count: Int) throws(EngineError) {
        let least = run.leastUsers
        guard count >= least else {
            throw EngineError(
                operation: "have \(counted(count, "user"))",
                reason:
                    "\(least) processes share this run, each of which keeps at least one user: the least is \(least); stop "
                    + "the run and start another for fewer"
            )
        }
        try plan.checkFit(
            users: count,
            openConnections: Int(clamping: run.snapshot().openConnections),
            processes: facts.processes,
            processesAsked: processesAsked,
            keptFiles: WebServer.mostConnections
        )
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
        let reachable = run.reachableUsers ?? Int(clamping: snapshot.conversations.reachableUsers(of: load.users))
        if snapshot.activeUsers >= UInt64(reachable) { hasSpawned = true }
        let table = maker.table(of: snapshot)
        rates.add(snapshot, rows: table.rows.prefix(LiveState.mostRows) + [table.total])
        responses.add(table)
        facts.elapsedS = snapshot.elapsedS
        let passedS = Double((ContinuousClock.now - beganAt).nanosecondsClamped) / 1e9
        facts.timeLeftS = timeLeftS(snapshot, passedS)
        tellLoad(atS: passedS)
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
        asked.change(to: load.users, spawnRate: load.spawnRate)
        asked.arrivalRate = load.changedRate
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

    private mutating func tellLoad(atS passedS: Double) {
        facts.userCount = load.users
        facts.spawnRate = load.spawnRate
        facts.arrivalRate = load.rate?.description
        facts.target = load.target(atS: passedS)
        facts.stagesEnded = load.stagesEnded
    }

    /// To the end of the run's time or its stages, or of its conversations at the present rate.
    private func timeLeftS(_ snapshot: RunSnapshot, _ passedS: Double) -> Double? {
        let rate = rates.conversationsPerS
        let byRate = rate > 0 && !snapshot.result.isEndless ? Double(snapshot.conversations.left) / rate : nil
        let byTime = facts.runTimeS.map { max($0 - passedS, 0) }
        return [byRate, byTime, load.leftS(atS: passedS)].compactMap { $0 }.min()
    }
}
