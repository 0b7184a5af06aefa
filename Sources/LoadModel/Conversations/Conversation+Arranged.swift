extension Conversation {
    private static let systemRole = "system"
    private static let answerRole = "assistant"

    /// The conversation as it is played by who keeps its history.
    ///
    /// Where the server keeps it, every entry is a turn. Where the client does, entries of the role `system` are sent with the
    /// turn that follows them (`before`), and those of the role `assistant` are recorded answers: with the live history they
    /// are left out, with the recorded one they are sent with the turn that follows them. All other roles are turns.
    ///
    /// - Parameter history: Who keeps what was said before.
    /// - Returns: The conversation; its `turns` are what is sent, one after another.
    /// - Throws: `ConfigurationError` when no turn is left, when a turn but the last has no recorded answer, and for what only a
    ///   turn can have.
    public func arranged(for history: APIProfile.History) throws(ConfigurationError) -> Conversation {
        var arranged = self
        var problems: [String] = []
        // Where each turn is in the file.
        var indices = Array(turns.indices)
        if history != .none {
            arranged.turns = []
            var before: [Entry] = []
            // Whether the last turn has its recorded answer, as far as it needs one.
            var isAnswered = true
            indices = []
            for (index, turn) in turns.enumerated() {
                before += turn.before
                if turn.before.contains(where: { $0.role == Self.answerRole }) { isAnswered = true }
                guard turn.role != Self.systemRole, turn.role != Self.answerRole else {
                    if turn.expect != nil {
                        problems.append(place(index, "expect") + Self.lostExpectation(of: turn.role))
                    }
                    if turn.role == Self.systemRole || history == .recorded { before.append(turn.entry) }
                    if turn.role == Self.answerRole { isAnswered = true }
                    continue
                }
                if history == .recorded, !isAnswered {
                    problems.append(
                        place(index)
                            + "expected an entry of the role assistant before this turn, the recorded answer to the "
                            + "turn before; add it, or play with --history live"
                    )
                }
                var next = turn
                next.before = before
                arranged.turns.append(next)
                indices.append(index)
                before = []
                isAnswered = false
            }
        }
        if arranged.turns.isEmpty {
            problems.append(
                "\(Shown.path(path)): $.conversation: expected at least one turn, found only entries of the roles system and "
                    + "assistant; add one of the role user"
            )
        }
        if let first = arranged.turns.first, let time = first.thinkTime, time != .off {
            problems.append(
                place(indices[0], "think_time")
                    + "nobody thinks before the first turn; --rest is for the time between the "
                    + "conversations of a user"
            )
        }
        guard problems.isEmpty else { throw ConfigurationError(problems) }
        return arranged
    }

    /// The beginning of a message about an entry.
    private func place(_ index: Int, _ key: String? = nil) -> String {
        "\(Shown.path(path)): $.conversation[\(index)]\(key.map { ".\($0)" } ?? ""): "
    }

    private static func lostExpectation(of role: String) -> String {
        "an entry of the role \(role) is no turn where the client keeps the history; expect goes to the turn whose answer is "
            + "meant"
    }
}
