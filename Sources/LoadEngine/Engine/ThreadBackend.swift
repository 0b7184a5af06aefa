import Synchronization

/// A run on one loop, on a thread of its own in this process.
package final class ThreadBackend: RunBackend {
    private let mailbox: EngineMailbox
    private let conversations: [Conversation]
    /// The last snapshot that was made, and the time it is of: percentiles are not made twice.
    private let latest = Mutex<(elapsedNs: UInt64, snapshot: RunSnapshot)?>(nil)

    /// Starts a run, or the part of one that its plan names; its first users start at once.
    ///
    /// - Parameter plan: What is run.
    /// - Returns: The run.
    /// - Throws: `EngineError` when the system refuses what a run needs.
    package static func start(_ plan: RunPlan) throws(EngineError) -> ThreadBackend {
        try CurlTransport.initializeLibrary()
        let mailbox = EngineMailbox()
        try LoopThread.start {
            do throws(EngineError) {
                mailbox.finish(.success(try Engine(plan, mailbox: mailbox).run()))
            } catch {
                mailbox.finish(.failure(error))
            }
        }
        try mailbox.waitUntilStarted()
        return ThreadBackend(mailbox, conversations: plan.configuration.conversations)
    }

    private init(_ mailbox: EngineMailbox, conversations: [Conversation]) {
        self.mailbox = mailbox
        self.conversations = conversations
    }

    package var snapshot: RunSnapshot { snapshot(withHistograms: false) }

    /// The state of the run.
    ///
    /// - Parameter withHistograms: Whether its distributions can be merged with those of other processes.
    /// - Returns: What the loop published last, with its percentiles.
    package func snapshot(withHistograms: Bool) -> RunSnapshot {
        guard let progress = mailbox.progress else { preconditionFailure("a started run has made progress") }
        if withHistograms { return progress.snapshot(of: conversations, withHistograms: true) }
        return latest.withLock { latest in
            if let latest, latest.elapsedNs == progress.elapsedNs { return latest.snapshot }
            let snapshot = progress.snapshot(of: conversations)
            latest = (progress.elapsedNs, snapshot)
            return snapshot
        }
    }

    package func setUsers(_ count: Int) { mailbox.send(.setUsers(count)) }
    package func stop() { mailbox.send(.stop) }
    package func wait() throws -> Summary { try mailbox.waitUntilEnded() }
}
