import ArgumentParser
import LoadEngine

/// What the options of a command are made of: the command line before the environment before a file.
struct Settings {
    let command: any ConfigurableCommand.Type
    /// What the command is a subcommand of.
    private let root: any ParsableCommand.Type
    /// The command's, in the order of its help.
    let options: [CommandOption]
    /// What holds of what was said, by the option's name.
    let settings: [String: Setting]
    /// What looks like a mistake and is none for certain.
    let warnings: [String]
    private let typed: TypedArguments

    /// Reads what is said about the options of a command.
    ///
    /// - Parameters:
    ///   - command: The command.
    ///   - arguments: What is behind its name on the command line.
    ///   - environment: The variables.
    ///   - root: What it is a subcommand of.
    ///   - otherCommands: Their options may be in the same file and environment.
    /// - Throws: `ConfigurationError` with everything that is wrong in the file and the environment.
    init(
        for command: any ConfigurableCommand.Type,
        typed arguments: [String],
        environment: [String: String],
        of root: any ParsableCommand.Type,
        otherCommands: [any ConfigurableCommand.Type] = []
    ) throws {
        self.command = command
        self.root = root
        options = try CommandOption.all(of: command)
        typed = TypedArguments(arguments, options: options)
        guard typed.problems.isEmpty else { throw ConfigurationError(typed.problems) }
        let others = try otherCommands.flatMap { try CommandOption.all(of: $0) }
        var reader = SettingsReader(options: options, otherNames: Set(others.map(\.name)))
        let variables = reader.read(environment)
        let file = try Self.file(namedBy: typed.settings["config"] ?? variables["config"])
        let fromFile = file.map { reader.read($0) } ?? [:]
        guard reader.problems.isEmpty else { throw ConfigurationError(reader.problems) }
        warnings = reader.warnings
        settings = [variables, typed.settings].reduce(fromFile) { lower, upper in
            var merged = lower.merging(upper) { _, upper in upper }
            for names in command.alternatives where names.contains(where: { upper[$0]?.isGiven == true }) {
                for name in names where upper[name] == nil { merged[name] = nil }
            }
            return merged
        }
    }

    /// A warning of options of the web page that were typed for a run without one; nil where there are none.
    ///
    /// In a file and in the environment they may stand for other runs.
    var unusedOptionsOfPage: String? {
        let names = options.map(\.name).filter {
            $0.hasPrefix(WebOptions.namePrefix) && typed.settings[$0]?.isGiven == true
        }
        guard !names.isEmpty else { return nil }
        return "without the web page (--headless) nothing comes of " + names.map { "--\($0)" }.joined(separator: ", ")
    }

    /// The command with its options.
    ///
    /// - Throws: `ConfigurationError` that names the places of what is wrong, or ArgumentParser's error when that was
    ///   typed.
    func parse() throws -> any ConfigurableCommand {
        var problems: [String] = []
        var excluded: Set<SettingSource> = []
        while true {
            switch parse(without: excluded) {
            case .success(let parsed):
                guard problems.isEmpty else { throw ConfigurationError(problems) }
                return parsed
            case .failure(let failure):
                let blamed = lowerSources.filter { source in
                    guard !excluded.contains(source) else { return false }
                    guard case .failure(let other) = parse(without: excluded.union([source])) else { return true }
                    return other.message != failure.message
                }
                guard !blamed.isEmpty else {
                    throw problems.isEmpty ? failure.error : ConfigurationError(problems)
                }
                problems.append(Self.attribute(failure.message, to: blamed))
                excluded.formUnion(blamed)
            }
        }
    }

    /// An error of the command, with the places of what is wrong.
    ///
    /// - Parameters:
    ///   - error: The error.
    ///   - longestTrial: For how long it is tried what would be right without each source.
    /// - Returns: The same error, each problem with its places where they are known.
    func attributing(_ error: ConfigurationError, longestTrial: Duration = longestTrial) -> ConfigurationError {
        let suspects = error.problems.map(suspects(of:))
        let doubtful = zip(error.problems, suspects).filter { problem, suspects in problem.needsTrial(among: suspects) }
        let causes = sourcesCausing(
            doubtful.map(\.0.message),
            among: Set(doubtful.flatMap(\.1)),
            longestTrial: longestTrial
        )
        return ConfigurationError(
            zip(error.problems, suspects).map { problem, suspects in
                let found = problem.needsTrial(among: suspects) ? causes[problem.message] : suspects
                // Of a known option all places are told rather than none.
                let blamed = found ?? (problem.fields.isEmpty ? [] : suspects)
                guard !blamed.isEmpty else { return problem }
                return ConfigurationProblem(problem.fields, message: Self.attribute(problem.message, to: blamed))
            }
        )
    }

    private static func file(namedBy setting: Setting?) throws(ConfigurationError) -> ConfigurationFile? {
        guard let setting else { return try ConfigurationFile.readDefault() }
        // After --no-config there is none.
        guard let path = setting.values.last else { return nil }
        do {
            return try ConfigurationFile.read(path.text)
        } catch {
            guard path.source != .commandLine else { throw error }
            throw ConfigurationError(error.messages.map { attribute($0, to: [path.source]) })
        }
    }

    // MARK: What is to blame

    /// An error of ArgumentParser in words.
    private struct ParseFailure: Error {
        let error: any Error
        let message: String
    }

    /// Where something comes from that was not typed.
    private var lowerSources: [SettingSource] {
        var sources: [SettingSource] = []
        for option in options {
            for value in settings[option.name]?.values ?? [] where !sources.contains(value.source) {
                sources.append(value.source)
            }
        }
        return sources.filter { $0 != .commandLine }
    }

    private func parse(without excluded: Set<SettingSource>) -> Result<any ConfigurableCommand, ParseFailure> {
        let lower = options.flatMap { option in
            settings[option.name]?.arguments(without: excluded.union([.commandLine])) ?? []
        }
        let arguments = [command.configuration.commandName].compactMap(\.self) + lower + typed.arguments
        do {
            guard let parsed = try root.parseAsRoot(arguments) as? any ConfigurableCommand else {
                throw CleanExit.helpRequest(command)
            }
            return .success(parsed)
        } catch {
            return .failure(ParseFailure(error: error, message: root.message(for: error)))
        }
    }

    /// Where the options come from that a problem is about; everything where it does not say what it is about.
    private func suspects(of problem: ConfigurationProblem) -> [SettingSource] {
        guard !problem.fields.isEmpty else { return lowerSources }
        let sources = problem.fields.flatMap { settings[$0.optionName]?.values.map(\.source) ?? [] }
        return lowerSources.filter(sources.contains)
    }

    /// For how long it is tried what would be right without each source: everything is checked again each time.
    static let longestTrial = Duration.seconds(2)

    /// Where each problem comes from: that without which it is not there.
    ///
    /// - Returns: Nothing for problems of the command line, and where it takes too long to tell.
    private func sourcesCausing(
        _ causes: [String],
        among suspects: Set<SettingSource>,
        longestTrial: Duration
    ) -> [String: [SettingSource]] {
        let sources = lowerSources.filter(suspects.contains)
        guard !sources.isEmpty, let present = problems(without: []).map(Set.init) else { return [:] }
        let begin = ContinuousClock.now
        var found: [String: [SettingSource]] = [:]
        for source in sources {
            guard ContinuousClock.now - begin < longestTrial else { return [:] }
            guard let left = problems(without: [source]).map(Set.init) else { continue }
            for problem in causes where present.contains(problem) && !left.contains(problem) {
                found[problem, default: []].append(source)
            }
        }
        return found
    }

    /// What is wrong with the options; nil when they cannot even be parsed.
    private func problems(without excluded: Set<SettingSource>) -> [String]? {
        guard case .success(let parsed) = parse(without: excluded) else { return nil }
        do { try parsed.check() } catch let error as ConfigurationError { return error.messages } catch {}
        return []
    }

    private static func attribute(_ problem: String, to sources: [SettingSource]) -> String {
        // A mark below a part of the problem's first line stays below it.
        let separator = problem.contains("\n") ? ":\n" : ": "
        return sources.map(\.text).joined(separator: ", ") + separator + problem
    }
}

extension ConfigurationProblem {
    /// Whether it is to be tried which of several places is to blame: of an option that is given line by line, and where
    /// the option is not known.
    fileprivate func needsTrial(among suspects: [SettingSource]) -> Bool {
        fields.isEmpty ? !suspects.isEmpty : fields.count == 1 && suspects.count > 1
    }
}
