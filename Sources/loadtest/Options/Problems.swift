import LoadEngine

/// What is wrong with a command line: all of it is told at once.
struct Problems {
    private var all: [String] = []

    /// Notes a problem unless something is right.
    mutating func require(_ isRight: Bool, _ problem: @autoclosure () -> String) {
        if !isRight { all.append(problem()) }
    }

    /// Notes problems.
    mutating func add(_ problems: [String]) { all += problems }

    /// Takes a value, or notes why there is none.
    ///
    /// - Parameters:
    ///   - option: The option that it is about, for messages that do not say it.
    ///   - body: Makes the value.
    /// - Returns: Nil when there is none.
    /// - Throws: What the closure throws, unless it is a `ConfigurationError`.
    mutating func collect<Value>(_ option: String? = nil, _ body: () throws -> Value) throws -> Value? {
        do {
            return try body()
        } catch let error as ConfigurationError {
            all += error.problems.map { problem in option.map { "\($0): \(problem)" } ?? problem }
            return nil
        }
    }

    /// - Throws: `ConfigurationError` with everything that was noted.
    func check() throws(ConfigurationError) {
        guard all.isEmpty else { throw ConfigurationError(all) }
    }
}
