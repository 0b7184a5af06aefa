/// What the requests of all conversations of an API have in common; compiled once, not for each of thousands of files.
struct CommonRequests {
    let profile: APIProfile
    /// Whether the API has the text of the system entries in a place of its own.
    let usesSystem: Bool
    /// The head of a turn of a conversation that gives it nothing.
    let head: RequestHead
    /// The values of `{{env.NAME}}`.
    let environment: EnvironmentValues
    /// The names in path and header lines of turns.
    private let headNames: Set<String>

    /// - Parameters:
    ///   - profile: The API.
    ///   - environment: The values of `{{env.NAME}}`.
    init(_ profile: APIProfile, environment: EnvironmentValues) {
        self.profile = profile
        self.environment = environment
        usesSystem = profile.templateNames.contains("system")
        headNames = Set(profile.path.names + profile.headers.flatMap(\.value.names))
        let nobody = Conversation(name: "", invocations: 0, turns: [])
        head = RequestHead(
            method: profile.method,
            path: profile.path,
            headers: profile.headers,
            ofConversation: [],
            RequestNames(conversation: nobody, profile: profile, environment: environment).compiler(for: nil)
        )
    }

    /// Whether each turn of a conversation has a head of its own.
    func headsDiffer(in conversation: Conversation) -> Bool {
        let names = headNames.union(conversation.headers.flatMap(\.value.names))
        return !names.isDisjoint(with: ["content", "role", "messages", "turn"])
    }

    /// Whether the turns of a conversation have the head that is the same for all.
    func sharesHead(_ conversation: Conversation) -> Bool {
        guard conversation.headers.isEmpty, !headsDiffer(in: conversation), !headNames.contains("system") else {
            return false
        }
        return headNames.isDisjoint(with: conversation.variables.keys)
            && headNames.isDisjoint(with: conversation.data?.table.columns ?? [])
    }
}
