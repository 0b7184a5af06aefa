extension RunPlan {
    /// Makes the plan of a run that a master asks for, and waits for its host if that is wanted.
    ///
    /// - Parameters:
    ///   - run: What it asks for.
    ///   - settings: What the worker was given.
    /// - Throws: `ConfigurationError` when the master's locustfile is not of the same conversations, or nobody names a host;
    ///   `EngineError` when the host cannot be resolved, or the users do not fit on this machine.
    init(_ run: WorkerRun, _ settings: WorkerSettings) throws {
        let order = run.order
        var configuration = settings.configuration
        guard let host = order.host.flatMap({ $0.isEmpty ? nil : $0 }) ?? settings.host else {
            throw ConfigurationError(
                "no target: the master names no host (--host, or on its page), and neither does this worker: give it --host URL"
            )
        }
        configuration.host = host
        configuration.conversations = try Self.conversations(of: configuration.conversations, run)
        configuration.stopTimeout = order.stopTimeout
        configuration.publishesRows = true
        configuration.spawnRate = run.spawnRate
        // As many as it is going to have, as far as can be told: one that cannot have them is to say so at the start.
        let shares = run.shard?.share?.count ?? 0
        let expected = shares > 0 ? ((order.usersInAll ?? 0) + shares - 1) / shares : 0
        configuration.users = max(order.classes.users, expected)
        let checked = try CheckedConfiguration(configuration)
        try HostWait(checked)?.wait()
        var plan = try RunPlan(checked)
        try plan.checkFit()
        plan.steer(run.shard?.share ?? .whole, users: order.classes.users)
        self = plan
    }

    /// The conversations of a test: those that the master has no class for are not played.
    private static func conversations(of all: [Conversation], _ run: WorkerRun) throws(ConfigurationError)
        -> [Conversation]
    {
        let advice = "write the master's locustfile anew (loadtest locustfile), from the same data as the workers have"
        var known: [String: Int] = [:]
        for one in all { known[one.name, default: 0] += one.invocations }
        let asked = run.order.classes.entries.map(\.name)
        if let stranger = asked.first(where: { known[$0] == nil }) {
            throw ConfigurationError(
                "the master has users of \(Shown.line(stranger)), of which this worker has no conversation: \(advice)"
            )
        }
        for (name, invocations) in run.shard?.conversations ?? [:] where known[name] != invocations {
            throw ConfigurationError(
                "the master's locustfile has \(counted(invocations, "invocation")) of \(Shown.line(name)), and this worker's "
                    + "data \(known[name] ?? 0): \(advice)"
            )
        }
        let names = Set(asked)
        return all.map { one in
            var one = one
            if !names.contains(one.name) { one.invocations = 0 }
            return one
        }
    }

    /// How many invocations of each conversation this part of the run has; none where there is no end to them.
    var plannedByConversation: [UInt64] {
        guard !configuration.repeats else { return [] }
        return InvocationQueue.counts(of: configuration.conversations.map(\.invocations), in: share)
    }
}
