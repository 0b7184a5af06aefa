/// A run that has been started: the handle through which everything else sees and steers it.
///
/// The run itself lives on a thread of its own and goes on when the handle is forgotten.
/// - Isolation: any thread
public final class LoadRun: Sendable {
    private let mailbox: EngineMailbox

    private init(_ mailbox: EngineMailbox) {
        self.mailbox = mailbox
    }

    /// Starts a run.
    ///
    /// - Parameter configuration: What is run; checked first.
    /// - Returns: The handle of the run, whose first users start at once.
    /// - Throws: `ConfigurationError` for mistakes in the configuration, `EngineError` when the host cannot be resolved
    ///   or the system refuses what a run needs.
    public static func start(_ configuration: EngineConfiguration) throws -> LoadRun {
        let target = try configuration.validatedTarget().resolved()
        try CurlTransport.initializeLibrary()
        let mailbox = EngineMailbox()
        try LoopThread.start {
            do throws(EngineError) {
                mailbox.finish(.success(try Engine(configuration, target: target, mailbox: mailbox).run()))
            } catch {
                mailbox.finish(.failure(error))
            }
        }
        try mailbox.waitUntilStarted()
        return LoadRun(mailbox)
    }

    /// The state of the run, at most a second old; exact when it has finished.
    public func snapshot() -> RunSnapshot {
        guard let snapshot = mailbox.snapshot else { preconditionFailure("a started run has a snapshot") }
        return snapshot
    }

    /// Changes the number of users of a running run.
    ///
    /// Further users start at the spawn rate; those too many end after the conversation they play.
    /// - Parameter count: At least 1; smaller numbers are taken as 1.
    public func setUsers(_ count: Int) {
        mailbox.send(.setUsers(min(max(count, 1), StableSlab<UserSlot>.maximumCount)))
    }

    /// Ends the run early: no new turns, and running ones get the stop timeout.
    ///
    /// A second call cancels them at once.
    public func stop() {
        mailbox.send(.stop)
    }

    /// Waits until the run has ended.
    ///
    /// - Returns: The complete result; the same for every caller.
    /// - Throws: `EngineError` when the run could not go on.
    public func wait() throws -> Summary {
        try mailbox.waitUntilEnded()
    }
}
