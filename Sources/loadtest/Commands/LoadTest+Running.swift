import ArgumentParser
import LoadEngine

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
            of: LoadTest.self,
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
