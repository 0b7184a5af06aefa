/// Locust's `/exceptions`, where it tells of errors in the load test itself: the processes that were lost.
package struct LocustExceptions: Encodable, Sendable {
    private struct Exception: Encodable {
        var count = 1
        var msg: String
        var nodes = "local"
        var traceback = ""
    }

    private let exceptions: [Exception]

    /// Prepares the list.
    ///
    /// - Parameter table: The state of a run.
    package init(_ table: ReportTable) {
        exceptions = table.lostProcesses.map { Exception(msg: $0) }
    }
}

/// Locust's `/tasks`: the share of each conversation in the invocations of a run, and of each turn in its conversation.
package struct LocustTasks: Encodable, Sendable {
    private struct ConversationShare: Encodable {
        let ratio: Double
        let tasks: [String: TurnShare]
    }

    private struct TurnShare: Encodable {
        let ratio: Double
    }

    private let perClass: [String: ConversationShare]
    private let total: [String: ConversationShare]

    private enum CodingKeys: String, CodingKey {
        case total
        case perClass = "per_class"
    }

    /// Prepares the shares.
    ///
    /// - Parameter conversations: Those of the run.
    package init(_ conversations: [Conversation]) {
        let invocations = conversations.reduce(0) { $0 + $1.invocations }
        /// - Parameter ofAll: Whether a turn's share is that in the whole run.
        func shares(ofAll: Bool) -> [String: ConversationShare] {
            let shares = conversations.map { conversation in
                let ratio = invocations > 0 ? Double(conversation.invocations) / Double(invocations) : 0
                let turn = TurnShare(ratio: (ofAll ? ratio : 1) / Double(conversation.turns.count))
                let names = conversation.turns.indices.map { "turn \($0 + 1)" }
                let tasks = Dictionary(uniqueKeysWithValues: names.map { ($0, turn) })
                return (conversation.name, ConversationShare(ratio: ratio, tasks: tasks))
            }
            return Dictionary(shares) { first, _ in first }
        }
        perClass = shares(ofAll: false)
        total = shares(ofAll: true)
    }
}

/// Locust's `/logs`: lines of the program, by where they come from.
package struct LocustLogs: Encodable, Sendable {
    private let master: [String]
    private let workers: [String: [String]] = [:]

    /// Prepares the lists.
    ///
    /// - Parameter lines: The lines, the oldest first.
    package init(_ lines: [String]) {
        master = lines
    }
}
