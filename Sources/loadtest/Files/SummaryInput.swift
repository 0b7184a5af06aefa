import Dispatch
import FoundationEssentials
import LoadEngine
import Synchronization

/// Results that were written by `--summary`.
enum SummaryInput {
    /// Reads a result.
    ///
    /// - Throws: `ConfigurationError` for a file that cannot be read or holds something else.
    static func read(_ path: String) throws(ConfigurationError) -> Summary { try readNumbers(path).summary }

    private static func readNumbers(
        _ path: String
    ) throws(ConfigurationError) -> (summary: Summary, sumOfNumbers: Double) {
        let bytes: [UInt8]
        do {
            bytes = try InputFile.read(path, mostBytes: Summary.mostBytes, takesPipes: true)
        } catch {
            throw ConfigurationError("the summary '\(Shown.path(path))' cannot be read: \(error.text)")
        }
        do throws(ConfigurationError) {
            return try Summary.read(json: bytes)
        } catch {
            throw ConfigurationError(
                error.messages.map { "'\(Shown.path(path))' is no summary of loadtest: \($0)" } + [
                    "give the file that --summary wrote"
                ]
            )
        }
    }

    /// Reads results, a few at a time on all processors, and adds them up; of those that were added nothing stays in memory.
    ///
    /// - Parameter paths: The files; at least one.
    /// - Returns: The sum, and what is to be said of it.
    /// - Throws: `ConfigurationError` with what is wrong with each of them.
    static func merge(_ paths: [String]) throws(ConfigurationError) -> (summary: Summary, notes: [String]) {
        var merge = ShareMerge()
        var problems: [ConfigurationProblem] = []
        let step = min(max(ProcessInfo.processInfo.activeProcessorCount, 1), mostAtOnce) * 2
        for start in stride(from: 0, to: paths.count, by: step) {
            let some = Array(paths[start..<min(start + step, paths.count)])
            for (path, result) in zip(some, readAtOnce(some)) {
                do throws(ConfigurationError) {
                    let (summary, sumOfNumbers) = try result.get()
                    try merge.add(summary, from: path, sumOfNumbers: sumOfNumbers)
                } catch {
                    problems += error.problems
                }
            }
        }
        guard problems.isEmpty, let summary = merge.summary() else { throw ConfigurationError(problems) }
        return (summary, merge.notes)
    }

    /// More processors would wait for the one that adds up.
    private static let mostAtOnce = 8

    private static func readAtOnce(
        _ paths: [String]
    ) -> [Result<(summary: Summary, sumOfNumbers: Double), ConfigurationError>] {
        let results = Mutex([Int: Result<(summary: Summary, sumOfNumbers: Double), ConfigurationError>]())
        // Reading a summary takes three times as long as adding it.
        DispatchQueue.concurrentPerform(iterations: paths.count) { index in
            let result = Result { () throws(ConfigurationError) in try readNumbers(paths[index]) }
            results.withLock { $0[index] = result }
        }
        return results.withLock { results in paths.indices.compactMap { results[$0] } }
    }
}
