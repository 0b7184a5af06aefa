/// What makes an event of an answer what it is: its conditions, all of which must hold.
///
/// Without any it matches every event that has data.
public struct EventRule: Equatable, Sendable, Codable {
    /// What an event can mean for its turn.
    public enum Kind: String, CaseIterable, Sendable, Codable {
        /// The answer is complete.
        case end
        /// The server says that it failed.
        case error
        /// A piece of the answer.
        case content
        /// A piece of what the model thinks before it answers.
        case reasoning
        /// A piece of a call of a tool.
        case tool
        /// Nothing but a sign of life.
        case ping
        /// Nothing.
        case ignore
    }

    /// A value that a place must have.
    public struct Equality: Equatable, Sendable, Codable {
        /// The place.
        public var path: JSONPath
        /// Any of these scalars, each as JSON writes it: `"text"` with its quotes, `true`, `null`, `5`.
        public var values: [String]

        /// Makes a condition.
        public init(path: JSONPath, values: [String]) {
            self.path = path
            self.values = values
        }
    }

    /// What it says of an event that matches.
    public var kind: Kind
    /// The event's whole data; nil for any.
    public var data: String?
    /// The event's name; nil for any.
    public var event: String?
    /// A place where something is that is not null, false, "", [] or {}; nil for none.
    public var has: JSONPath?
    /// A place where a string is that is not empty: the text of the event; nil for none.
    ///
    /// The text of an event whose rule does not look into the data is the data.
    public var text: JSONPath?
    /// Values that places must have.
    public var equals: [Equality]
    /// Whether each event repeats all text that has come before.
    public var isCumulative: Bool
    /// Whether the answer is complete with such an event, as it is with an `end`.
    public var isLast: Bool

    /// Makes a rule without conditions.
    public init(_ kind: Kind) {
        self.kind = kind
        equals = []
        isCumulative = false
        isLast = false
    }

    /// Whether it looks into the data as JSON.
    package var readsJSON: Bool { has != nil || text != nil || !equals.isEmpty }
}
