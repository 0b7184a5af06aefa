import Dispatch
import Synchronization

/// The end of a run, for everybody who waits for it.
/// - Isolation: any thread
package final class RunEnd: Sendable {
    private let state = Mutex<Result<Summary, EngineError>?>(nil)
    private let ended = DispatchGroup()

    package init() {
        ended.enter()
    }

    /// Ends the waiting; called once.
    ///
    /// - Parameter result: The result of the run, or why it has none.
    package func finish(_ result: Result<Summary, EngineError>) {
        state.withLock { $0 = result }
        ended.leave()
    }

    /// Why the run has ended without a result; nil when it has one, or goes on.
    package var failure: EngineError? {
        if case .failure(let error) = state.withLock({ $0 }) { error } else { nil }
    }

    /// Waits for the end on this thread.
    package func wait() throws(EngineError) -> Summary {
        ended.wait()
        return try known()
    }

    /// Waits for the end without holding a thread.
    func result() async throws(EngineError) -> Summary {
        await withCheckedContinuation { waiting in
            ended.notify(queue: .global()) { waiting.resume() }
        }
        return try known()
    }

    private func known() throws(EngineError) -> Summary {
        guard let result = state.withLock({ $0 }) else { preconditionFailure("ended without a result") }
        return try result.get()
    }
}
