/// The help of all commands as one manual page, in the macros of man(7).
struct ManualPage {
    private let tool: ToolDescription.Command
    private let version: String
    private var commands: [ToolDescription.Command] {
        (tool.subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" }
    }

    /// - Parameters:
    ///   - tool: The root of the command line.
    ///   - version: As `--version` prints it.
    init(_ tool: ToolDescription.Command, version: String) {
        self.tool = tool
        self.version = version
    }

    /// The whole page.
    var text: String {
        let name = tool.commandName
        var lines = [
            ".TH \(quoted(name.uppercased())) 1 \"\" \(quoted(version))", ".SH NAME",
            "\(escaped(name)) \\- \(escaped(lowercasedStart(tool.abstract ?? "")))", ".SH SYNOPSIS",
        ]
        lines += commands.map(synopsis).flatMap { [$0, ".br"] }.dropLast()
        for command in commands {
            lines.append(".SH \(quoted("\(name) \(command.commandName)".uppercased()))")
            lines += [escaped(command.abstract ?? "")] + paragraphs(command.discussion ?? "") + options(of: command)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func synopsis(_ command: ToolDescription.Command) -> String {
        let isDefault = command.commandName == tool.defaultSubcommand
        let name = isDefault ? "[\(command.commandName)]" : command.commandName
        let arguments = (command.arguments ?? []).filter(\.shouldDisplay)
        var words = ["\\fB\(escaped(tool.commandName))\\fR", "\\fB\(escaped(name))\\fR"]
        if arguments.contains(where: { $0.kind != "positional" && $0.isOptional }) { words.append("[\\fIoptions\\fR]") }
        for argument in arguments where argument.kind == "positional" || !argument.isOptional {
            let text = argument.kind == "positional" ? value(of: argument) : term(of: argument)
            words.append(argument.isOptional ? "[\(text)]" : text)
        }
        return words.joined(separator: " ")
    }

    /// Paragraphs; those of several lines keep their lines.
    private func paragraphs(_ text: String) -> [String] {
        text.split(separator: "\n\n").flatMap { paragraph in
            let lines = paragraph.split(separator: "\n").map { escaped(String($0)) }
            return lines.count == 1 ? [".PP"] + lines : [".PP", ".nf"] + lines + [".fi"]
        }
    }

    private func options(of command: ToolDescription.Command) -> [String] {
        var sections: [(title: String, lines: [String])] = []
        for argument in command.arguments ?? [] where argument.shouldDisplay {
            let title = argument.sectionTitle ?? (argument.kind == "positional" ? "Arguments" : "Options")
            // What every command has is no part of its options.
            guard !["help", "version"].contains(argument.names?.last?.name ?? "") else { continue }
            let lines = [".TP", term(of: argument), explanation(of: argument)]
            if let index = sections.firstIndex(where: { $0.title == title }) {
                sections[index].lines += lines
            } else {
                sections.append((title, lines))
            }
        }
        return sections.flatMap { [".SS \(quoted($0.title))"] + $0.lines }
    }

    private func term(of argument: ToolDescription.Argument) -> String {
        guard argument.kind != "positional" else { return value(of: argument) }
        // Short names first.
        let names = (argument.names ?? []).map(\.spelling).sorted { $0.count < $1.count }
        let term = names.map { "\\fB\(escaped($0))\\fR" }.joined(separator: ", ")
        return argument.kind == "flag" ? term : term + " " + value(of: argument)
    }

    private func value(of argument: ToolDescription.Argument) -> String {
        "\\fI\(escaped(argument.valueName ?? ""))\\fR"
    }

    private func explanation(of argument: ToolDescription.Argument) -> String {
        let byDefault = argument.kind == "flag" ? nil : argument.defaultValue.map { " (default: \($0))" }
        return escaped((argument.abstract ?? "") + (byDefault ?? ""))
    }

    // MARK: roff

    private func lowercasedStart(_ text: String) -> String {
        String(text.prefix(1).lowercased() + text.dropFirst().prefix { $0 != "." })
    }

    /// An argument of a macro.
    private func quoted(_ text: String) -> String { "\"\(escaped(text))\"" }

    /// Text that is none of roff's own.
    private func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "'": result += "\\(aq"
            case "\"": result += "\\(dq"
            case "`": result += "\\(ga"
            case "^": result += "\\(ha"
            case "~": result += "\\(ti"
            default: result.append(character)
            }
        }
        // A point at the start of a line begins a request.
        return result.hasPrefix(".") ? "\\&" + result : result
    }
}
