import ArgumentParser
import LoadEngine
import LoadProcesses
import MockAssistant

/// A command that plays conversations against a host or a mock of its own: what is the same for all of them.
protocol PlayingCommand: ConfigurableCommand {
    var target: TargetOptions { get }
    var users: UserOptions { get }
    var generator: GeneratorOptions { get }
    var api: APIOptions { get }
    var transport: TransportOptions { get }
    var connections: ConnectionOptions { get }
    var lateness: LatenessOptions { get }

    /// What the options ask for; a run against the mock has the placeholder's host.
    ///
    /// - Throws: `ConfigurationError` with everything that is wrong.
    func configuration(conversations: [Conversation], api: APIProfile) throws -> CheckedConfiguration
}

extension PlayingCommand {
    static var alternatives: [Set<String>] { [["host", "mock"]] }

    /// What all such commands put into a configuration.
    func common(_ conversations: [Conversation], _ profile: APIProfile) -> EngineConfiguration {
        var configuration = EngineConfiguration(
            host: target.host ?? TargetOptions.placeholder,
            conversations: conversations
        )
        configuration.api = profile
        target.apply(to: &configuration)
        users.apply(to: &configuration)
        generator.apply(to: &configuration)
        transport.apply(to: &configuration)
        connections.apply(to: &configuration)
        lateness.apply(to: &configuration)
        return configuration
    }

    /// The configuration of the conversations that the options name; nil when something is wrong, which is noted.
    func loaded(_ problems: inout Problems) throws -> CheckedConfiguration? {
        let profile = try problems.collect { try api.profile() }
        let configuration = try problems.collect {
            try self.configuration(
                conversations: try DataFiles.load(target.data, for: api),
                api: profile ?? Profiles.assistant
            )
        }
        if let api = configuration?.configuration.api { target.checkMock(&problems, speaks: api) }
        return configuration
    }

    /// Notes what is wrong with conversations and options, none of which hides another.
    ///
    /// - Returns: The conversations; none when they cannot be read.
    func tried(_ problems: inout Problems) throws -> [Conversation] {
        let conversations = try problems.collect { try DataFiles.load(target.data, for: api) } ?? []
        let profile = try problems.collect { try api.profile() }
        _ = try problems.collect {
            try configuration(conversations: conversations, api: profile ?? Profiles.assistant)
        }
        return conversations
    }

    /// The files that are read, none of which may be written as well.
    func fileUses(_ conversations: [Conversation]) -> FileUses {
        var uses = FileUses()
        uses.readsData(target.data)
        for conversation in conversations { uses.reads(conversation.data?.file, as: "a data file of conversations") }
        uses.reads(configurationOptions.config ?? ConfigurationOptions.defaultPath, as: "the configuration file")
        uses.reads(transport.caFile, as: "the file of --ca")
        uses.reads(api.file, as: "the profile of --api")
        return uses
    }

    /// Plays against the host, or a mock that is started for it and ended then.
    ///
    /// - Parameters:
    ///   - checked: What is played.
    ///   - warnings: What is said before, besides what any of these commands says.
    ///   - body: Plays it; gets the mock, if there is one.
    /// - Returns: The exit code.
    /// - Throws: `EngineError` when the mock cannot be started; what the body throws.
    func playing(
        _ checked: CheckedConfiguration,
        warnings: [String] = [],
        _ body: (CheckedConfiguration, MockWatch?) async throws -> ExitCode
    ) async throws -> ExitCode {
        func play(_ checked: CheckedConfiguration, _ mock: MockWatch?) async throws -> ExitCode {
            DescriptorLimit.raise()
            try await DescriptorLimit.takeOwn()
            for warning in [LibraryVersion.warning].compactMap(\.self) + warnings {
                StandardStream.error.write("warning: \(warning)\n")
            }
            APINotes.write(of: checked.configuration.api, headers: transport.headers)
            return try await body(checked, mock)
        }
        guard target.mock else { return try await play(checked, nil) }
        return try await MockProcess.run(arguments: MockProcess.arguments(for: checked.configuration)) { mock in
            let configuration = try checked.against(host: mock.url)
            let watch = try MockWatch(mock)
            defer { watch.finish() }
            return try await play(configuration, watch)
        }.result
    }
}
