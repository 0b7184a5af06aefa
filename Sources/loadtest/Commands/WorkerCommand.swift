import ArgumentParser
import LoadEngine
import LoadReports
import LocustWorker

/// Plays for a Locust master.
struct WorkerCommand: PlayingCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Be a worker of a Locust master: one of many machines that play one test.",
        discussion: """
            loadtest locustfile > locustfile.py
            locust -f locustfile.py --master
            loadtest worker --master-host MASTER

            The master says how many users this worker has, against which host, and when a test begins and ends; its page \
            and its reports have the numbers of all workers. Conversations and options of turns are this worker's, and must \
            be the same for all. The worker goes on for the next test until the master ends, or SIGINT or SIGTERM comes.

            Durations: \(DurationText.grammar).

            Exit codes: 64 wrong usage, data or configuration; 2 no master has answered for five minutes, or a process of \
            --processes was lost; 130 interrupted; 0 the master has ended.
            """
    )

    @OptionGroup(title: "Master") var master: MasterOptions
    @OptionGroup(title: "Load") var target: TargetOptions
    @OptionGroup(title: "Load") var load: WorkerLoadOptions
    @OptionGroup(title: "Load") var users: UserOptions
    @OptionGroup(title: "Generator") var generator: GeneratorOptions
    @OptionGroup(title: "Turns") var api: APIOptions
    @OptionGroup(title: "Turns") var transport: TransportOptions
    @OptionGroup(title: "Turns") var connections: ConnectionOptions
    @OptionGroup(title: "Verdict") var objectives: ObjectiveOptions
    @OptionGroup(title: "Verdict") var lateness: LatenessOptions
    @OptionGroup(title: "Reports") var reports: WorkerReportOptions
    @OptionGroup(title: "Configuration") var configurationOptions: ConfigurationOptions

    func check() throws {
        var problems = Problems()
        _ = try checkOptions(&problems, try tried(&problems))
        try problems.check()
    }

    /// - Returns: The file of the result, nil for none.
    private func checkOptions(_ problems: inout Problems, _ conversations: [Conversation]) throws -> OutputFile? {
        master.check(&problems)
        generator.check(&problems)
        problems.require(
            !target.mock,
            "a worker plays against the master's host: start 'loadtest mock', and give its URL to the master (--host)",
            of: "mock"
        )
        var uses = fileUses(conversations)
        uses.writes(reports.summary, by: "--summary")
        problems.add(uses.problems)
        return try problems.collect { try reports.file() } ?? nil
    }

    func configuration(conversations: [Conversation], api: APIProfile) throws -> CheckedConfiguration {
        var configuration = common(conversations, api)
        load.apply(to: &configuration)
        configuration.objectives = try objectives.parsed()
        return try CheckedConfiguration(configuration)
    }

    func run(with settings: Settings) async throws {
        var problems = Problems()
        let checked = try loaded(&problems)
        let file = try checkOptions(&problems, checked?.configuration.conversations ?? [])
        try problems.check()
        guard let checked else { preconditionFailure("nothing is wrong, and nothing is there") }
        guard generator.processCount == 1 else {
            throw try await WorkerProcesses.run(
                generator.processCount,
                // Behind the program and the command.
                arguments: Array(CommandLine.arguments.dropFirst(2)),
                summary: reports.summary
            )
        }
        throw try await playing(checked) { checked, _ in try await work(checked.configuration, file) }
    }

    private func work(_ configuration: EngineConfiguration, _ file: OutputFile?) async throws -> ExitCode {
        var settings = WorkerSettings(
            masterHost: master.masterHost,
            masterPort: master.masterPort,
            configuration: configuration
        )
        settings.host = target.host
        settings.grouping = reports.groupBy
        let grouping = reports.groupBy
        let end = try await Self.work(settings, endsWithInput: reports.untilStdinCloses) { summary in
            do {
                try file?.write { try ReportFormat.summary.render(ReportMaterial(summary, by: grouping)) }
            } catch {
                StandardStream.error.write("error: \(error)\n")
            }
        }
        switch end {
        case .quit: return .success
        case .interrupted: return .interrupted
        case .noMaster(let time):
            throw EngineError(
                operation: "work for \(master.masterHost):\(master.masterPort)",
                reason:
                    "no Locust master has answered for \(DurationText.text(of: time)); is one started there (locust --master)?"
            )
        }
    }

    /// Works on a thread of its own, until the worker ends.
    private static func work(
        _ settings: WorkerSettings,
        endsWithInput: Bool,
        didEnd: @escaping @Sendable (Summary) -> Void
    ) async throws -> WorkerEnd {
        try await withCheckedThrowingContinuation { continuation in
            do {
                try LoopThread.start {
                    do {
                        let worker = try MasterWorker(
                            settings,
                            saying: { StandardStream.error.write("\($0)\n") },
                            didEnd: didEnd
                        )
                        let interrupt = worker.interruption
                        if endsWithInput { try StandardStream.whenInputEnds { interrupt() } }
                        ProcessSignals.onInterrupt { count in
                            guard count == 1 else { ProcessExit.now(ExitCode.interrupted.rawValue) }
                            interrupt()
                        }
                        continuation.resume(returning: try worker.work())
                    } catch {
                        continuation.resume(throwing: error)
                    }
                }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }
}
