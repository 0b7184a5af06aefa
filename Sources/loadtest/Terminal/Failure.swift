import ArgumentParser
import LoadEngine

extension ExitCode {
    /// The engine could not run.
    static let engineFailure = ExitCode(2)
    /// A threshold was not kept.
    static let thresholdFailed = ExitCode(3)
    /// The generator was too late itself for its numbers to be true.
    static let notValid = ExitCode(4)
    /// Interrupted, after every report was written.
    static let interrupted = ExitCode(130)
    /// Wrong usage, data or configuration.
    static let wrongUsage = ExitCode(64)
}

/// Runs a command's work; an error of the project becomes its message on stderr and the exit code that it has.
///
/// - Parameter body: The work.
/// - Returns: What the work returned.
/// - Throws: `ExitCode`, or what else the work threw.
func reportingErrors<Result>(_ body: () async throws -> Result) async throws -> Result {
    do {
        return try await body()
    } catch let error as LoadError {
        return try await reportingErrors { throw error.underlying }
    } catch let error as ConfigurationError {
        StandardStream.error.write(error.problems.map { "error: \($0)\n" }.joined())
        throw ExitCode.wrongUsage
    } catch let error as EngineError {
        StandardStream.error.write("error: \(error)\n")
        throw ExitCode.engineFailure
    }
}
