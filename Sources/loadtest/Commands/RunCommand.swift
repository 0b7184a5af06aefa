import ArgumentParser
import FoundationEssentials
import LoadEngine
import LoadProcesses
import LoadReports
import MockAssistant

/// Runs the conversations.
struct RunCommand: PlayingCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the conversations (the default).",
        discussion: """
            loadtest --headless --users 55 -r 55 --host http://localhost:8000
            loadtest --headless --users 55 -r 55 --mock

            How it goes and the result are written to the standard error; the standard output is for --json.

            Durations: \(DurationText.grammar).

            Exit codes, the first that applies: 64 wrong usage, data or configuration; 2 the engine could not run; \
            130 interrupted; 1 some turns failed (--exit-code-on-error), or none was completed; 4 the generator was too late itself for the \
            numbers to be true (--max-error); 3 a threshold was not kept; 0 passed. A --threshold of failures.rate \
            replaces the rule of 1.

            Every option may also be in a file (--config) as NAME = value, and in the environment as LOADTEST_NAME. The \
            command line comes before the environment, that before the file. --no-NAME undoes what both say.
            """
    )

    @OptionGroup(title: "Load") var target: TargetOptions
    @OptionGroup(title: "Load") var load: LoadOptions
    @OptionGroup(title: "Load") var arrival: ArrivalOptions
    @OptionGroup(title: "Load") var users: UserOptions
    @OptionGroup(title: "Generator") var generator: GeneratorOptions
    @OptionGroup(title: "Generator") var share: ShareOptions
    @OptionGroup(title: "Turns") var api: APIOptions
    @OptionGroup(title: "Turns") var transport: TransportOptions
    @OptionGroup(title: "Turns") var connections: ConnectionOptions
    @OptionGroup(title: "Verdict") var judging: ThresholdOptions
    @OptionGroup(title: "Verdict") var objectives: ObjectiveOptions
    @OptionGroup(title: "Verdict") var lateness: LatenessOptions
    @OptionGroup(title: "Verdict") var verdict: VerdictOptions
    @OptionGroup(title: "Reports") var reports: ReportOptions
    @OptionGroup(title: "Reports") var files: FileOptions
    @OptionGroup(title: "Reports") var eventLog: EventLogOptions
    @OptionGroup(title: "Web page") var web: WebOptions
    @OptionGroup(title: "Configuration") var configurationOptions: ConfigurationOptions

    /// How long before a start at a given time several processes are started, so that they are ready by then.
    private static let startOfProcesses = Duration.seconds(2)

    static let importantOptions: Set = [
        "host", "mock", "data", "api", "path", "users", "spawn-rate", "run-time", "processes",
    ]

    func run(with settings: Settings) async throws {
        let (checked, outputs) = try checked()
        let warnings = [web.headless ? settings.unusedOptionsOfPage : nil].compactMap(\.self)
        throw try await playing(checked, warnings: warnings) { configuration, mock in
            try await web.headless
                ? play(configuration, outputs, settings, mock) : serve(configuration.configuration, settings, mock)
        }
    }

    func check() throws {
        var problems = Problems()
        try checkOptions(&problems, try tried(&problems))
        try problems.check()
    }

    private func checkOptions(_ problems: inout Problems, _ conversations: [Conversation]) throws {
        arrival.check(&problems, load)
        generator.check(&problems)
        try share.check(&problems, seed: users.seed, hasPage: !web.headless)
        verdict.check(&problems)
        files.check(&problems)
        reports.check(&problems, with: places)
        eventLog.check(&problems)
        web.check(&problems, hasHost: target.host != nil || target.mock)
        var uses = fileUses(conversations)
        uses.writes(places)
        uses.writes(eventLog.events, by: "--events")
        problems.add(uses.problems)
    }

    private var places: ReportPlaces { files.places(summary: reports.summary) }

    private func outputs() throws -> RunOutputs {
        try RunOutputs(places, by: files.groupBy, history: reports.history)
    }

    /// What the options ask for, and where the reports go.
    private func checked() throws -> (CheckedConfiguration, RunOutputs) {
        var problems = Problems()
        let configuration = try loaded(&problems)
        try checkOptions(&problems, configuration?.configuration.conversations ?? [])
        let outputs = try problems.collect { try self.outputs() }
        target.check(&problems, needsHost: web.headless || web.autostart)
        try problems.check()
        guard let configuration, let outputs else { preconditionFailure("nothing is wrong, and nothing is there") }
        return (configuration, outputs)
    }

    func configuration(conversations: [Conversation], api: APIProfile) throws -> CheckedConfiguration {
        var configuration = common(conversations, api)
        configuration.users = load.users
        configuration.spawnRate = load.spawnRate
        configuration.runTime = load.runTime
        configuration.invocations = load.invocations
        configuration.repeats = load.repeat
        configuration.warmUp = load.warmUp
        arrival.apply(to: &configuration)
        share.apply(to: &configuration)
        configuration.eventLog = eventLog.configuration
        try judging.apply(to: &configuration, objectives.parsed())
        configuration.findsSteadyStretch = configuration.findsSteadyStretch || reports.steady
        if !places.growing.isEmpty { configuration.publishesRows = true }
        return try CheckedConfiguration(configuration)
    }

    private func play(
        _ checked: CheckedConfiguration,
        _ outputs: RunOutputs,
        _ settings: Settings,
        _ mock: MockWatch?
    ) async throws -> ExitCode {
        let configuration = checked.configuration
        let start = share.startAt.map { CommonStart(moment: $0.date(from: .now)) }
        var facts = LiveTable.Facts(
            host: configuration.host,
            path: configuration.shownPath,
            grouping: files.groupBy,
            runTimeS: configuration.runTime.map { Double($0.nanosecondsClamped) / 1e9 }
        )
        // A share with other users than it was given would be none.
        let hasKeys = TerminalKeys.areThere && share.share == nil
        if hasKeys { facts.keys = RunKeys.help }
        let console = LiveConsole(facts, on: .error)
        // Before the start, after which turns are on their way.
        mock?.tells(console.say)
        let interruption = Interruption(stopTimeout: configuration.stopTimeout, say: console.say)
        var checked = checked
        if console.showsRows, !reports.onlySummary { checked.publishesRows = true }
        if let wait = HostWait(checked), try await !wait.wait(orUntil: { interruption.isAskedFor }) {
            throw ExitCode.interrupted
        }
        var plan = try RunPlan(checked)
        try share.take(&plan, start: start?.moment)
        if let start {
            let isShared = processes(for: plan) > 1
            let early: Duration = isShared ? Self.startOfProcesses : .zero
            guard await start.wait(early: early, saying: console.say, orUntil: { interruption.isAskedFor }) else {
                throw ExitCode.interrupted
            }
            if isShared { plan.startNs = start.monotonicNs }
        }
        let run = try await self.start(plan, mock, saying: console.say)
        let begun = Date.now
        interruption.stops(run)
        try outputs.begin(run, endpoint: configuration.shownPath) { console.say("error: \($0)") }
        let shown = reports.onlySummary ? nil : console.show(run)
        if shown != nil, console.showsRows, hasKeys {
            let keys = RunKeys(of: run, configuration, say: console.say)
            _ = TerminalKeys.begin { keys.press($0) }
        }
        defer { TerminalKeys.end() }
        var reported = settings.reported(of: self)
        // Also where it is the profile's.
        reported["path"] = Shown.withoutSecrets(configuration.shownPath)
        return try await finish(run, of: plan, begun: begun, mock, outputs, reported, shown, saying: console.say)
            .exitCode
    }

    /// The web page, until somebody ends the program.
    private func serve(
        _ configuration: EngineConfiguration,
        _ settings: Settings,
        _ mock: MockWatch?
    ) async throws -> ExitCode {
        try WebServer.checkOpenFiles()
        let log = WebLog()
        mock?.tells(log.say)
        let targets = WebTargets(own: target.host ?? (target.mock ? configuration.host : nil), others: web.otherHosts)
        if let note = targets.noteAtStart(configuration) { log.say("note: \(note)") }
        let runs = WebRuns(
            base: configuration,
            targets: targets,
            grouping: files.groupBy,
            hasFullHistory: reports.csvFullHistory,
            log: log
        ) { plan in
            try await webRun(of: plan, insteadOf: configuration, settings, mock, log)
        }
        let hello = hello(configuration, targets, settings)
        return try await WebServer(at: try web.place(), runs: runs, log: log, hello: hello, grouping: files.groupBy)
            .serve()
    }

    /// Starts a run of the page.
    private func webRun(
        of plan: RunPlan,
        insteadOf configuration: EngineConfiguration,
        _ settings: Settings,
        _ mock: MockWatch?,
        _ log: WebLog
    ) async throws -> WebRun {
        // Anew for each run: a folder may have gone since the last.
        let outputs = try self.outputs()
        let run = try await start(plan, mock, saying: log.say)
        do {
            try outputs.begin(run, endpoint: plan.configuration.shownPath) { log.say("error: \($0)") }
        } catch {
            // The program goes on, and nobody would watch it.
            run.stop(atOnce: true)
            throw error
        }
        let reported = settings.reported(of: self, playedAs: plan.configuration, insteadOf: configuration)
        return WebRun(
            run: run,
            processes: processes(for: plan),
            processesAsked: generator.processCount,
            configuration: reported
        ) {
            let (summary, exitCode) = try await finish(
                run,
                of: plan,
                begun: .now,
                mock,
                outputs,
                reported,
                nil,
                saying: log.say
            )
            return (summary, exitCode.rawValue)
        }
    }

    private func hello(
        _ configuration: EngineConfiguration,
        _ targets: WebTargets,
        _ settings: Settings
    ) -> LiveFeed.Hello {
        let library = ChartLibrary()
        return LiveFeed.Hello(
            version: String(LoadTest.configuration.version.split(separator: " ").last ?? ""),
            defaults: LiveFeed.Hello.Defaults(configuration, host: targets.own),
            isMock: target.mock,
            isHostLocked: targets.others == .refused,
            conversations: configuration.conversations.map {
                LiveFeed.Hello.Script(name: $0.name, turns: $0.turns.count, invocations: $0.invocations)
            },
            configuration: settings.reported(of: self),
            hasCharts: library.source != nil,
            chartsNote: library.problem
        )
    }

    /// Waits for the end of a run, and writes its reports.
    private func finish(
        _ run: LoadRun,
        of plan: RunPlan,
        begun: Date,
        _ mock: MockWatch?,
        _ outputs: RunOutputs,
        _ reported: [String: String],
        _ shown: LiveConsole.Display?,
        saying say: @escaping @Sendable (String) -> Void
    ) async throws -> (summary: Summary, exitCode: ExitCode) {
        let thresholds = try judging.parsedThresholds()
        let watch = judging.abortOnThreshold.map { grace in
            run.abort(onViolationOf: thresholds, after: grace) { say($0.reasonOfAbort) }
        }
        let failureWatch = try judging.failureLimit().map { limit in
            run.abort(onFailures: limit) { result, snapshot in
                say(result.reasonOfAbort(by: limit, snapshot, host: plan.configuration.host))
            }
        }
        var summary: Summary
        do { summary = try await run.result() } catch {
            outputs.abandon()
            _ = await watch?.end()
            _ = await failureWatch?.end()
            throw error
        }
        summary.configuration = reported
        summary.run.placeShare(begun: begun)
        summary.result.generator.lostMock = mock?.loss(of: plan.configuration)
        summary.thresholds = thresholds.results(of: summary, endedBy: await watch?.end() ?? [])
        if let result = await failureWatch?.end() { summary.thresholds.append(result) }
        await shown?.end(with: run.snapshot())
        return (summary, write(summary, outputs, thresholds))
    }

    /// Writes the reports of a result.
    ///
    /// - Returns: The exit code of the first rule that applies.
    private func write(_ summary: Summary, _ outputs: RunOutputs, _ thresholds: [Threshold]) -> ExitCode {
        let eventLogError = EventLogReport.tell(summary.generator.eventLog, path: eventLog.events)
        let reportError = outputs.write(summary)
        if eventLogError || reportError { return .engineFailure }
        return ResultExitCode(
            failedTurns: verdict.exitCodeOnError,
            limitsFailures: thresholds.contains(where: \.limitsFailureRate),
            hasMock: target.mock
        ).code(of: summary)
    }

    private func processes(for plan: RunPlan) -> Int { plan.processes(atMost: generator.processCount) }

    /// Starts the run, in as many processes as it is to have.
    // Not inlined: the optimiser of Swift 6.3 crashes where it splits the coroutine that it would become part of.
    @inline(never)
    private func start(
        _ checked: RunPlan,
        _ mock: MockWatch?,
        saying say: @escaping @Sendable (String) -> Void
    ) async throws -> LoadRun {
        try mock?.checkStart(of: checked.configuration)
        let run = try await begin(checked, saying: say)
        mock?.watches(run, of: checked.configuration)
        return run
    }

    @inline(never)
    private func begin(_ plan: RunPlan, saying say: @escaping @Sendable (String) -> Void) async throws -> LoadRun {
        let (users, most) = (plan.configuration.users, plan.configuration.concurrentUsers)
        if plan.configuration.arrivals == nil, most < users {
            say("note: \(Self.note(onUsers: users, of: most))")
        }
        let processes = processes(for: plan)
        if processes < generator.processes {
            say("note: \(counted(processes, "process", "processes")): there are no more users")
        }
        if let note = plan.noteOnMix(processes: processes) { say("note: \(note)") }
        if let note = plan.unkeptPorts()?.note { say("note: \(note)") }
        do {
            return try await LoadRun.start(
                plan,
                processes: processes,
                by: ShareCommand.program,
                keptFiles: web.headless ? 0 : WebServer.mostConnections
            ) { loss in say("error: \(loss)") }
        } catch {
            throw error.underlying
        }
    }

    /// A run may be over long before its time: the longest that it can be is not in the options, but in the data.
    private static func note(onUsers users: Int, of conversations: Int) -> String {
        "\(counted(conversations, "conversation")) for \(counted(users, "user")): at most \(conversations) "
            + "\(plural(conversations, "plays", "play")) at the same time; raise \"invocations\" in the data files"
    }
}
