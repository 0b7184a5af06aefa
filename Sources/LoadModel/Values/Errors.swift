/// A mistake in what the user gave: options, data files, a configuration.
///
/// It is found before the run starts.
public struct ConfigurationError: Error, CustomStringConvertible, Sendable {
    /// One line per mistake: what is wrong, where, and what to do about it.
    public let problems: [String]

    /// Makes an error of one or more problems.
    ///
    /// - Parameter problems: One line per mistake, in the order in which they are to be shown.
    public init(_ problems: [String]) {
        self.problems = problems
    }

    /// Makes an error of one problem.
    ///
    /// - Parameter problem: What is wrong, where, and what to do about it.
    public init(_ problem: String) {
        self.init([problem])
    }

    /// The problems, one on each line.
    public var description: String { problems.joined(separator: "\n") }
}

/// A failure of the engine itself: the run cannot start or cannot go on.
public struct EngineError: Error, CustomStringConvertible, Sendable {
    /// What was being done, such as "resolve example.test".
    public let operation: String
    /// What the system said, and what to do about it where that is known.
    public let reason: String

    /// Makes an error.
    ///
    /// - Parameters:
    ///   - operation: What was being done.
    ///   - reason: What the system said.
    public init(operation: String, reason: String) {
        self.operation = operation
        self.reason = reason
    }

    /// The operation and the reason in one line.
    public var description: String { "cannot \(operation): \(reason)" }
}
