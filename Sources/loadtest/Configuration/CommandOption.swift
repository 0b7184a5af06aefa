import ArgumentParser
import LoadEngine

/// An option or flag of a command, as ArgumentParser knows it.
struct CommandOption: Equatable {
    /// The long name without dashes, which is also the key in a file.
    let name: String
    /// All of its names with their dashes.
    let spellings: [String]
    /// Whether it takes no value.
    let isFlag: Bool
    /// Whether each further value is added to those before.
    let isRepeating: Bool
    /// Whether a value on the command line may begin with a dash.
    let takesDashes: Bool
    let isHidden: Bool
    /// Nil when there is none, or when ArgumentParser has no text of it.
    let defaultText: String?

    /// Whether its values are shown to nobody.
    var isSecret: Bool { Self.secretNames.contains(name) }

    /// Whether its values are URLs, or paths with a query, of which parts are shown to nobody.
    var isAddress: Bool { Self.addressNames.contains(name) }

    /// A value as it may be shown, on one line.
    func shown(_ text: String) -> String {
        // Of a header the name is no secret, nor is it of a variable.
        if isSecret { return text.firstIndex(of: ":").map { Shown.line(text[...$0] + " ***") } ?? "***" }
        if name == Self.variableName, let equals = text.firstIndex(of: "="),
            Shown.isNameOfSecret(String(text[..<equals]))
        {
            return Shown.line(text[...equals] + "***")
        }
        return Shown.line(isAddress ? Shown.withoutSecrets(text) : text)
    }

    private static let addressNames: Set = ["host", "path", "web-origin"]
    /// Of the option whose values are lines of a header.
    static let headerName = "header"

    /// Of the option whose values are variables of a profile.
    private static let variableName = "var"
    private static let secretNames: Set = [headerName, "web-login"]

    /// The environment variable that gives it.
    var variable: String { Self.variable(of: name) }

    /// The environment variable that gives the option of a name.
    static func variable(of name: String) -> String {
        variablePrefix + name.uppercased().replacing("-", with: "_")
    }

    static let variablePrefix = "LOADTEST_"

    /// The options of a command, in the order of its help; without `--help`, and without arguments that have no name.
    ///
    /// - Throws: `DecodingError` when the description that ArgumentParser gives has changed.
    static func all(of command: any ParsableCommand.Type) throws -> [CommandOption] {
        (try ToolDescription(of: command).command.arguments ?? []).compactMap(CommandOption.init)
    }

    private init?(_ argument: ToolDescription.Argument) {
        let names = argument.names ?? []
        guard let name = names.first(where: { $0.kind == "long" })?.name, name != "help" else { return nil }
        self.name = name
        spellings = names.map(\.spelling)
        isFlag = argument.kind == "flag"
        isRepeating = argument.isRepeating
        takesDashes = argument.parsingStrategy == "unconditional"
        isHidden = !argument.shouldDisplay
        defaultText = argument.defaultValue
    }
}
