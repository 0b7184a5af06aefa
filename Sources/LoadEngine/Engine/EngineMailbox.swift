import Dispatch
import Synchronization

/// What the loop's thread and everybody else share: commands one way, snapshots and the result the other.
/// - Isolation: any thread
final class EngineMailbox: Sendable {
    enum Command: Sendable {
        case stop
        case end(atOnce: Bool)
        case setUsers(Int, spawnRate: Double?)
        case resetStatistics
    }

    private struct State: Sendable {
        var commands: [Command] = []
        var waker: LoopWaker?
        var snapshot: RunSnapshot?
        var listener: AsyncStream<RunSnapshot>.Continuation?
        var result: Result<Summary, EngineError>?
    }

    private let state = Mutex(State())
    /// Left when the engine is set up, or cannot be.
    private let started = DispatchGroup()
    /// Left when the result is there.
    private let ended = DispatchGroup()

    init() {
        started.enter()
        ended.enter()
    }

    // MARK: Everybody's side

    /// Sends a command; after the end of the run it is ignored.
    func send(_ command: Command) {
        let waker = state.withLock { state in
            state.commands.append(command)
            return state.waker
        }
        waker?.wake()
    }

    /// Waits until the engine is set up.
    ///
    /// - Throws: `EngineError` when it could not be.
    func waitUntilStarted() throws(EngineError) {
        started.wait()
        if case .failure(let error) = state.withLock({ $0.result }) { throw error }
    }

    /// Waits for the result.
    func waitUntilEnded() throws(EngineError) -> Summary {
        ended.wait()
        guard let result = state.withLock({ $0.result }) else { preconditionFailure("ended without a result") }
        return try result.get()
    }

    /// What was published last; nil before the start.
    var snapshot: RunSnapshot? { state.withLock { $0.snapshot } }

    /// What was published last, and everything that will be published, to the end; for one listener.
    func published() -> AsyncStream<RunSnapshot> {
        // A listener that does not listen for a minute loses the oldest: the loop keeps nothing for it.
        let (stream, continuation) = AsyncStream.makeStream(
            of: RunSnapshot.self,
            bufferingPolicy: .bufferingNewest(60)
        )
        state.withLock { state in
            if let snapshot = state.snapshot { continuation.yield(snapshot) }
            if state.result == nil { state.listener = continuation } else { continuation.finish() }
        }
        return stream
    }

    // MARK: The loop's side

    func open(_ waker: LoopWaker, snapshot: RunSnapshot) {
        state.withLock {
            $0.waker = waker
            $0.snapshot = snapshot
        }
        started.leave()
        // A command may have been sent before there was anything to wake.
        waker.wake()
    }

    func takeCommands() -> [Command] {
        state.withLock { state in
            defer { state.commands = [] }
            return state.commands
        }
    }

    func publish(_ snapshot: RunSnapshot) {
        // What is replaced is freed here, on the loop, but after the lock.
        let (_, listener) = state.withLock { state in
            defer { state.snapshot = snapshot }
            return (state.snapshot, state.listener)
        }
        listener?.yield(snapshot)
    }

    func finish(_ result: Result<Summary, EngineError>) {
        let wasOpen = state.withLock { state in
            defer {
                state.waker = nil
                state.listener = nil
            }
            state.result = result
            state.listener?.finish()
            return state.waker != nil
        }
        if !wasOpen { started.leave() }
        ended.leave()
    }
}
