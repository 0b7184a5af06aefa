/// The command line of one command: what it says about which option.
struct TypedArguments {
    /// By the option's name.
    let settings: [String: Setting]
    /// What ArgumentParser is to see: without `--no-NAME` and what that undoes.
    let arguments: [String]

    /// An argument with its value, or one that is no option.
    private struct Piece {
        var option: CommandOption?
        var text: String?
        var arguments: [String]
    }

    /// Reads a command line; what is wrong with it is for ArgumentParser to say.
    ///
    /// - Parameters:
    ///   - arguments: What is behind the command's name.
    ///   - options: The command's.
    init(_ arguments: [String], options: [CommandOption]) {
        let bySpelling = Dictionary(
            options.flatMap { option in option.spellings.map { ($0, option) } },
            uniquingKeysWith: { first, _ in first }
        )
        var pieces: [Piece] = []
        var undone: [String: Setting] = [:]
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let spelling = String(argument.prefix { $0 != "=" })
            if argument == "--" {
                pieces.append(Piece(arguments: [argument] + rest))
                rest = []
            } else if let option = bySpelling[spelling] {
                var piece = Piece(option: option, text: option.isFlag ? "true" : nil, arguments: [argument])
                if spelling != argument {
                    piece.text = String(argument.dropFirst(spelling.count + 1))
                } else if !option.isFlag, let next = rest.first, option.takesDashes || !Self.isOption(next) {
                    piece.text = next
                    piece.arguments.append(next)
                    rest.removeFirst()
                }
                pieces.append(piece)
            } else if argument.hasPrefix("--no-"), let option = bySpelling["--" + argument.dropFirst(5)] {
                pieces.removeAll { $0.option == option }
                undone[option.name] = Setting(option: option, source: .commandLine, values: [])
            } else {
                pieces.append(Piece(arguments: [argument]))
            }
        }
        var settings = undone
        for piece in pieces {
            guard let option = piece.option, let text = piece.text else { continue }
            let isFirst = settings[option.name] == nil || !option.isRepeating
            if isFirst { settings[option.name] = Setting(option: option, source: .commandLine, values: []) }
            settings[option.name]?.values.append(Setting.Value(text: text, source: .commandLine))
        }
        self.settings = settings
        self.arguments = pieces.flatMap(\.arguments)
    }

    private static func isOption(_ argument: String) -> Bool { argument.hasPrefix("-") && argument != "-" }
}
