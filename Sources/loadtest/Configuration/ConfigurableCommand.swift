import ArgumentParser
import LoadEngine

/// A command whose options may also come from a file and from the environment.
protocol ConfigurableCommand: AsyncParsableCommand {
    var configurationOptions: ConfigurationOptions { get }

    /// Options that exclude each other: one that is typed undoes the others where these are not typed, and one of the
    /// environment those of a file.
    static var alternatives: [Set<String>] { get }

    /// The options that belong into every report, also with the values that they have by default.
    static var importantOptions: Set<String> { get }

    /// Finds everything that is wrong with the options, without starting or changing anything.
    ///
    /// When `run` has failed, this tells which of them is to blame: that without which the problem is not there. So one
    /// problem must not hide another.
    /// - Throws: `ConfigurationError` with the problems for which `run` would fail, and more.
    func check() throws

    /// Does the command's work.
    ///
    /// - Parameter settings: What its options were made of.
    /// - Throws: What `reportingErrors` takes.
    func run(with settings: Settings) async throws
}

extension ConfigurableCommand {
    static var alternatives: [Set<String>] { [] }
    static var importantOptions: Set<String> { [] }
}

extension LoadTest {
    /// Runs what a command line asks for, and ends the program when that is wrong or fails.
    ///
    /// - Parameters:
    ///   - arguments: What is behind the program's name.
    ///   - environment: The variables.
    static func main(_ arguments: [String], environment: [String: String]) async {
        do {
            try checkSubcommand(arguments.first)
            let plain = Result { try parseAsRoot(arguments) }
            if let command = configurableCommand(plain, arguments) {
                try await reportingErrors { try await run(command, arguments, environment) }
            } else {
                try await run(try plain.get())
            }
        } catch {
            exit(withError: error)
        }
    }

    /// Refuses a word that is none: ArgumentParser would take it for an argument of the default command, and `--help` behind
    /// it would show that command's.
    ///
    /// - Parameter word: What is right behind the program's name.
    /// - Throws: `ValidationError` with the subcommands that there are.
    private static func checkSubcommand(_ word: String?) throws {
        let all = configuration.subcommands.map { $0.configuration }
        guard let word, !word.hasPrefix("-"), word != "help", !all.contains(where: { $0.commandName == word }) else {
            return
        }
        let known = all.filter(\.shouldDisplay).compactMap(\.commandName)
        let hint =
            Spelling.nearest(to: word, among: known).map { "did you mean '\($0)'?" }
            ?? "there are \(known.joined(separator: ", "))"
        throw ValidationError("'\(Shown.line(word))' is no subcommand of loadtest; \(hint)")
    }

    /// Finds the command that is asked for.
    ///
    /// - Parameters:
    ///   - plain: What ArgumentParser makes of the arguments alone, which may not be enough.
    ///   - arguments: What is behind the program's name.
    /// - Returns: Nil for one that takes its options from the command line only, and when help is wanted.
    private static func configurableCommand(
        _ plain: Result<any ParsableCommand, any Error>,
        _ arguments: [String]
    ) -> (any ConfigurableCommand.Type)? {
        switch plain {
        case .success(let command): return type(of: command) as? any ConfigurableCommand.Type
        case .failure(let error):
            guard !exitCode(for: error).isSuccess, arguments.first != "help" else { return nil }
            let named = configuration.subcommands.first { $0.configuration.commandName == arguments.first }
            return (named ?? configuration.defaultSubcommand) as? any ConfigurableCommand.Type
        }
    }

    private static func run(_ command: any ParsableCommand) async throws {
        if var command = command as? any AsyncParsableCommand {
            try await command.run()
        } else {
            var command = command
            try command.run()
        }
    }

    private static func run(
        _ command: any ConfigurableCommand.Type,
        _ arguments: [String],
        _ environment: [String: String]
    ) async throws {
        let isNamed = arguments.first == command.configuration.commandName
        let settings = try Settings(
            for: command,
            typed: Array(arguments.dropFirst(isNamed ? 1 : 0)),
            environment: environment,
            otherCommands: configuration.subcommands.compactMap { $0 as? any ConfigurableCommand.Type }
        )
        for warning in settings.warnings { StandardStream.error.write("warning: \(warning)\n") }
        let parsed = try settings.parse()
        guard !parsed.configurationOptions.showConfig else {
            return try StandardStream.output.writeAll(SettingsText(settings, of: parsed).text)
        }
        do {
            try await parsed.run(with: settings)
        } catch let error as ConfigurationError {
            throw settings.attributing(error)
        }
    }
}
