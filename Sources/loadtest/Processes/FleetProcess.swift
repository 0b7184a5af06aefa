import LoadEngine
import Subprocess
import SystemPackage

/// One of the processes that share a run, as the program sees it.
enum FleetProcess {
    /// How long a process may take to end after its last message; one that somebody has stopped would take for ever.
    static let endPatience = Duration.seconds(10)

    /// Starts a process, tells it its part of the run, and carries messages until it has ended.
    ///
    /// - Parameters:
    ///   - plan: The run, with the process's share.
    ///   - messages: What it is told afterwards.
    ///   - kills: Ends it at once.
    ///   - program: What is started.
    ///   - endPatience: How long it may take to end after its last message.
    ///   - didReceive: Called with each message that it sends.
    /// - Returns: How it has ended, in words.
    static func run(
        _ plan: RunPlan,
        obeying messages: AsyncStream<ParentMessage>,
        killedBy kills: AsyncStream<Never>,
        program: FilePath = "/proc/self/exe",
        endPatience: Duration = endPatience,
        didReceive: @escaping @Sendable (ChildMessage) -> Void
    ) async -> String {
        do {
            let outcome = try await Subprocess.run(
                .path(program),
                arguments: ["run-share"],
                platformOptions: .child,
                input: .inputWriter,
                output: .sequence,
                error: .currentStandardError
            ) { execution in
                let writer = execution.standardInputWriter
                let processID = execution.processIdentifier.value
                try await ChildProcesses.noting(processID) {
                    try await withThrowingTaskGroup { tasks in
                        tasks.addTask {
                            _ = try await writer.write(try MessageFrame.encode(ParentMessage.prepare(plan)))
                            for await message in messages {
                                _ = try await writer.write(try MessageFrame.encode(message))
                            }
                        }
                        tasks.addTask {
                            for await _ in kills {}
                            if !Task.isCancelled { ProcessSignals.kill(processID) }
                        }
                        var received: [UInt8] = []
                        for try await buffer in execution.standardOutput {
                            buffer.withUnsafeBytes { received.append(contentsOf: $0) }
                            while let message = try MessageFrame.take(ChildMessage.self, from: &received) {
                                didReceive(message)
                                guard message.isLast else { continue }
                                tasks.addTask {
                                    try await Task.sleep(for: endPatience)
                                    ProcessSignals.kill(processID)
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

extension PlatformOptions {
    /// For a child that ends when its standard input closes.
    static var child: PlatformOptions {
        var options = PlatformOptions()
        // Ctrl-C in a terminal goes to the whole group of the program, which tells its children itself what it means.
        options.processGroupID = 0
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: ChildProcesses.lastPatience)]
        return options
    }
}
