import FoundationEssentials

/// The APIs that the conversations of a run are played against.
package struct ConversationAPIs: Sendable, Codable {
    /// All of them, each once.
    package let profiles: [APIProfile]
    /// The index of each conversation's profile.
    package let apiOf: [Int]
    /// The conversations, each as it is played by who keeps its history.
    let conversations: [Conversation]

    private enum CodingKeys: CodingKey { case profiles, apiOf }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        profiles = try container.decode([APIProfile].self, forKey: .profiles)
        apiOf = try container.decode([Int].self, forKey: .apiOf)
        conversations = []
    }

    /// Finds the APIs, and arranges the conversations for them.
    ///
    /// - Throws: `ConfigurationError` with everything that is wrong with the profiles, and with how conversations use them.
    init(_ configuration: EngineConfiguration) throws(ConfigurationError) {
        var problems: [ConfigurationProblem] = []
        func collect<Value>(_ check: () throws(ConfigurationError) -> Value) -> Value? {
            do { return try check() } catch {
                problems += error.problems
                return nil
            }
        }
        var own = configuration.api
        if let path = configuration.path { own.path = SessionPlaceholder.template(of: path) }
        let environment = ProcessInfo.processInfo.environment
        var profiles: [APIProfile] = []
        var apiOf: [Int] = []
        var conversations: [Conversation] = []
        var places: [String?: Int] = [:]
        // Whether a profile has names that conversations have to give a value.
        var needs: [Bool] = []
        var unknown: Set<String> = []
        func place(of name: String?, in conversation: Conversation) -> Int? {
            if let place = places[name] { return place }
            var profile = own
            if let name {
                guard !unknown.contains(name) else { return nil }
                do throws(ConfigurationError) { profile = try Profiles.load(name) } catch {
                    let file = Shown.path(conversation.path)
                    problems += error.problems.map { .init(.api, message: "\(file): $.api: \($0.message)") }
                    unknown.insert(name)
                    return nil
                }
            }
            places[name] = profiles.count
            profiles.append(profile)
            needs.append(!profile.unknownNames().isEmpty)
            _ = collect { () throws(ConfigurationError) in try profile.check(environment: environment) }
            return places[name]
        }
        for conversation in configuration.conversations {
            let name = conversation.api == own.name ? nil : conversation.api
            guard let place = place(of: name, in: conversation) else { continue }
            apiOf.append(place)
            let profile = profiles[place]
            guard
                let arranged = collect({ () throws(ConfigurationError) in
                    try conversation.arranged(for: profile.history)
                })
            else { continue }
            conversations.append(arranged)
            if profile.templateNames.contains("system"),
                arranged.turns.contains(where: { $0.before.contains { $0.role == "system" && $0.parts != nil } })
            {
                problems.append(
                    ConfigurationProblem(
                        .api,
                        message:
                            "\(Shown.path(conversation.path)): the profile \(Shown.text(profile.name)) has the system's "
                            + "entries as one text, {{system}}: expected a text as their content, found content parts"
                    )
                )
            }
            guard needs[place] else { continue }
            let given = Set(conversation.variables.keys).union(conversation.data?.table.columns ?? [])
            problems += profile.unknownNames(beyond: given).map {
                ConfigurationProblem(
                    .api,
                    message: "the profile \(Shown.text(profile.name)): \($0.place): \($0.problem) "
                        + "(conversation \(Shown.text(conversation.name)))"
                )
            }
        }
        self.profiles = profiles
        self.apiOf = apiOf
        self.conversations = conversations
        guard problems.isEmpty else { throw ConfigurationError(problems) }
    }
}
