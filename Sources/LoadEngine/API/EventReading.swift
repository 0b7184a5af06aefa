/// What an event of an answer means, as the rules of its API's profile say.
package struct EventReading: Equatable, BitwiseCopyable, Sendable {
    /// What an event means for its turn.
    package enum Kind: UInt8, CaseIterable, BitwiseCopyable, Sendable {
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
        /// Nothing, as a rule says.
        case ignore
        /// No rule matches it: counted, and nothing else.
        case other
        /// It has no data, and no rule matches it.
        case empty
    }

    /// What the event means.
    package var kind: Kind
    /// Whether each such event repeats all text that has come before.
    package var isCumulative = false
    /// Whether the answer is complete with it, though it is not `end`.
    package var isLast = false
    /// Whether a rule had to look into the data, and it was not JSON; such a rule does not match.
    package var isNotJSON = false
    /// Whether the rule that matches says where the event's text is: see `EventReader.forEachText`.
    package var hasText = false
    /// Whether something that is not null is where the server says how many tokens there were: see `EventReader.usage`.
    package var hasUsage = false
    /// Whether something that is not null is where the server says why the answer ended: see `EventReader.finishReason`.
    package var hasFinishReason = false
    /// Whether something that is not null is where values are that later requests use: see `EventReader.capture`.
    package var hasCapture = false

    package init(_ kind: Kind) { self.kind = kind }
}

extension EventReading.Kind {
    /// What a rule says of the events that it matches.
    package init(_ kind: EventRule.Kind) {
        self =
            switch kind {
            case .end: .end
            case .error: .error
            case .content: .content
            case .reasoning: .reasoning
            case .tool: .tool
            case .ping: .ping
            case .ignore: .ignore
            }
    }
}
