import LoadEngine
import Subprocess
import SystemPackage

/// One of the processes that share a run, as their parent sees it.
enum FleetProcess {
    /// How long a process may take to end after its last message; one that somebody has stopped would take for ever.
    static let endPatience = Duration.seconds(10)

    /// Starts a process, tells it its part of the run, and carries messages until it has ended.
    ///
    /// - Parameters:
    ///   - plan: The run, with the process's share.
    ///   - program: What is started.
    ///   - messages: What it is told afterwards.
    ///   - kills: Ends it at once.
    ///   - endPatience: How long it may take to end after its last message.
    ///   - didReceive: Called with each message that it sends.
    /// - Returns: How it has ended, in words.
    static func run(
        _ plan: RunPlan,
        by program: ShareProgram,
        obeying messages: AsyncStream<ParentMessage>,
        killedBy kills: AsyncStream<Never>,
        endPatience: Duration = endPatience,
        didReceive: @escaping @Sendable (ChildMessage) -> Void
    ) async -> String {
        do {
            let outcome = try await Subprocess.run(
                .path(FilePath(program.path)),
                arguments: Arguments(program.arguments),
                environment: ShareMark.environment,
                platformOptions: .child(hasOwnGroup: program.hasOwnGroup),
                input: .inputWriter,
                output: .sequence,
                error: .currentStandardError
            ) { execution in
                let writer = execution.standardInputWriter
                let processID = execution.processIdentifier.value
                try await ChildProcesses.noting(processID) {
                    try await withThrowingTaskGroup { tasks in
                        tasks.addTask(executorPreference: PipeExecutor.shared) {
                            _ = try await writer.write(try MessageFrame.encode(ParentMessage.prepare(plan)))
                            for await message in messages {
                                _ = try await writer.write(try MessageFrame.encode(message))
                            }
                        }
                        tasks.addTask {
                            for await _ in kills {}
                            if !Task.isCancelled { ChildProcesses.end(processID) }
                        }
                        var received: [UInt8] = []
                        for try await buffer in execution.standardOutput {
                            buffer.withUnsafeBytes { received.append(contentsOf: $0) }
                            while let message = try MessageFrame.take(ChildMessage.self, from: &received) {
                                didReceive(message)
                                guard message.isLast else { continue }
                                tasks.addTask {
                                    try await Task.sleep(for: endPatience)
                                    ChildProcesses.end(processID)
                                }
                            }
                        }
                        // It sends nothing more, and so hears nothing more.
                        tasks.cancelAll()
                    }
                }
            }
            return outcome.terminationStatus.text
        } catch {
            return "\(error)"
        }
    }
}
