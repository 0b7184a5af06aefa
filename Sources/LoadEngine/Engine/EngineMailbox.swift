import Dispatch
import Synchronization

/// What the loop's thread and everybody else share: commands one way, snapshots and the result the other.
/// - Isolation: any thread
final class EngineMailbox: Sendable {
    enum Command: Sendable {
        case stop(StopReason, atOnce: Bool)
        case setUsers(Int, spawnRate: Double?)
        case setArrivalRate(ArrivalRate, atNs: UInt64)
        case resetStatistics(endsWarmUp: Bool)
    }

    private struct State: Sendable {
        var commands: [Command] = []
        var waker: LoopWaker?
        var snapshot: RunSnapshot?
        var listeners = SnapshotListeners()
        var hasEnded = false
    }

    private let state = Mutex(State())
    /// Left when the engine is set up, or cannot be.
    private let started = DispatchGroup()
    let end = RunEnd()

    init() {
        started.enter()
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
        if let error = end.failure { throw error }
    }

    /// What was published last; nil before the start.
    var snapshot: RunSnapshot? { state.withLock { $0.snapshot } }

    /// What was published last, and everything that will be published, to the end.
    ///
    /// - Parameter count: How many states are kept for a listener that does not listen; it loses the oldest.
    /// - Returns: The states, for one listener.
    func published(keeping count: Int) -> AsyncStream<RunSnapshot> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: RunSnapshot.self,
            bufferingPolicy: .bufferingNewest(count)
        )
        let id: Int? = state.withLock { state in
            if let snapshot = state.snapshot { continuation.yield(snapshot) }
            return state.hasEnded ? nil : state.listeners.add(continuation)
        }
        guard let id else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in self?.state.withLock { $0.listeners.remove(id) } }
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
        let (_, listeners) = state.withLock { state in
            defer { state.snapshot = snapshot }
            return (state.snapshot, state.listeners.all)
        }
        for listener in listeners { listener.yield(snapshot) }
    }

    func finish(_ result: Result<Summary, EngineError>) {
        let (wasOpen, listeners) = state.withLock { state in
            defer {
                state.waker = nil
                state.listeners.removeAll()
                state.hasEnded = true
            }
            return (state.waker != nil, state.listeners.all)
        }
        // Not under the lock, which the end of a stream takes.
        for listener in listeners { listener.finish() }
        end.finish(result)
        if !wasOpen { started.leave() }
    }
}
