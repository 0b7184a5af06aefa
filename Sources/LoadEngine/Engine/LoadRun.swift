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
    /// - Parameter configuration: What is run; checked first.
    /// - Returns: The handle of the run, whose first users start at once.
    /// - Throws: `ConfigurationError` for mistakes in the configuration, `EngineError` when the host cannot be resolved
    ///   or the system refuses what a run needs.
    public static func start(_ configuration: EngineConfiguration) throws -> LoadRun {
        let target = try configuration.validatedTarget().resolved()
        return LoadRun(try ThreadBackend.start(configuration, target: target))
    }

    /// The state of the run, at most a second old; exact when it has finished.
    ///
    /// Its percentiles are made on the caller's thread; nothing waits for the run.
    public func snapshot() -> RunSnapshot { backend.snapshot }

    /// Changes the number of users of a running run.
    ///
    /// Further users start at the spawn rate; those too many end after the conversation they play.
    /// - Parameter count: At least 1; smaller numbers are taken as 1.
    public func setUsers(_ count: Int) {
        backend.setUsers(min(max(count, 1), StableSlab<UserSlot>.maximumCount))
    }

    /// Ends the run: no new turns, and running ones get the stop timeout.
    ///
    /// A second call cancels them at once.
    public func stop() { backend.stop() }

    /// Waits until the run has ended.
    ///
    /// - Returns: The complete result; the same for every caller.
    /// - Throws: `EngineError` when the run could not go on.
    public func wait() throws -> Summary { try backend.wait() }
}
