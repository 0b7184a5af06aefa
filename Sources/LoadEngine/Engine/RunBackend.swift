/// What stands behind the handle of a run: one loop on a thread of this process, or several processes.
/// - Isolation: any thread
package protocol RunBackend: Sendable {
    /// The state of the run, at most about a second old; exact when it has finished.
    var snapshot: RunSnapshot { get }
    /// The run over time, up to now.
    var series: TimeSeries { get }
    /// Changes the number of users, which is at least 1 unless the run is steered, and the spawn rate, which is over 0; nil leaves it as it is.
    func setUsers(_ count: Int, spawnRate: Double?)
    /// How many users there can be by now, where that is less than was asked for: those of a process that was lost never
    /// come. Nil where nothing can be lost.
    var reachableUsers: Int? { get }
    /// The fewest users that it can have.
    var leastUsers: Int { get }
    /// Changes how often conversations arrive by themselves.
    func setArrivalRate(_ rate: ArrivalRate)
    /// Counts from now on; at the end of the warm-up, if it has not ended by itself, with what was counted kept apart.
    func resetStatistics(endsWarmUp: Bool)
    /// The states of the run from now on, about one a second, the last one exact, for one listener; of those that it does
    /// not take so many are kept.
    func snapshots(keeping count: Int) -> AsyncStream<RunSnapshot>
    /// Ends the run; at once, running turns are cancelled, as by a second interruption.
    func stop(_ reason: StopReason, atOnce: Bool)
    /// The end of the run.
    var end: RunEnd { get }
}

extension RunBackend {
    package var reachableUsers: Int? { nil }
    package var leastUsers: Int { 1 }

    /// The states as they are found once a second.
    package func snapshots(keeping count: Int) -> AsyncStream<RunSnapshot> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: RunSnapshot.self,
            bufferingPolicy: .bufferingNewest(count)
        )
        let looking = Task {
            while !Task.isCancelled {
                continuation.yield(snapshot)
                try? await Task.sleep(for: .seconds(1))
            }
        }
        Task {
            _ = try? await end.result()
            looking.cancel()
            await looking.value
            continuation.yield(snapshot)
            continuation.finish()
        }
        continuation.onTermination = { _ in looking.cancel() }
        return stream
    }
}
