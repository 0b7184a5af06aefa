/// An option of the command line that asks for one or several formats.
public struct ReportOption: Sendable, Equatable {
    /// What an option takes.
    public enum Value: Sendable, Equatable {
        /// Nothing: the format is printed on the standard output.
        case flag
        /// The path of the file; the ending is added where it is missing.
        case file(ending: String = "")
        /// What the paths of several files begin with.
        case prefix
    }

    /// Its long name, without dashes.
    public let name: String
    /// What the help says of it.
    public let help: String
    /// What it takes.
    public let value: Value
    /// What its value is called in the help; of no use to a flag.
    public let valueName: String
    /// Whether only a run has it: what writes a result again from a file has no use for that file.
    public let isOfRun: Bool

    /// Describes an option.
    ///
    /// - Parameters:
    ///   - name: Its long name, without dashes.
    ///   - help: What the help says of it.
    ///   - value: What it takes.
    ///   - valueName: What its value is called in the help.
    ///   - isOfRun: Whether only a run has it.
    public init(_ name: String, help: String, value: Value, valueName: String = "file", isOfRun: Bool = false) {
        self.name = name
        self.help = help
        self.value = value
        self.valueName = valueName
        self.isOfRun = isOfRun
    }

    /// As it is typed.
    public var spelling: String { "--\(name)" }
}
