import ArgumentParser
import LoadEngine
import MockAssistant

/// `loadtest mock`: the mock assistant as a program.
struct MockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mock",
        abstract: "The mock assistant: an SSE server with a scripted pace and scripted faults.",
        discussion: """
            It answers POST .../stream/assistant/{session_id} with a stream of events and GET /health. The first line \
            of the standard output is its URL. SIGINT and SIGTERM end it.

            Durations: ns us ms s m h, such as 250ms, 1.5s or 1h30m; a bare number is seconds.

            Faults:
            \(Fault.allCases.map { "  \($0.rawValue): \($0.summary)" }.joined(separator: "\n"))
            """
    )

    @Option(help: "The name or address to listen on, IPv4 or IPv6.")
    var host = "127.0.0.1"

    @Option(help: "The port to listen on; 0 takes any free one.")
    var port = 8000

    @Option(help: "The events of one answer, the end marker not counted.")
    var events = 20

    @Option(help: ArgumentHelp("The delay of the first event.", valueName: "duration"))
    var firstToken = "50ms"

    @Option(help: ArgumentHelp("The delay from one event to the next.", valueName: "duration"))
    var interval = "10ms"

    @Option(help: ArgumentHelp("Each delay is drawn from this many percent around it.", valueName: "percent"))
    var jitter = 0.0

    @Option(help: "Makes faults and jitter the same again, in order of arrival.")
    var seed: UInt64 = 0

    @Option(help: ArgumentHelp("A fault and the share of turns that have it. Repeatable.", valueName: "name=percent"))
    var fault: [String] = []

    @Option(help: ArgumentHelp("Write one JSON line per answered turn to this file.", valueName: "file"))
    var log: String?

    @Flag(help: .hidden)
    var untilStdinCloses = false

    func validate() throws {
        _ = try serverConfiguration()
    }

    func run() async throws {
        let (ends, end) = AsyncStream.makeStream(of: Never.self)
        ProcessSignals.onInterrupt { _ in end.finish() }
        DescriptorLimit.raise()
        let server = try await reportingErrors { try MockServer(serverConfiguration()) }
        StandardStream.output.write(server.url + "\n")
        if untilStdinCloses { try StandardStream.whenInputEnds { end.finish() } }
        for await _ in ends {}
        server.stop()
    }

    /// What the options ask for; every mistake is named at once.
    private func serverConfiguration() throws -> MockConfiguration {
        var problems: [String] = []
        func read<Value>(_ option: String, _ value: () throws(ConfigurationError) -> Value) -> Value? {
            do {
                return try value()
            } catch {
                problems += error.problems.map { "\(option): \($0)" }
                return nil
            }
        }
        var configuration = MockConfiguration()
        configuration.host = host
        configuration.logPath = log
        var script = MockScript()
        script.events = events
        script.jitterPercent = jitter
        script.seed = seed
        if let port = UInt16(exactly: port) {
            configuration.port = port
        } else {
            problems.append("--port: must be 0 to 65535, not \(port)")
        }
        if let duration = read("--first-token", { () throws(ConfigurationError) in try DurationText.parse(firstToken) })
        {
            script.firstToken = duration
        }
        if let duration = read("--interval", { () throws(ConfigurationError) in try DurationText.parse(interval) }) {
            script.interval = duration
        }
        for text in fault {
            if let share = read("--fault", { () throws(ConfigurationError) in try FaultShare.parse(text) }) {
                script.faults.append(share)
            }
        }
        do {
            try script.validate()
        } catch {
            problems += error.problems
        }
        guard problems.isEmpty else { throw ValidationError(problems.joined(separator: "\n")) }
        configuration.script = script
        return configuration
    }
}
