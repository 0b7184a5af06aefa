/// What the master's locustfile says at the start of a test: which of its invocations are this worker's.
package struct ShardOrder: Sendable, Equatable {
    /// Which test it is of; what a worker that comes back under another name has it known by.
    package var test: String
    /// Nil where all invocations are those of other workers.
    package var share: RunShare?
    /// The conversations of the locustfile with their invocations; nil where it does not say.
    package var conversations: [String: Int]?

    package init(test: String = "", share: RunShare?, conversations: [String: Int]? = nil) {
        self.test = test
        self.share = share
        self.conversations = conversations
    }

    /// Reads the data of a message.
    init(_ data: PackValue) throws(MessageProblem) {
        test = data["test"]?.asText ?? ""
        guard let count = data["count"]?.asInt, (0...Self.mostShares).contains(count) else {
            throw MessageProblem("shard: its count is no number of workers")
        }
        switch data["index"] {
        case .int(let index) where (0..<Int64(count)).contains(index):
            share = RunShare(index: Int(index), count: count)
        case .null: share = nil
        default: throw MessageProblem("shard: its index is none of 0 to its count")
        }
        guard case .map(let members)? = data["conversations"] else { return }
        var conversations: [String: Int] = [:]
        for member in members {
            guard let name = member.key.asText, let invocations = member.value.asInt, invocations >= 0 else {
                throw MessageProblem("shard: conversations has one without a name, or no number of invocations")
            }
            conversations[name] = invocations
        }
        self.conversations = conversations
    }

    /// As many workers as a run can have users.
    private static let mostShares = EngineConfiguration.mostUsers
}
