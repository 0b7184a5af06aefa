/// What a number of a run, or of a part of it, has to be like for the run to pass, such as `ttft.p95 < 500ms`.
///
/// The grammar is in docs/thresholds.md.
public struct Threshold: Sendable, Equatable {
    /// The part of a run that a threshold is about.
    enum Part: Sendable, Equatable {
        case wholeRun
        /// The longest stretch in which it was near its peak.
        case steadyStretch
        case conversation(Scope)
    }

    /// A conversation, or a turn of one.
    struct Scope: Sendable, Equatable {
        var conversation: String
        /// One of its turns, from 1; nil for all.
        var turn: Int?
        /// Where the turn is in the text, in characters.
        var turnOffset: Int?
    }

    /// The threshold as it was written.
    public let text: String
    let part: Part
    let number: RunNumber
    let comparison: Comparison
    /// In the number's unit: milliseconds, a share from 0 to 1, or a number.
    let limit: Double
    /// Where the number is in the text, in characters; the scope is at its beginning.
    let numberOffset: Int

    /// Whether it says how many turns of the whole run may fail.
    public var limitsFailureRate: Bool { part == .wholeRun && number == .figure(.failuresRate) }

    /// Whether it is about the steady stretch, which a run has only if it is configured to find it.
    public var needsSteadyStretch: Bool { part == .steadyStretch }

    /// Whether it can be judged while a run goes on only if the run publishes the distributions of single rows.
    public var needsRows: Bool {
        guard case .conversation = part, case .durations = number else { return false }
        return true
    }

    /// Checks that a run has what the threshold is about.
    ///
    /// - Parameters:
    ///   - conversations: The conversations of the run.
    ///   - objectives: The objectives of the run.
    /// - Throws: `ExpressionError` for a conversation or turn that is not played, and for goodput without objectives.
    public func check(conversations: [Conversation], objectives: [Objective]) throws(ExpressionError) {
        if case .conversation(let scope) = part { try check(scope, conversations) }
        guard objectives.isEmpty, number == .figure(.goodput) || number == .figure(.turnGoodput) else { return }
        throw ExpressionError(
            "goodput is the share that met the objectives, and there are none: add for example "
                + "--objective 'ttft < 800ms'",
            in: text,
            at: numberOffset
        )
    }

    private func check(_ scope: Scope, _ conversations: [Conversation]) throws(ExpressionError) {
        guard let conversation = conversations.first(where: { $0.name == scope.conversation }) else {
            let names = conversations.map(\.name)
            let turns = conversations.flatMap { item in item.turns.indices.map { "\(item.name) #\($0 + 1)" } }
            let hint =
                Spelling.nearest(to: scope.conversation, among: names + turns).map { "did you mean '\($0)'?" }
                ?? "there is '\(names.prefix(10).joined(separator: "', '"))'" + (names.count > 10 ? " and others" : "")
            throw ExpressionError(
                "no conversation is named '\(scope.conversation)'; \(hint)",
                in: text,
                at: 0
            )
        }
        guard let turn = scope.turn, turn > conversation.turns.count else { return }
        let count = conversation.turns.count
        throw ExpressionError(
            "'\(conversation.name)' has \(count == 1 ? "only one turn" : "\(count) turns"), not \(turn)",
            in: text,
            at: scope.turnOffset ?? 0
        )
    }
}
