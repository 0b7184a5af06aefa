import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// The processes that this one has started for its work.
///
/// Those in process groups of their own hear nothing of a terminal's Ctrl-Z, which stops their parent alone; a load that goes
/// on while its program is stopped is what nobody expects. A program that has them makes them stand still while it does.
/// - Isolation: any thread
package enum ChildProcesses {
    /// How long a child may take to end when it is told to for the last time, before it is killed.
    package static let lastPatience = Duration.seconds(5)

    private static let running = Mutex<Set<Int32>>([])

    /// Notes a child while a closure runs, in which it must not be waited for: its number would be somebody else's then.
    ///
    /// - Parameters:
    ///   - processID: The child.
    ///   - isolation: Where the closure runs.
    ///   - body: What is done with it.
    /// - Returns: What the closure returns.
    package static func noting<Result>(
        _ processID: Int32,
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Result
    ) async rethrows -> Result {
        _ = running.withLock { $0.insert(processID) }
        defer { _ = running.withLock { $0.remove(processID) } }
        return try await body()
    }

    /// Stops the children, each of which does the same with its own.
    package static func suspend() { sendAll(SIGTSTP) }

    /// Lets them go on.
    package static func resume() { sendAll(SIGCONT) }

    /// Ends a child that has not been waited for.
    package static func end(_ processID: Int32) { _ = kill(processID, SIGKILL) }

    private static func sendAll(_ signal: Int32) {
        running.withLock { running in
            for child in running { kill(child, signal) }
        }
    }
}
