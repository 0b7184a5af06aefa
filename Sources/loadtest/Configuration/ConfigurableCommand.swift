import ArgumentParser
import LoadEngine

/// A command whose options may also come from a file and from the environment.
protocol ConfigurableCommand: AsyncParsableCommand {
    var configurationOptions: ConfigurationOptions { get }

    /// Options that exclude each other: one that is typed undoes the others where these are not typed, and one of the
    /// environment those of a file.
    static var alternatives: [Set<String>] { get }

    /// The options that belong into every report, also with the values that they have by default.
    static var importantOptions: Set<String> { get }

    /// Finds everything that is wrong with the options, without starting or changing anything.
    ///
    /// When `run` has failed, this tells which of them is to blame: that without which the problem is not there. So one
    /// problem must not hide another.
    /// - Throws: `ConfigurationError` with the problems for which `run` would fail, and more.
    func check() throws

    /// Does the command's work.
    ///
    /// - Parameter settings: What its options were made of.
    /// - Throws: What `reportingErrors` takes.
    func run(with settings: Settings) async throws
}

extension ConfigurableCommand {
    static var alternatives: [Set<String>] { [] }
    static var importantOptions: Set<String> { [] }
}
