import ArgumentParser
import FoundationEssentials
import LoadEngine
import LoadProcesses
import LoadReports

/// Raises the load until the objectives break, and says how much a server holds.
struct FindLimitCommand: PlayingCommand {
    static let configuration = CommandConfiguration(
        commandName: "find-limit",
        abstract: "Find the most users, or arrivals, that a server holds: raise the load until the objectives break.",
        discussion: """
            loadtest find-limit --objective 'ttft < 800ms' --host http://localhost:8000
            loadtest find-limit --objective 'ttft < 800ms' --arrival-rate 1/s --host http://localhost:8000

            A load is raised until too few of its turns (--goodput) meet every objective, then the gap is halved until it is \
            small enough (--precision), and the best load is held once more (--confirm). How it goes is written to the \
            standard error, the result to the standard output. Ctrl-C ends the search with what was learned.

            Durations: \(DurationText.grammar).

            Exit codes, the first that applies: 64 wrong usage, data or configuration; 2 the engine could not run; 130 \
            interrupted; 4 the generator, or its machine, would have been the limit; 3 not even the first load kept the \
            objectives, or none when it was held once more; 0 found, or not reached up to --up-to.
            """
    )

    @OptionGroup(title: "Limit") var limit: LimitOptions
    @OptionGroup(title: "Limit") var objectives: ObjectiveOptions
    @OptionGroup(title: "Load") var target: TargetOptions
    @OptionGroup(title: "Load") var users: UserOptions
    @OptionGroup(title: "Generator") var generator: GeneratorOptions
    @OptionGroup(title: "Turns") var api: APIOptions
    @OptionGroup(title: "Turns") var transport: TransportOptions
    @OptionGroup(title: "Turns") var connections: ConnectionOptions
    @OptionGroup(title: "Verdict") var lateness: LatenessOptions
    @OptionGroup(title: "Reports") var reports: LimitReportOptions
    @OptionGroup(title: "Configuration") var configurationOptions: ConfigurationOptions

    func check() throws {
        var problems = Problems()
        _ = try checkOptions(&problems, try tried(&problems))
        try problems.check()
    }

    /// - Returns: The file of the page, nil for none.
    private func checkOptions(_ problems: inout Problems, _ conversations: [Conversation]) throws -> OutputFile? {
        limit.check(&problems, processes: generator.processCount)
        generator.check(&problems)
        problems.require(
            !objectives.objectives.isEmpty,
            "no objective: say what a good turn is, such as --objective 'ttft < 800ms'",
            of: "objective"
        )
        var uses = fileUses(conversations)
        reports.note(&uses)
        problems.add(uses.problems)
        return try problems.collect { try reports.page() } ?? nil
    }

    private func checked() throws -> (CheckedConfiguration, page: OutputFile?) {
        var problems = Problems()
        let configuration = try loaded(&problems)
        let page = try checkOptions(&problems, configuration?.configuration.conversations ?? [])
        target.check(&problems, needsHost: true)
        try problems.check()
        guard let configuration else { preconditionFailure("nothing is wrong, and nothing is there") }
        return (configuration, page)
    }

    func configuration(conversations: [Conversation], api: APIProfile) throws -> CheckedConfiguration {
        var configuration = common(conversations, api)
        limit.apply(to: &configuration)
        configuration.objectives = try objectives.parsed()
        configuration.spawnRate = limit.spawnRate ?? Double(max(limit.users, 10))
        return try CheckedConfiguration(configuration.searching(try limit.goal(processes: generator.processCount)))
    }

    func run(with settings: Settings) async throws {
        let (checked, page) = try checked()
        throw try await playing(checked) { try await search($0, page, $1) }
    }

    private func search(_ checked: CheckedConfiguration, _ page: OutputFile?, _ mock: MockWatch?) async throws
        -> ExitCode
    {
        let configuration = checked.configuration
        let goal = try limit.goal(processes: generator.processCount)
        let say: @Sendable (String) -> Void = { StandardStream.error.write("\($0)\n") }
        mock?.tells(say)
        let interruption = Interruption(stopTimeout: .zero, say: say)
        if let wait = HostWait(checked), try await !wait.wait(orUntil: { interruption.isAskedFor }) {
            throw ExitCode.interrupted
        }
        var plan = try RunPlan(checked)
        let processes = plan.processes(atMost: generator.processCount)
        if limit.choosesMostUsers { plan.configuration.users = max(plan.usersWithRoom(processes: processes), 1) }
        try mock?.checkStart(of: plan.configuration)
        let run: LoadRun
        do {
            run = try await LoadRun.start(plan, processes: processes, by: ShareCommand.program) { say("error: \($0)") }
        } catch {
            throw error.underlying
        }
        mock?.watches(run, of: plan.configuration)
        interruption.stops(run)
        say(
            "searching for at least \((goal.goodput * 100).fixed(0)) % of turns with \(objectives.objectives.joined(separator: ", "))"
        )
        var found = try await run.findLimit(
            goal,
            of: configuration,
            spawnRate: limit.spawnRate,
            fit: { [plan] users throws(EngineError) in
                try plan.checkFit(
                    users: users,
                    openConnections: Int(clamping: run.snapshot().openConnections),
                    processes: processes,
                    processesAsked: generator.processCount,
                    keptFiles: 0
                )
            },
            onProgress: { say(LimitReport.line(of: $0, goal)) }
        )
        if let loss = mock?.loss(of: plan.configuration) {
            found.losses.append(GeneratorUsage.text(ofLostMock: loss))
        }
        return try reports.write(found, page)
    }
}
