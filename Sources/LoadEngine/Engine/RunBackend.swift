/// What stands behind the handle of a run: one loop on a thread of this process, or several processes.
/// - Isolation: any thread
package protocol RunBackend: Sendable {
    /// The state of the run, at most about a second old; exact when it has finished.
    var snapshot: RunSnapshot { get }
    /// The run over time, up to now.
    var series: TimeSeries { get }
    /// Changes the number of users, which is at least 1, and the spawn rate, which is over 0; nil leaves it as it is.
    func setUsers(_ count: Int, spawnRate: Double?)
    /// How many users there can be by now, where that is less than was asked for: those of a process that was lost never
    /// come. Nil where nothing can be lost.
    var reachableUsers: Int? { get }
    /// The fewest users that it can have.
    var leastUsers: Int { get }
    /// Counts from now on.
    func resetStatistics()
    /// Ends the run as from outside; a second call ends it at once.
    func stop()
    /// Ends the run as its run time does, however often it is called; at once, running turns are cancelled.
    func end(atOnce: Bool)
    /// Waits until the run has ended; the same result for every caller.
    ///
    /// - Throws: `EngineError` when it could not go on.
    func wait() throws -> Summary
}

extension RunBackend {
    package var reachableUsers: Int? { nil }
    package var leastUsers: Int { 1 }
}
