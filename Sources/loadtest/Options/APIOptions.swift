import ArgumentParser
import LoadEngine

/// The shape of the API that turns are sent to.
struct APIOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The API's profile: a name that 'loadtest api' lists, or a file.",
            valueName: "name-or-file"
        ),
        completion: .list(Profiles.names)
    )
    var api = Profiles.assistant.name

    @Option(
        name: .customLong("var"),
        help: ArgumentHelp(
            "Another value of a variable of the profile, such as model=gpt-4o; repeatable.",
            valueName: "name=value"
        )
    )
    var variables: [String] = []

    @Option(
        help: ArgumentHelp(
            "Who keeps what was said: 'none' (the server), 'live' (the client, with the answers as received), or 'recorded' "
                + "(the client, with those of the files). (default: as the profile says)",
            valueName: "kind"
        )
    )
    var history: APIProfile.History?

    /// The file of the profile; nil for a built-in one.
    var file: String? { Profiles.names.contains(api) ? nil : api }

    /// Whether the profile that a conversation names is that of the options.
    func isMeant(by api: String) -> Bool {
        api == self.api || file.map { InputFile.resolved(api) == InputFile.resolved($0) } ?? false
    }

    /// The profile that the options ask for.
    ///
    /// - Parameter outside: What conversations have to do with the profile's names.
    /// - Returns: The profile, in which nothing is wrong.
    /// - Throws: `ConfigurationError` with everything that is wrong, each with its option.
    func profile(outside: OutsideNames = OutsideNames()) throws(ConfigurationError) -> APIProfile {
        var profile: APIProfile
        do { profile = try Profiles.load(api, outside: outside) } catch { throw error.about(.api) }
        var problems: [ConfigurationProblem] = []
        for variable in variables {
            do { try Self.set(variable, of: &profile) } catch { problems += error.about(.option("var")).problems }
        }
        if let history {
            profile.history = history
            do { try profile.check(outside: outside) } catch { problems += error.about(.option("history")).problems }
        }
        guard problems.isEmpty else { throw ConfigurationError(problems) }
        return profile
    }

    private static func set(_ variable: String, of profile: inout APIProfile) throws(ConfigurationError) {
        guard let equals = variable.firstIndex(of: "="), equals > variable.startIndex else {
            throw ConfigurationError(
                "--var takes NAME=VALUE, such as model=gpt-4o, not \(Shown.text(Shown.withoutHeaderValue(variable)))"
            )
        }
        try profile.setVariable(
            String(variable[..<equals]),
            to: String(variable[variable.index(after: equals)...])
        )
    }
}

extension DataFiles {
    /// Loads the conversations of a run, whose templates may have the values that its API's profile gives.
    ///
    /// - Parameters:
    ///   - path: A folder, or a single file.
    ///   - options: The API that is played against, unless a file says another.
    /// - Returns: The conversations.
    /// - Throws: `ConfigurationError` with every mistake in them; those in the profile are for who loads it.
    static func load(_ path: String, for options: APIOptions) throws(ConfigurationError) -> [Conversation] {
        var conversations = try load(path) { api in
            guard let profile = try? api.map({ try Profiles.load($0) }) ?? options.profile() else { return [] }
            let captures = profile.captures + profile.setup.flatMap(\.captures)
            return Set(profile.variables.keys).union(captures.map(\.name))
        }
        // One that names the run's profile means it as the options have changed it. By where it is, and not by the name in it: a
        // copy that was edited may have that of the original.
        for index in conversations.indices {
            if let api = conversations[index].api, options.isMeant(by: api) { conversations[index].api = nil }
        }
        return conversations
    }
}
