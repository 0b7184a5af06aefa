import LoadEngine

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

    /// Reads results one after another, and adds them up; of no more than one there is more in memory than the sum.
    ///
    /// - Parameter paths: The files; at least one.
    /// - Returns: The sum, and what is to be said of it.
    /// - Throws: `ConfigurationError` with what is wrong with each of them.
    static func merge(_ paths: [String]) throws(ConfigurationError) -> (summary: Summary, notes: [String]) {
        var merge = ShareMerge()
        var problems: [ConfigurationProblem] = []
        for path in paths {
            do throws(ConfigurationError) {
                let (summary, sumOfNumbers) = try readNumbers(path)
                try merge.add(summary, from: path, sumOfNumbers: sumOfNumbers)
            } catch {
                problems += error.problems
            }
        }
        guard problems.isEmpty, let summary = merge.summary() else { throw ConfigurationError(problems) }
        return (summary, merge.notes)
    }
}
