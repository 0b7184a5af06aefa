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
            for (index, turn) in conversation.turns.enumerated() {
                problems += mistakes(of: turn).map { "conversation '\(name)': turn \(index + 1) \($0)" }
            }
            problems += mistakes(beside: conversation).map { "conversation '\(name)': \($0)" }
        }
        problems += DataTables.problems(of: conversations)
        if problems.isEmpty, conversations.allSatisfy({ $0.invocations == 0 }) {
            problems.append("No invocations configured: give at least one conversation with invocations over 0")
        }
        guard problems.isEmpty else { throw ConfigurationError(problems) }
    }

    private static func mistakes(of turn: Conversation.Turn) -> [String] {
        var mistakes: [String] = []
        if turn.role.isEmpty { mistakes.append("has an empty role") }
        if turn.entry.template != nil, turn.entry.parts != nil { mistakes.append("has a template and parts: give one") }
        if turn.name?.isEmpty == true { mistakes.append("has an empty name") }
        if let time = turn.thinkTime, !time.canBeWritten { mistakes.append("has a think time that is none: \(time)") }
        for mistake in turn.expect?.mistakes ?? [] {
            mistakes.append("has a wrong expectation: \(mistake.key)\(mistake.key.isEmpty ? "" : ": ")\(mistake.text)")
        }
        return mistakes
    }

    /// What is wrong with a conversation besides its turns.
    private static func mistakes(beside conversation: Conversation) -> [String] {
        var mistakes: [String] = []
        if let time = conversation.thinkTime, !time.canBeWritten { mistakes.append("its think time is none: \(time)") }
        if conversation.data?.table.rowCount == 0 { mistakes.append("its data has no rows") }
        for (name, value) in conversation.variables.sorted(by: { $0.key < $1.key }) {
            let (read, wrong) = JSONReader.read(Array(value.utf8))
            if read?.text == nil || !wrong.isEmpty {
                mistakes.append("the variable \(Shown.text(name)) is not JSON; a text has its quotes with it")
            }
        }
        var names: Set<String> = []
        for header in conversation.headers {
            let texts = header.value.parts.map { if case .text(let text) = $0 { text } else { "" } }
            let isRight = HeaderRules.isName(header.name) && !HeaderRules.isReserved(header.name)
            if !isRight || !texts.allSatisfy(HeaderRules.isValue) || !names.insert(header.name.lowercased()).inserted {
                mistakes.append("the header \(Shown.text(header.name)) cannot be sent, or is there twice")
            }
        }
        return mistakes
    }
}
