/// A run that has been started: the handle through which everything else sees and steers it.
///
/// The run itself lives on a thread of its own and goes on when the handle is forgotten.
/// - Isolation: any thread
public final class LoadRun: Sendable {
    private let backend: any RunBackend

    /// Makes the handle of a run that has been started by other means.
    package init(_ backend: any RunBackend) {
        self.backend = backend
    }

    /// Starts a run.
    ///
    /// - Parameters:
    ///   - configuration: What is run; checked first.
    ///   - hooks: What is called on the loop's thread while it goes on.
    /// - Returns: The handle of the run, whose first users start at once.
    /// - Throws: `ConfigurationError` for mistakes in the configuration, `EngineError` when the host cannot be resolved,
    ///   when the run does not fit (open files, local ports, memory), or when the system refuses what it needs.
    public static func start(_ configuration: EngineConfiguration, hooks: EngineHooks = EngineHooks()) throws -> LoadRun
    {
        var plan = try RunPlan(configuration)
        try plan.checkFit()
        try plan.emptyEventLog()
        return LoadRun(try ThreadBackend.start(plan, hooks: hooks))
    }

    /// The state of the run, at most a second old; exact when it has finished.
    ///
    /// Its percentiles are made on the caller's thread; nothing waits for the run.
    public func snapshot() -> RunSnapshot { backend.snapshot }

    /// The run over time, up to about a second ago.
    public func series() -> TimeSeries { backend.series }

    /// Changes the number of users of a running run.
    ///
    /// Further users start at the spawn rate; those too many end after the conversation they play.
    /// - Parameters:
    ///   - count: At least 1; smaller numbers are taken as 1.
    ///   - spawnRate: How many further users start per second from now on; nil, or what is no number over 0, leaves it as
    ///     it is.
    public func setUsers(_ count: Int, spawnRate: Double? = nil) {
        let rate = spawnRate.flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
        backend.setUsers(min(max(count, 1), StableSlab<UserSlot>.maximumCount), spawnRate: rate)
    }

    /// How many users there can be by now, when processes that share the run were lost; nil in one process.
    package var reachableUsers: Int? { backend.reachableUsers }

    /// The fewest users that it can have: of several processes each that still plays keeps one, since what is left of its
    /// invocations is in no other's queue.
    package var leastUsers: Int { backend.leastUsers }

    /// Forgets what was counted, and counts from now on: snapshots, series and result are as if the run began now.
    ///
    /// Turns and conversations that run count as just begun; conversations that have ended are planned no more. The run
    /// time goes on from the true start, and the event log has all turns.
    public func resetStatistics() { backend.resetStatistics() }

    /// Ends the run: no new turns, and running ones get the stop timeout.
    ///
    /// A second call cancels them at once.
    public func stop() { backend.stop() }

    /// Ends the run as its run time does: as `stop` does, but the verdict is not that it was interrupted.
    ///
    /// A second call changes nothing, unless it is to end at once what the first has left.
    /// - Parameter atOnce: Whether running turns are cancelled instead of having the stop timeout.
    public func end(atOnce: Bool = false) { backend.end(atOnce: atOnce) }

    /// Waits until the run has ended.
    ///
    /// - Returns: The complete result; the same for every caller.
    /// - Throws: `EngineError` when the run could not go on.
    public func wait() throws -> Summary { try backend.wait() }

    /// The result of the run, once it has ended.
    ///
    /// - Returns: The complete result, as `wait` gives it.
    /// - Throws: `EngineError` when the run could not go on.
    public func result() async throws -> Summary {
        let backend = backend
        return try await withCheckedThrowingContinuation { continuation in
            // A thread of its own: those of the concurrency runtime must not be made to wait.
            let thread = Result { () throws(EngineError) in
                try LoopThread.start { continuation.resume(with: Result { try backend.wait() }) }
            }
            if case .failure(let error) = thread { continuation.resume(throwing: error) }
        }
    }
}
