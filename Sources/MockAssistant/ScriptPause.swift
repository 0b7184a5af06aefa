package import LoadEngine

/// A pause in every answer.
package struct ScriptPause: Equatable, Sendable {
    /// After how many events it begins: with 0 before the first, with the last before the end.
    package var event: Int
    /// How much later than otherwise the next event comes, and all after it.
    package var duration: Duration

    package init(after event: Int, _ duration: Duration) {
        self.event = event
        self.duration = duration
    }

    /// What it is called among the faults.
    package static let name = "pause"
    /// What a client sees, in one line, for the help text.
    package static let summary =
        "after event 5 nothing comes for 2 s, in every turn, beside its fault: written pause=5:2s"

    /// Reads a pause as it is written behind `pause=`.
    ///
    /// - Parameter text: `EVENT:DURATION`, such as `5:2s`.
    /// - Returns: The pause.
    /// - Throws: `ConfigurationError` that says what was expected.
    package static func parse(_ text: Substring) throws(ConfigurationError) -> ScriptPause {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let event = Int(parts[0]), event >= 0 else {
            throw ConfigurationError("'\(text)' is not a pause: write pause=EVENT:DURATION, such as pause=5:2s")
        }
        return ScriptPause(after: event, try DurationText.parse(String(parts[1])))
    }
}

extension MockScript {
    /// Adds a fault, or a pause, as it is written on the command line.
    ///
    /// - Parameter text: `NAME=PERCENT`, such as `stall=2.5`, or `pause=EVENT:DURATION`.
    /// - Throws: `ConfigurationError` that lists the names when the name is unknown.
    package mutating func add(fault text: String) throws(ConfigurationError) {
        if text.hasPrefix(ScriptPause.name + "=") {
            pauses.append(try ScriptPause.parse(text.dropFirst(ScriptPause.name.count + 1)))
        } else {
            faults.append(try FaultShare.parse(text))
        }
    }
}
