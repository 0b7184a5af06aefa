import LoadEngine
import MockAssistant

/// The mock assistant in several processes that share its port: together they hold more streams than the open files of one
/// process and one core allow.
struct MockProcesses {
    let count: Int
    let configuration: MockConfiguration
    /// The arguments that gave this process its options; each child gets the same.
    let arguments: [String]

    private enum Step {
        case allServe
        case endIsAskedFor
        case ended(number: Int, processID: Int32, MockProcess.End)
    }

    /// Serves until the end is asked for; every process has ended when this returns.
    ///
    /// - Parameters:
    ///   - ends: Finishes when the processes are to end.
    ///   - whenAllServe: Called with the URL, once.
    /// - Throws: `EngineError` when the port or the log cannot be had, or a process has ended by itself.
    func serve(
        until ends: AsyncStream<Never>,
        whenAllServe: @escaping @Sendable (String) -> Void
    ) async throws {
        try DescriptorLimit.raise(forProcesses: count)
        let group = try MockGroup(configuration)
        defer { group.release() }
        let (urls, serving) = AsyncStream.makeStream(of: String.self)
        // However this ends, the processes that are still there are cancelled, and waited for.
        try await withThrowingTaskGroup(of: Step.self) { tasks in
            defer { tasks.cancelAll() }
            tasks.addTask {
                for await _ in ends {}
                return .endIsAskedFor
            }
            tasks.addTask {
                var left = count
                for await url in urls {
                    left -= 1
                    guard left == 0 else { continue }
                    whenAllServe(url)
                    break
                }
                return .allServe
            }
            for number in 1...count {
                tasks.addTask {
                    let outcome = try await MockProcess.run(
                        "process \(number) of \(count) of the mock assistant",
                        arguments: arguments(ofProcess: number, in: group)
                    ) { mock in
                        serving.yield(mock.url)
                        try await mock.waitForEnd()
                        return mock.processID
                    }
                    return .ended(number: number, processID: outcome.result, outcome.end)
                }
            }
            for try await step in tasks {
                switch step {
                case .allServe: continue
                case .endIsAskedFor: return
                case .ended(let number, let processID, let end):
                    throw EngineError(
                        operation: "go on with \(count) processes of the mock assistant",
                        reason: "process \(number), pid \(processID), has ended: \(end.text)"
                    )
                }
            }
        }
    }

    /// Of an option that is there twice, the last value holds.
    private func arguments(ofProcess number: Int, in group: MockGroup) -> [String] {
        arguments + ["--process-number", "\(number)", "--port", "\(group.port)"]
            + (group.logPath.map { ["--log", $0] } ?? [])
    }
}
