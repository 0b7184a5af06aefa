/// What conversations must be like, wherever they come from.
package enum ConversationRules {
    /// What is allowed and hard to read.
    ///
    /// - Parameter names: Those of the conversations.
    /// - Returns: A sentence; nil for conversations like any other.
    package static func warning(of names: some Sequence<String>) -> String? {
        guard names.contains(Conversation.nameOfAll) else { return nil }
        return
            "a conversation is named '\(Conversation.nameOfAll)', as is the row of all turns in every table: name it "
            + "otherwise to tell them apart"
    }

    /// Checks the conversations of a run.
    ///
    /// - Throws: `ConfigurationError` with everything that is wrong.
    package static func check(_ conversations: [Conversation]) throws(ConfigurationError) {
        var problems: [String] = []
        var names: Set<String> = []
        for conversation in conversations {
            let name = conversation.name
            if name.isEmpty { problems.append("a conversation without a name (\(conversation.path))") }
            if !names.insert(name).inserted { problems.append("two conversations are named '\(name)'") }
            if conversation.turns.isEmpty { problems.append("conversation '\(name)' has no turns") }
            if !(0...Conversation.maximumInvocations).contains(conversation.invocations) {
                problems.append(
                    "conversation '\(name)': invocations must be from 0 to \(Conversation.maximumInvocations), "
                        + "not \(conversation.invocations)"
                )
            }
            for (index, turn) in conversation.turns.enumerated() where turn.role.isEmpty {
                problems.append("conversation '\(name)': turn \(index + 1) has an empty role")
            }
        }
        if problems.isEmpty, conversations.allSatisfy({ $0.invocations == 0 }) {
            problems.append("No invocations configured: give at least one conversation with invocations over 0")
        }
        guard problems.isEmpty else { throw ConfigurationError(problems) }
    }
}
