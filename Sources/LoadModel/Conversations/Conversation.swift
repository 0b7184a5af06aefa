/// A script: a name and its turns, played as many times as it has invocations.
public struct Conversation: Equatable, Sendable, Codable {
    /// One entry of the script: what is sent as one POST.
    public struct Turn: Equatable, Sendable, Codable {
        /// Any non-empty role, sent as it is.
        public var role: String
        /// The text, sent as it is.
        public var content: String

        /// Makes a turn.
        ///
        /// - Parameters:
        ///   - role: Any non-empty role.
        ///   - content: The text.
        public init(role: String, content: String) {
            self.role = role
            self.content = content
        }
    }

    /// The most invocations a conversation may ask for.
    public static let maximumInvocations = 1_000_000_000
    /// Locust's name of the row that has all turns, which a conversation had better not have.
    package static let nameOfAll = "Aggregated"

    /// The name, unique within a run.
    public var name: String
    /// How often the conversation is to be played, from 0 to `maximumInvocations`.
    public var invocations: Int
    /// The turns in their order; at least one.
    public var turns: [Turn]
    /// The file the conversation comes from, or what else it is to be sorted by.
    public var path: String

    /// Makes a conversation.
    ///
    /// - Parameters:
    ///   - name: The name, unique within a run.
    ///   - invocations: How often it is to be played.
    ///   - turns: The turns in their order.
    ///   - path: The file it comes from; the name when it comes from none.
    public init(name: String, invocations: Int, turns: [Turn], path: String? = nil) {
        self.name = name
        self.invocations = invocations
        self.turns = turns
        self.path = path ?? name
    }
}
