import LoadEngine

/// What is wrong with a command line: all of it is told at once.
struct Problems {
    private var all: [ConfigurationProblem] = []

    /// Notes a problem unless something is right.
    ///
    /// - Parameters:
    ///   - isRight: Whether it is.
    ///   - problem: What is wrong otherwise, and what to do about it.
    ///   - options: The long names of the options that it is about.
    mutating func require(_ isRight: Bool, _ problem: @autoclosure () -> String, of options: String...) {
        guard !isRight else { return }
        all.append(ConfigurationProblem(options.map(ConfigurationField.option), message: problem()))
    }

    /// Notes problems that say what they are about.
    mutating func add(_ problems: [ConfigurationProblem]) { all += problems }

    /// Takes a value, or notes why there is none.
    ///
    /// - Parameters:
    ///   - prefix: What begins messages that do not say what they are about.
    ///   - option: The long name of the option that it is about, where the problems do not say it.
    ///   - body: Makes the value.
    /// - Returns: Nil when there is none.
    /// - Throws: What the closure throws, unless it is a `ConfigurationError`.
    mutating func collect<Value>(
        _ prefix: String? = nil,
        of option: String? = nil,
        _ body: () throws -> Value
    ) throws -> Value? {
        do {
            return try body()
        } catch let error as ConfigurationError {
            let known = option.map { error.about(.option($0)) } ?? error
            all += known.problems.map { problem in
                ConfigurationProblem(problem.fields, message: (prefix.map { "\($0): " } ?? "") + problem.message)
            }
            return nil
        }
    }

    /// - Throws: `ConfigurationError` with everything that was noted.
    func check() throws(ConfigurationError) {
        guard all.isEmpty else { throw ConfigurationError(all) }
    }
}
