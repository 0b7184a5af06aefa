import LoadEngine

/// The number of files that the system lets this process have open, which the library leaves as it is.
package enum OpenFileLimit {
    /// Refuses to start processes for which there are too few: starting them would wait for ever.
    ///
    /// - Parameter count: How many processes are to be started.
    /// - Throws: `EngineError` that says what to do.
    package static func check(forProcesses count: Int) throws(EngineError) {
        let limits = SystemFacts.openFilesLimits()
        let needed = RunNeeds.descriptors(processes: count)
        guard needed > limits.soft else { return }
        let remedy = limits.soft < limits.hard ? "limit (ulimit -n \(needed))" : "hard limit (ulimit -Hn)"
        throw EngineError(
            operation: "start \(count) processes",
            reason:
                "they need about \(needed) open files, the system allows \(limits.soft); raise the \(remedy), or use "
                + "fewer processes"
        )
    }
}
