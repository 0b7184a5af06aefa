import ArgumentParser
import FoundationEssentials

/// What ArgumentParser tells about a command; it has no product with a type for it.
struct ToolDescription: Decodable {
    struct Command: Decodable {
        let commandName: String
        let abstract: String?
        let discussion: String?
        let shouldDisplay: Bool
        let defaultSubcommand: String?
        let subcommands: [Command]?
        let arguments: [Argument]?
    }

    struct Argument: Decodable {
        /// `positional`, `option` or `flag`.
        let kind: String
        let names: [Name]?
        let valueName: String?
        let abstract: String?
        let sectionTitle: String?
        let isOptional: Bool
        let isRepeating: Bool
        let shouldDisplay: Bool
        let parsingStrategy: String
        let defaultValue: String?
    }

    struct Name: Decodable {
        let kind: String
        let name: String

        /// With its dashes.
        var spelling: String { (kind == "long" ? "--" : "-") + name }
    }

    let command: Command

    /// Describes a command and its subcommands.
    ///
    /// - Throws: `DecodingError` when the description that ArgumentParser gives has changed.
    init(of command: any ParsableCommand.Type) throws {
        self = try JSONDecoder().decode(ToolDescription.self, from: Data(command._dumpHelp().utf8))
    }
}
