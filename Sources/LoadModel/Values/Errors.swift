/// A mistake in what the user gave: options, data files, a configuration.
///
/// It is found before the run starts.
public struct ConfigurationError: Error, CustomStringConvertible, Sendable {
    /// One for each mistake, in the order in which they are to be shown.
    public let problems: [ConfigurationProblem]

    /// Makes an error of one or more problems.
    ///
    /// - Parameter problems: One for each mistake.
    public init(_ problems: [ConfigurationProblem]) {
        self.problems = problems
    }

    /// Makes an error of problems in words.
    ///
    /// - Parameters:
    ///   - messages: One for each mistake: what is wrong, where, and what to do about it.
    ///   - field: What all of them are about; nil where that is not known.
    public init(_ messages: [String], of field: ConfigurationField? = nil) {
        self.init(messages.map { ConfigurationProblem(field.map { [$0] } ?? [], message: $0) })
    }

    /// Makes an error of one problem.
    ///
    /// - Parameters:
    ///   - message: What is wrong, where, and what to do about it.
    ///   - field: What it is about; nil where that is not known.
    public init(_ message: String, of field: ConfigurationField? = nil) {
        self.init([message], of: field)
    }

    /// The problems in words, without what they are about.
    public var messages: [String] { problems.map(\.message) }

    /// The same error from where it is known what it is about.
    ///
    /// - Parameter fields: What the problems are about that do not say it.
    /// - Returns: The error, each of whose problems says it.
    package func about(_ fields: ConfigurationField...) -> ConfigurationError {
        ConfigurationError(
            problems.map { $0.fields.isEmpty ? ConfigurationProblem(fields, message: $0.message) : $0 }
        )
    }

    /// The problems, one on each line.
    public var description: String { messages.joined(separator: "\n") }
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

/// Why a run could not be started.
public enum LoadError: Error, CustomStringConvertible, Sendable {
    /// Mistakes in the configuration.
    case configuration(ConfigurationError)
    /// What the system, or the network, does not have.
    case engine(EngineError)

    /// The error itself.
    public var underlying: any Error {
        switch self {
        case .configuration(let error): error
        case .engine(let error): error
        }
    }

    /// The error in words.
    public var description: String { "\(underlying)" }

    /// Throws mistakes in the configuration as such.
    package static func checking<Value>(
        _ body: () throws(ConfigurationError) -> Value
    ) throws(LoadError) -> Value {
        do { return try body() } catch { throw .configuration(error) }
    }

    /// Throws failures of the engine as such.
    package static func running<Value>(_ body: () throws(EngineError) -> Value) throws(LoadError) -> Value {
        do { return try body() } catch { throw .engine(error) }
    }
}
