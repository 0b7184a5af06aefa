import Synchronization

/// A run on one loop, on a thread of its own in this process.
final class ThreadBackend: RunBackend {
    private let mailbox: EngineMailbox
    private let conversations: [Conversation]
    /// The last snapshot that was made, and the time it is of: percentiles are not made twice.
    private let latest = Mutex<(elapsedNs: UInt64, snapshot: RunSnapshot)?>(nil)

    /// Starts a run; its first users start at once.
    ///
    /// - Parameters:
    ///   - configuration: A checked configuration.
    ///   - target: Its target, resolved.
    /// - Returns: The run.
    /// - Throws: `EngineError` when the system refuses what a run needs.
    static func start(_ configuration: EngineConfiguration, target: Target) throws(EngineError) -> ThreadBackend {
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
        return ThreadBackend(mailbox, conversations: configuration.conversations)
    }

    private init(_ mailbox: EngineMailbox, conversations: [Conversation]) {
        self.mailbox = mailbox
        self.conversations = conversations
    }

    var snapshot: RunSnapshot { snapshot(withHistograms: false) }

    func snapshot(withHistograms: Bool) -> RunSnapshot {
        guard let progress = mailbox.progress else { preconditionFailure("a started run has made progress") }
        if withHistograms { return progress.snapshot(of: conversations, withHistograms: true) }
        return latest.withLock { latest in
            if let latest, latest.elapsedNs == progress.elapsedNs { return latest.snapshot }
            let snapshot = progress.snapshot(of: conversations)
            latest = (progress.elapsedNs, snapshot)
            return snapshot
        }
    }

    func setUsers(_ count: Int) { mailbox.send(.setUsers(count)) }
    func stop() { mailbox.send(.stop) }
    func wait() throws -> Summary { try mailbox.waitUntilEnded() }
}
