/// How many users a run is to have, and how fast they start; others than at its start when that was changed amid it.
package struct AskedUsers: Sendable {
    package var count: Int
    /// Users per second.
    package var spawnRate: Double
    /// How often conversations arrive by themselves; nil unless that was changed.
    package var arrivalRate: ArrivalRate?

    /// Those that a configuration asks for.
    package init(_ configuration: EngineConfiguration) {
        count = configuration.users
        spawnRate = configuration.spawnRate
    }

    /// Takes others; without a spawn rate it stays as it was.
    package mutating func change(to count: Int, spawnRate: Double?) {
        self.count = count
        self.spawnRate = spawnRate ?? self.spawnRate
    }
}

extension RunPlan {
    /// What is told of the run besides its numbers; how long it took, and its verdict, are for who has them.
    ///
    /// Users and spawn rate are those of this program's part.
    ///
    /// - Parameters:
    ///   - asked: The users that it was to have in the end.
    ///   - startedAt: When it began, as RFC 3339 writes it.
    ///   - durationS: From the start to the end of the last turn, in seconds.
    ///   - processes: How many processes took part.
    ///   - isInterrupted: Whether it was stopped from outside.
    /// - Returns: What the summary has of it.
    package func described(
        asked: AskedUsers,
        startedAt: String,
        durationS: Double = 0,
        processes: Int = 1,
        isInterrupted: Bool = false
    ) -> Summary.Run {
        var run = Summary.Run(
            host: configuration.host,
            path: configuration.shownPath,
            startedAt: startedAt,
            durationS: durationS,
            users: shareOfUsers.part(of: asked.count),
            processes: processes,
            verdict: isInterrupted ? .interrupted : .valid
        )
        run.spawnRate = configuration.arrivals == nil ? asked.spawnRate / Double(shareOfUsers.count) : nil
        run.arrivalRate = asked.arrivalRate?.description ?? configuration.arrivals?.rateText
        run.arrivals = configuration.arrivals?.process.description
        run.addresses = target.numericAddresses
        run.share = shareFacts
        return run
    }
}
