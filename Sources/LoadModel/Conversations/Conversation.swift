/// A script: a name and its turns, played as many times as it has invocations.
public struct Conversation: Equatable, Sendable, Codable {
    /// Something that is said: a role and a content.
    public struct Entry: Equatable, Sendable, Codable {
        /// Any non-empty role, sent as it is.
        public var role: String
        /// The text, sent as it is; of an entry with a `template` as it is written, and empty of one with `parts`.
        public var content: String
        /// The text with places for values, which is sent instead of `content`; nil for a text without.
        public var template: Template?
        /// A content that is no text but a JSON array or object, such as content parts; nil for a text.
        public var parts: JSONTemplate?

        /// Makes an entry with a text.
        ///
        /// - Parameters:
        ///   - role: Any non-empty role.
        ///   - content: The text.
        public init(role: String, content: String) {
            self.role = role
            self.content = content
        }

        /// Makes an entry whose content is JSON.
        ///
        /// - Parameters:
        ///   - role: Any non-empty role.
        ///   - parts: An array or an object.
        public init(role: String, parts: JSONTemplate) {
            self.init(role: role, content: "")
            self.parts = parts
        }
    }

    /// One entry of the script: what is sent as one request.
    public struct Turn: Equatable, Sendable, Codable {
        /// What is said.
        public var entry: Entry
        /// What the turn is called in reports; nil for its number.
        public var name: String?
        /// What the answer has to be like; nil for any that ends well.
        public var expect: AnswerExpectation?
        /// How long the user waits before it; nil for what the conversation says.
        public var thinkTime: ThinkTime?
        /// What is sent with the turn where the client keeps the history: what stands between the turn before and this one.
        ///
        /// System entries, and recorded answers. Only what is `arranged` has any.
        public var before: [Entry] = []

        /// Makes a turn.
        ///
        /// - Parameters:
        ///   - role: Any non-empty role.
        ///   - content: The text.
        public init(role: String, content: String) { self.init(Entry(role: role, content: content)) }

        /// Makes a turn of an entry.
        ///
        /// - Parameter entry: What is said.
        public init(_ entry: Entry) { self.entry = entry }

        /// The entry's role.
        public var role: String {
            get { entry.role }
            set { entry.role = newValue }
        }
        /// The entry's text.
        public var content: String {
            get { entry.content }
            set { entry.content = newValue }
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
    /// The profile of the API that it is played against, by its name; nil for the run's.
    public var api: String?
    /// How long a user waits before every turn but the first; nil for what the run says.
    public var thinkTime: ThinkTime?
    /// Values of templates, as JSON writes them: `"async"` with its quotes, `0.5`, `["a"]`.
    public var variables: [String: String] = [:]
    /// Where further values of templates come from, other ones for each invocation; nil for none.
    public var data: DataSource?
    /// Headers of every request, besides the profile's and the run's, and instead of those of the same name.
    public var headers: [APIProfile.Header] = []

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

    /// How long a user waits before a turn: what the turn says, or the conversation, or the run.
    ///
    /// - Parameters:
    ///   - index: The turn, from 0.
    ///   - runs: What the run says; `off` is for all turns, whatever they say themselves.
    /// - Returns: The time; `off` before the first turn.
    public func thinkTime(beforeTurn index: Int, runs: ThinkTime?) -> ThinkTime {
        guard index > 0, runs != .off else { return .off }
        return turns[index].thinkTime ?? thinkTime ?? runs ?? .off
    }
}
