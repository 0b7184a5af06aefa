import LoadEngine
import Subprocess
import SystemPackage

/// The mock assistant of `--mock`: this program once more, as a child, so that it falsifies neither the processor time
/// nor the memory nor the lateness of the run.
enum MockProcess {
    /// Runs a closure while a mock assistant serves.
    ///
    /// - Parameter body: Gets the mock's URL.
    /// - Returns: What the closure returned.
    /// - Throws: `EngineError` when the mock cannot be started; what the closure throws.
    static func withMock<Result: Sendable>(_ body: (String) async throws -> Result) async throws -> Result {
        var options = PlatformOptions()
        // Ctrl-C in a terminal goes to the whole group of the program: the mock must outlive the last turns.
        options.processGroupID = 0
        let outcome = try await Subprocess.run(
            .path("/proc/self/exe"),
            arguments: ["mock", "--port", "0", "--until-stdin-closes"],
            platformOptions: options,
            input: .inputWriter,
            output: .sequence,
            error: .currentStandardError
        ) { execution in
            var lines = execution.standardOutput.strings().makeAsyncIterator()
            guard let url = try await lines.next() else {
                throw EngineError(operation: "start the mock assistant", reason: "it ended before it served")
            }
            let result = try await body(url.trimmingLineEnd)
            try await execution.standardInputWriter.finish()
            return result
        }
        return outcome.closureResult
    }
}

extension String {
    fileprivate var trimmingLineEnd: String { String(prefix { !$0.isNewline }) }
}
