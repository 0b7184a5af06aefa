import LoadEngine

/// What is said at the end of a run about the event log, which the engine has written.
enum EventLogReport {
    /// Says on stderr what the file lacks, if anything.
    ///
    /// - Parameters:
    ///   - usage: What has become of it; nil without one.
    ///   - path: The file.
    /// - Returns: Whether it could not be written to the end.
    static func tell(_ usage: EventLogUsage?, path: String?) -> Bool {
        guard let usage else { return false }
        if let error = usage.error {
            let lines = usage.dropped == 0 ? "lines" : counted(usage.dropped, "line")
            let reason = "\(error); \(lines) \(plural(usage.dropped, "is", "are")) missing"
            let failure = EngineError(operation: "write --events \(Shown.path(path ?? ""))", reason: reason)
            StandardStream.error.write("error: \(failure)\n")
            return true
        }
        for sentence in usage.shortcomings { StandardStream.error.write("warning: \(sentence)\n") }
        return false
    }
}
