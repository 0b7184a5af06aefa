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
    /// The host is resolved and the system is asked for what the run needs, which may take this thread a second or two.
    /// - Parameters:
    ///   - configuration: What is run; checked first.
    ///   - hooks: What is called on the loop's thread while it goes on.
    /// - Returns: The handle of the run, whose first users start at once.
    /// - Throws: `LoadError.configuration` for mistakes in the configuration, `LoadError.engine` when the host cannot be
    ///   resolved, when the run does not fit (open files, local ports, memory), or when the system refuses what it needs.
    public static func start(
        _ configuration: EngineConfiguration,
        hooks: EngineHooks = EngineHooks()
    ) throws(LoadError) -> LoadRun {
        let checked = try LoadError.checking { () throws(ConfigurationError) in
            try CheckedConfiguration(configuration)
        }
        try LoadError.running { () throws(EngineError) in
            try HostWait(checked)?.wait()
        }
        var plan = try LoadError.running { () throws(EngineError) in
            var plan = try RunPlan(checked)
            try plan.checkFit()
            return plan
        }
        try LoadError.checking { () throws(ConfigurationError) in try plan.emptyEventLog() }
        return LoadRun(
            try LoadError.running { [plan] () throws(EngineError) in try ThreadBackend.start(plan, hooks: hooks) }
        )
    }

    /// The state of the run, at most a second old; exact when it has finished.
    ///
    /// Its percentiles are made on the caller's thread; nothing waits for the run.
    public func snapshot() -> RunSnapshot { backend.snapshot }

    /// The run over time, up to about a second ago.
    public func series() -> TimeSeries { backend.series }

    /// Changes the number of users of a running run.
    ///
    /// Further users start at the spawn rate; those too many leave as the configuration's `rampDown` says. Stages of users end by
    /// it. Where conversations arrive by themselves it is how many users there may be.
    /// - Parameters:
    ///   - count: From 1 to 16,777,216; other numbers are taken as the nearest of these.
    ///   - spawnRate: How many further users start per second from now on; nil, or what is no number over 0, leaves it as
    ///     it is.
    public func setUsers(_ count: Int, spawnRate: Double? = nil) {
        let rate = spawnRate.flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
        backend.setUsers(min(max(count, 1), EngineConfiguration.mostUsers), spawnRate: rate)
    }

    /// Changes the number of users of a steered run's share, which may have none for a while.
    ///
    /// - Parameters:
    ///   - count: From 0; those of this share alone.
    ///   - spawnRate: How many further users start per second, over 0.
    package func steer(users count: Int, spawnRate: Double) {
        backend.setUsers(min(max(count, 0), EngineConfiguration.mostUsers), spawnRate: spawnRate)
    }

    /// Changes how often conversations arrive by themselves; of users that take one after another it changes nothing.
    ///
    /// Who has arrived and waits for a free user goes on waiting. Stages of rates end by it.
    /// - Parameter rate: How many arrive on average from now on.
    public func setArrivalRate(_ rate: ArrivalRate) { backend.setArrivalRate(rate) }

    /// How many users there can be by now, when processes that share the run were lost; nil in one process.
    package var reachableUsers: Int? { backend.reachableUsers }

    /// The fewest users that it can have: of several processes each that still plays keeps one, since what is left of its
    /// invocations is in no other's queue.
    package var leastUsers: Int { backend.leastUsers }

    /// Forgets what was counted, and counts from now on: snapshots, series and result are as if the run began now.
    ///
    /// Turns and conversations that run count as just begun; conversations that have ended are planned no more. The run
    /// time goes on from the true start, and the event log has all turns.
    public func resetStatistics() { backend.resetStatistics(endsWarmUp: false) }

    /// The states of the run from now on: one at once, then about one a second, and the last one, which is exact.
    ///
    /// They end with the run. Each call of it is a sequence of its own. Who is slower than a second misses states, never the last one.
    public var snapshots: some AsyncSequence<RunSnapshot, Never> & Sendable { backend.snapshots(keeping: 1) }

    /// Ends the run: no new turns, and running ones get the stop timeout.
    ///
    /// A second call for an interruption cancels them at once; for another reason it changes nothing.
    /// - Parameters:
    ///   - reason: Why, which decides on the verdict.
    ///   - atOnce: Whether running turns are cancelled instead of having the stop timeout, also those that a call before
    ///     has left.
    public func stop(_ reason: StopReason = .interrupted, atOnce: Bool = false) {
        backend.stop(reason, atOnce: atOnce)
    }

    /// Waits on this thread until the run has ended.
    ///
    /// Not for asynchronous code, whose threads must not wait, and never for a hook, which the run would wait for.
    /// - Returns: The complete result; the same for every caller.
    /// - Throws: `EngineError` when the run could not go on.
    public func wait() throws(EngineError) -> Summary { try backend.end.wait() }

    /// The result of the run, once it has ended; the run goes on when the task that waits is cancelled.
    ///
    /// - Returns: The complete result, as `wait` gives it.
    /// - Throws: `EngineError` when the run could not go on.
    public func result() async throws(EngineError) -> Summary { try await backend.end.result() }
}
