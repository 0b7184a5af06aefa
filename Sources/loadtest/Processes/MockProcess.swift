import LoadEngine
import LoadProcesses
import MockAssistant
import Subprocess
import SystemPackage

#if canImport(Glibc)
import Glibc
#endif

/// A mock assistant in a process of its own: this program once more, as a child that ends when its standard input closes,
/// and so also when this process is killed.
struct MockProcess {
    /// The mock's URL.
    let url: String
    let processID: Int32

    private var lines: SubprocessOutputSequence.StringSequence<UTF8>.AsyncIterator

    /// The arguments of a mock that holds as many connections as there may be users in a run.
    static func arguments(for configuration: EngineConfiguration) -> [String] {
        let users = configuration.concurrentUsers
        // A profile of one's own has the name of the one that it is like, or reads answers as `assistant` does.
        let api = MockAPI(rawValue: configuration.api.name) ?? .assistant
        // The system shares connections out by chance; some to spare for that.
        let files = DescriptorLimit.raise()
        let mostEach = max(max(files - 200, files / 2) / 10 * 9, 1)
        let processes = min(max((users + mostEach - 1) / mostEach, 1), MockProcesses.most)
        return ["--port", "0", "--api", api.rawValue] + (processes > 1 ? ["--processes", "\(processes)"] : [])
    }

    /// How a process has ended.
    typealias End = TerminationStatus

    /// How long it may take to end: longer than several processes of it are given.
    static let endPatience = Duration.seconds(10)

    /// Runs a closure while a mock assistant serves; ends the mock when the closure has ended or is cancelled, and kills it
    /// when it does not end by itself, because somebody has stopped it.
    ///
    /// - Parameters:
    ///   - name: What it is called in errors.
    ///   - program: What is started.
    ///   - arguments: The arguments of `loadtest mock`.
    ///   - endPatience: How long it may take to end.
    ///   - body: Gets the mock, once it serves.
    /// - Returns: What the closure returned, and how the mock has ended.
    /// - Throws: `EngineError` when the mock cannot be started; what the closure throws.
    static func run<Result: Sendable>(
        _ name: String = "the mock assistant",
        program: FilePath = "/proc/self/exe",
        arguments: [String],
        endPatience: Duration = endPatience,
        _ body: (inout MockProcess) async throws -> Result
    ) async throws -> (result: Result, end: End) {
        func failure(_ reason: String) -> EngineError { EngineError(operation: "start \(name)", reason: reason) }
        do {
            try ThreadLimit.check(forProcesses: 1)
            let outcome = try await Subprocess.run(
                .path(program),
                arguments: Arguments(["mock", "--until-stdin-closes"] + arguments),
                platformOptions: .child(hasOwnGroup: true),
                input: .inputWriter,
                output: .sequence,
                error: .currentStandardError
            ) { execution -> Result? in
                let processID = execution.processIdentifier.value
                return try await ChildProcesses.noting(processID) {
                    var lines = execution.standardOutput.strings().makeAsyncIterator()
                    guard let url = try await lines.next() else { return nil }
                    var mock = MockProcess(url: url.trimmingLineEnd, processID: processID, lines: lines)
                    let result = try await body(&mock)
                    try await execution.standardInputWriter.finish()
                    try await mock.waitForEnd(atMost: endPatience, name)
                    return result
                }
            }
            guard let result = outcome.closureResult else {
                throw failure("it ended before it served: \(outcome.terminationStatus.text)")
            }
            return (result, outcome.terminationStatus)
        } catch let error as SubprocessError {
            throw failure("\(error)")
        }
    }

    /// Waits until it has ended, and kills it when that takes too long.
    private mutating func waitForEnd(atMost patience: Duration, _ name: String) async throws {
        let processID = processID
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                try await Task.sleep(for: patience)
                let seconds = DurationText.text(of: patience)
                StandardStream.error.write("warning: \(name) did not end within \(seconds) and is killed\n")
                ChildProcesses.end(processID)
            }
            try await waitForEnd()
            tasks.cancelAll()
        }
    }

    /// Waits until a child has ended, holding up the thread, and leaves it to be waited for.
    ///
    /// - Returns: How it has ended; nil where it is nobody's child any more.
    static func end(of processID: Int32) -> End? {
        var information = siginfo_t()
        while waitid(P_PID, id_t(processID), &information, WEXITED | WNOWAIT) != 0 {
            guard errno == EINTR else { return nil }
        }
        let status = information._sifields._sigchld.si_status
        return information.si_code == Int32(CLD_EXITED) ? .exited(status) : .signaled(status)
    }

    /// Waits until it has ended.
    mutating func waitForEnd() async throws {
        // It keeps its output open as long as it lives, and writes nothing more.
        while try await lines.next() != nil {}
    }
}

extension TerminationStatus {
    /// Whether it is that of a program with nothing to complain about.
    var isWell: Bool { self == .exited(0) }
}

extension String {
    fileprivate var trimmingLineEnd: String { String(prefix { !$0.isNewline }) }
}
