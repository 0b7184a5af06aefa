import ArgumentParser
import LoadEngine
import MockAssistant

/// `loadtest mock`: the mock assistant as a program.
struct MockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mock",
        abstract: "The mock assistant: a server of many APIs with a scripted pace and scripted faults.",
        usage: "loadtest mock <options>",
        discussion: """
            It answers the turns of an API with a stream of events, and GET /health. The first line of the standard \
            output is its URL. SIGINT, SIGTERM and SIGHUP end it.

            Durations: \(DurationText.grammar).

            Exit codes: 64 wrong usage; 2 the address or the log cannot be had, or a line of the log or the URL could not \
            be written; 0 ended by a signal.

            APIs (--api), and what is posted to them:
            \(MockAPI.allCases.map { "  \($0.rawValue): \($0.summary)" }.joined(separator: "\n"))

            Faults (--fault); some are only of the APIs in brackets:
            \(Fault.allCases.map { "  \($0.rawValue): \($0.summary)\($0.only)" }.joined(separator: "\n"))
              \(ScriptPause.name): \(ScriptPause.summary)
            """
    )

    @OptionGroup var options: MockOptions

    @Flag(help: .hidden)
    var untilStdinCloses = false

    func run() async throws {
        let configuration = try await reportingErrors { try options.configuration() }
        let (ends, end) = AsyncStream.makeStream(of: Never.self)
        ProcessSignals.onInterrupt { count in
            guard count == 1 else { ProcessExit.now(ExitCode.interrupted.rawValue) }
            end.finish()
        }
        DescriptorLimit.raise()
        try await reportingErrors {
            if untilStdinCloses { try StandardStream.whenInputEnds { end.finish() } }
            if options.processCount > 1 {
                let processes = MockProcesses(
                    count: options.processCount,
                    configuration: configuration,
                    // Behind the program and the command.
                    arguments: Array(CommandLine.arguments.dropFirst(2))
                )
                guard try await processes.serve(until: ends, whenAllServe: Self.announce) else {
                    throw ExitCode.engineFailure
                }
            } else {
                let server = try MockServer(configuration)
                try Self.announce(server.url)
                for await _ in ends {}
                server.stop()
                // It has said so itself.
                if server.counters.logLinesLost > 0 { throw ExitCode.engineFailure }
            }
        }
    }

    private static func announce(_ url: String) throws {
        try StandardStream.output.writeAll(url + "\n")
    }
}
