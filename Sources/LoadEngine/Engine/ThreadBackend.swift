/// A run on one loop, on a thread of its own in this process.
package final class ThreadBackend: RunBackend {
    private let mailbox: EngineMailbox

    /// Starts a run, or the part of one that its plan names; its first users start at once.
    ///
    /// - Parameters:
    ///   - plan: What is run.
    ///   - hooks: What is told of it on the loop's thread.
    /// - Returns: The run.
    /// - Throws: `EngineError` when the system refuses what a run needs.
    package static func start(_ plan: RunPlan, hooks: EngineHooks = EngineHooks()) throws(EngineError) -> ThreadBackend
    {
        try CurlTransport.initializeLibrary()
        let mailbox = EngineMailbox()
        try LoopThread.start {
            do throws(EngineError) {
                mailbox.finish(.success(try Engine(plan, hooks: hooks, mailbox: mailbox).run()))
            } catch {
                mailbox.finish(.failure(error))
            }
        }
        try mailbox.waitUntilStarted()
        return ThreadBackend(mailbox)
    }

    private init(_ mailbox: EngineMailbox) {
        self.mailbox = mailbox
    }

    package var snapshot: RunSnapshot {
        guard let snapshot = mailbox.snapshot else { preconditionFailure("a started run has published its state") }
        return snapshot
    }

    package var series: TimeSeries { snapshot.series }

    package func setUsers(_ count: Int, spawnRate: Double?) { mailbox.send(.setUsers(count, spawnRate: spawnRate)) }
    package func setArrivalRate(_ rate: ArrivalRate) { setArrivalRate(rate, atNs: EventLoop.nowNs) }

    /// From a moment that all parts of the run are told, in nanoseconds of the monotonic clock.
    package func setArrivalRate(_ rate: ArrivalRate, atNs: UInt64) {
        mailbox.send(.setArrivalRate(rate, atNs: atNs))
    }

    package func resetStatistics(endsWarmUp: Bool) { mailbox.send(.resetStatistics(endsWarmUp: endsWarmUp)) }
    package func snapshots(keeping count: Int) -> AsyncStream<RunSnapshot> { mailbox.published(keeping: count) }
    package func stop(_ reason: StopReason, atOnce: Bool) { mailbox.send(.stop(reason, atOnce: atOnce)) }
    package var end: RunEnd { mailbox.end }
}
