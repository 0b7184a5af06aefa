import LoadEngine
import LoadProcesses
import MockAssistant

#if canImport(Glibc)
import Glibc
#endif

/// The mock assistant in several processes that share its port: together they hold more streams than the open files of one
/// process and one core allow.
struct MockProcesses {
    /// The most processes that a mock may have.
    static let most = 256

    let count: Int
    let configuration: MockConfiguration
    /// The arguments that gave this process its options; each child gets the same.
    let arguments: [String]

    private enum Step {
        case allServe(processIDs: [Int32])
        case endIsAskedFor
        /// The time that they have to end is over.
        case endIsOverdue
        case ended(number: Int, processID: Int32, MockProcess.End)
    }

    /// How long they may take to end before they are killed.
    private static let endPatience = Duration.seconds(2)

    /// Serves until the end is asked for; every process has ended when this returns.
    ///
    /// - Parameters:
    ///   - ends: Finishes when the processes are to end.
    ///   - whenAllServe: Called with the URL, once.
    /// - Returns: Whether they have ended well: one whose log lacks lines has not.
    /// - Throws: `EngineError` when the port or the log cannot be had, or a process has ended by itself; what the closure
    ///   throws.
    func serve(
        until ends: AsyncStream<Never>,
        whenAllServe: @escaping @Sendable (String) throws -> Void
    ) async throws -> Bool {
        try OpenFileLimit.check(forProcesses: count)
        try ThreadLimit.check(forProcesses: count)
        let group = try MockGroup(configuration)
        defer { group.release() }
        let (servers, serving) = AsyncStream.makeStream(of: (url: String, processID: Int32).self)
        // However this ends, the processes that are still there are cancelled, and waited for.
        return try await withThrowingTaskGroup(of: Step.self) { tasks in
            defer { tasks.cancelAll() }
            tasks.addTask {
                for await _ in ends {}
                return .endIsAskedFor
            }
            tasks.addTask {
                var processIDs: [Int32] = []
                for await server in servers {
                    processIDs.append(server.processID)
                    guard processIDs.count == count else { continue }
                    try whenAllServe(server.url)
                    break
                }
                return .allServe(processIDs: processIDs)
            }
            for number in 1...count {
                tasks.addTask {
                    let outcome = try await MockProcess.run(
                        "process \(number) of \(count) of the mock assistant",
                        arguments: arguments(ofProcess: number, in: group)
                    ) { mock in
                        serving.yield((mock.url, mock.processID))
                        try await mock.waitForEnd()
                        return mock.processID
                    }
                    return .ended(number: number, processID: outcome.result, outcome.end)
                }
            }
            var serverIDs: [Int32] = []
            var endings: [MockProcess.End]?
            for try await step in tasks {
                switch step {
                case .allServe(let processIDs): serverIDs = processIDs
                case .endIsAskedFor:
                    // One that does not serve yet has nothing to tell in the end.
                    guard serverIDs.count == count else { return true }
                    endings = []
                    for process in serverIDs { kill(process, SIGTERM) }
                    tasks.addTask {
                        try await Task.sleep(for: Self.endPatience)
                        return .endIsOverdue
                    }
                case .endIsOverdue:
                    let late = count - (endings?.count ?? 0)
                    throw EngineError(
                        operation: "end \(late) of \(count) processes of the mock assistant",
                        reason:
                            "they did not end within \(DurationText.text(of: Self.endPatience)), and are killed after "
                            + "\(DurationText.text(of: ChildProcesses.lastPatience)) more"
                    )
                case .ended(_, _, let end) where endings != nil:
                    endings?.append(end)
                    if let endings, endings.count == count { return endings.allSatisfy(\.isWell) }
                case .ended(let number, let processID, let end):
                    throw EngineError(
                        operation: "go on with \(count) processes of the mock assistant",
                        reason: "process \(number), pid \(processID), has ended: \(end.text)"
                    )
                }
            }
            return true
        }
    }

    /// Of an option that is there twice, the last value holds.
    private func arguments(ofProcess number: Int, in group: MockGroup) -> [String] {
        arguments + ["--process-number", "\(number)", "--port", "\(group.port)"]
            + (group.logPath.map { ["--log", $0] } ?? [])
    }
}
