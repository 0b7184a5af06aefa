import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// The copies of this program that it has started: they stand still while it does.
///
/// They are in process groups of their own, so that a terminal's Ctrl-Z stops the program alone; a load that goes on while
/// its program is stopped is what nobody expects.
/// - Isolation: any thread
enum ChildProcesses {
    /// How long a child may take to end when it is told to for the last time, before it is killed.
    static let lastPatience = Duration.seconds(5)

    private struct State {
        var running: Set<pid_t> = []
        var standstills = 0
    }

    private static let state = Mutex(State())

    /// How often the program was made to stand still: what has waited for a time meanwhile has waited for nothing.
    static var standstills: Int { state.withLock { $0.standstills } }

    /// Notes a child while a closure runs, in which it must not be waited for: its number would be somebody else's then.
    ///
    /// - Parameters:
    ///   - processID: The child.
    ///   - isolation: Where the closure runs.
    ///   - body: What is done with it.
    /// - Returns: What the closure returns.
    static func noting<Result>(
        _ processID: pid_t,
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Result
    ) async rethrows -> Result {
        _ = state.withLock { $0.running.insert(processID) }
        defer { _ = state.withLock { $0.running.remove(processID) } }
        return try await body()
    }

    /// Stops the children, each of which does the same with its own.
    static func suspend() {
        state.withLock { state in
            state.standstills += 1
            for child in state.running { kill(child, SIGTSTP) }
        }
    }

    /// Lets them go on.
    static func resume() {
        state.withLock { state in
            for child in state.running { kill(child, SIGCONT) }
        }
    }
}
