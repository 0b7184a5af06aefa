import LoadEngine
import LoadProcesses
import Synchronization

/// The mock assistant of `--mock`, as the runs against it see it: when it ends by itself, so do they.
///
/// Without it every further turn would be refused a connection, as if a server had failed.
/// - Isolation: any thread
final class MockWatch: Sendable {
    private struct State {
        var run: LoadRun?
        var say: (@Sendable (String) -> Void)?
        var end: MockProcess.End?
        /// From now on it may end.
        var isOver = false
    }

    private let url: String
    private let state = Mutex(State())

    /// Begins to watch a mock that serves.
    ///
    /// - Throws: `EngineError` when the system gives no thread.
    init(_ mock: MockProcess) throws(EngineError) {
        url = mock.url
        let processID = mock.processID
        try LoopThread.start { [self] in
            if let end = MockProcess.end(of: processID) { didEnd(end) }
        }
    }

    /// Says from now on what becomes of it, and what has become of it.
    ///
    /// - Parameter say: Shows a message; must not wait.
    func tells(_ say: @escaping @Sendable (String) -> Void) {
        let end = state.withLock { state in
            state.say = say
            return state.end
        }
        if let end { say("error: \(Self.text(end))") }
    }

    /// Checks that a run can begin.
    ///
    /// - Parameter configuration: What the run is to play; one against another host needs no mock.
    /// - Throws: `EngineError` when the mock has ended.
    func checkStart(of configuration: EngineConfiguration) throws(EngineError) {
        guard isTarget(of: configuration), let end = state.withLock({ $0.end }) else { return }
        throw EngineError(
            operation: "play against \(url)",
            reason: "\(Self.text(end)); start the program anew"
        )
    }

    /// A run has begun; it ends when the mock does.
    func watches(_ run: LoadRun, of configuration: EngineConfiguration) {
        guard isTarget(of: configuration) else { return state.withLock { $0.run = nil } }
        let hasEnded = state.withLock { state in
            state.run = run
            return state.end != nil
        }
        if hasEnded { Self.end(run) }
    }

    /// What the result of a run is to say of its mock; nil where that serves, or the run is against another host.
    func loss(of configuration: EngineConfiguration) -> String? {
        isTarget(of: configuration) ? state.withLock { $0.end }?.text : nil
    }

    /// The runs are over: the mock may end.
    func finish() { state.withLock { $0.isOver = true } }

    private func isTarget(of configuration: EngineConfiguration) -> Bool { configuration.host == url }

    private func didEnd(_ end: MockProcess.End) {
        let (run, say) = state.withLock { state in
            guard !state.isOver else { return (LoadRun?.none, (@Sendable (String) -> Void)?.none) }
            state.end = end
            return (state.run, state.say)
        }
        run.map(Self.end)
        say?("error: \(Self.text(end))")
    }

    /// Twice: a stop timeout would be for turns that nobody answers.
    private static func end(_ run: LoadRun) {
        run.stop(atOnce: true)
    }

    private static func text(_ end: MockProcess.End) -> String { GeneratorUsage.text(ofLostMock: end.text) }
}
