import ArgumentParser
import LoadEngine
import MockAssistant

/// What is played, and against whom.
struct TargetOptions: ParsableArguments {
    @Option(
        name: [.customShort("H"), .long],
        help: ArgumentHelp("The base URL of the assistant, such as http://localhost:8000.", valueName: "url")
    )
    var host: String?

    @Flag(help: "Play against a mock assistant that is started for the run.")
    var mock = false

    @Option(
        help: ArgumentHelp("The folder (or single file) with the conversations.", valueName: "path"),
        completion: .file()
    )
    var data = DataFiles.defaultPath

    @Option(help: "The path of a turn instead of the profile's; {session_id} stands for the session's id.")
    var path: String?
}

extension TargetOptions {
    /// Where a run against the mock goes before the mock is there.
    static let placeholder = "http://127.0.0.1"

    func apply(to configuration: inout EngineConfiguration) { configuration.path = path }

    /// Notes that the mock does not speak an API.
    func checkMock(_ problems: inout Problems, speaks api: APIProfile) {
        guard mock, !api.readsAsAssistant else { return }
        problems.require(
            MockAPI(rawValue: api.name) != nil,
            "--mock speaks the built-in APIs, and \(Shown.text(api.name)) is none of them: give the profile the name of "
                + "the one that it is like, or start a server that speaks it and give --host URL",
            of: "mock",
            "api"
        )
    }

    /// Notes what is missing, and what excludes each other.
    ///
    /// - Parameters:
    ///   - problems: Where mistakes are noted.
    ///   - needsHost: Whether there must be a host.
    func check(_ problems: inout Problems, needsHost: Bool) {
        problems.require(
            host != nil || mock || !needsHost,
            "no target: give --host URL (such as --host http://localhost:8000), or --mock to play against a mock "
                + "assistant",
            of: "host"
        )
        problems.require(
            host == nil || !mock,
            "--host and --mock exclude each other: give one of them",
            of: "host",
            "mock"
        )
    }
}
