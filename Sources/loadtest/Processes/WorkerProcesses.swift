import ArgumentParser
import LoadEngine
import LoadProcesses
import Subprocess
import Synchronization
import SystemPackage

#if canImport(Glibc)
import Glibc
#endif

/// Several workers of one master, each a process of its own: it has them on its list one by one.
enum WorkerProcesses {
    /// Those that have not ended.
    private static let running = Mutex<Set<Int32>>([])

    /// Starts workers, and waits until all have ended.
    ///
    /// SIGINT and SIGTERM are for all of them; the loss of this process, too.
    /// - Parameters:
    ///   - count: How many.
    ///   - arguments: What this process was given, without its own name and the command's.
    ///   - summary: Where this one was to write its results; each has a file of its own beside it.
    /// - Returns: The exit code: the first that is no success.
    /// - Throws: `EngineError` when they cannot be started.
    static func run(_ count: Int, arguments: [String], summary: String?) async throws -> ExitCode {
        DescriptorLimit.raise()
        try await DescriptorLimit.takeOwn()
        try OpenFileLimit.check(forProcesses: count)
        try ThreadLimit.check(forProcesses: count)
        ProcessSignals.onInterrupt { _ in running.withLock { for process in $0 { kill(process, SIGTERM) } } }
        let codes = try await withThrowingTaskGroup(of: ExitCode.self) { tasks in
            for number in 1...count {
                // Of an option that is there twice, the last value holds.
                let own =
                    arguments + ["--processes", "1", "--until-stdin-closes"]
                    + (summary.map { ["--summary", "\($0).\(number)"] } ?? [])
                tasks.addTask {
                    let outcome = try await Subprocess.run(
                        .path("/proc/self/exe"),
                        arguments: Arguments(["worker"] + own),
                        platformOptions: .child(hasOwnGroup: true),
                        input: .inputWriter,
                        output: .currentStandardOutput,
                        error: .currentStandardError
                    ) { execution in
                        let process = execution.processIdentifier.value
                        await ChildProcesses.noting(process) {
                            _ = running.withLock { $0.insert(process) }
                            await Self.waitForEnd(of: process)
                            _ = running.withLock { $0.remove(process) }
                        }
                    }
                    return exitCode(of: outcome.terminationStatus, number)
                }
            }
            var codes: [ExitCode] = []
            for try await code in tasks { codes.append(code) }
            return codes
        }
        return codes.first { !$0.isSuccess } ?? .success
    }

    /// Waits until a process has ended, and leaves it for others to be asked how.
    private static func waitForEnd(of process: Int32) async {
        await withCheckedContinuation { continuation in
            do {
                try LoopThread.start {
                    var information = siginfo_t()
                    while waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) < 0, errno == EINTR {}
                    continuation.resume()
                }
            } catch {
                // Whoever comes next waits for it, too.
                continuation.resume()
            }
        }
    }

    private static func exitCode(of status: TerminationStatus, _ number: Int) -> ExitCode {
        if case .exited(let code) = status, code == 0 || code == ExitCode.interrupted.rawValue { return ExitCode(code) }
        StandardStream.error.write("error: worker \(number) was lost: \(status.text)\n")
        if case .exited(let code) = status { return ExitCode(code) }
        return .engineFailure
    }
}
