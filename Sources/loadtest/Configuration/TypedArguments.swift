import LoadEngine

/// The command line of one command: what it says about which option.
struct TypedArguments {
    /// By the option's name.
    let settings: [String: Setting]
    /// What ArgumentParser is to see: without `--no-NAME` and what that undoes.
    let arguments: [String]
    /// What is wrong with it and would be said by ArgumentParser with words that may be secret.
    let problems: [String]

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
                    let text = String(argument.dropFirst(spelling.count + 1))
                    piece.text = text
                    if !option.isFlag, spelling.hasPrefix("--") { piece.arguments = Setting.arguments(spelling, text) }
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
        problems = pieces.indices.compactMap { Self.problem(ofUnquoted: pieces[$0...]) }
    }

    /// Words behind a header or a login that nobody put in quotes belong to it: they are counted, and shown to nobody.
    ///
    /// - Parameter pieces: The rest of the command line.
    /// - Returns: Nil where it does not begin with such a value, or where an option follows.
    private static func problem(ofUnquoted pieces: ArraySlice<Piece>) -> String? {
        guard let option = pieces.first?.option, option.isSecret, let text = pieces.first?.text else { return nil }
        let words = pieces.dropFirst().prefix { $0.option == nil }.flatMap(\.arguments)
        // A misspelt option is told as such, unless the value is still to come.
        guard let next = words.first, next == "--" || !isOption(next) || text.hasSuffix(":") else { return nil }
        let isLogin = option.name != CommandOption.headerName
        let name = text.firstIndex(of: ":").flatMap { isLogin ? nil : Shown.line(String(text[..<$0])) } ?? "***"
        return
            "--\(option.name) \(name): \(counted(words.count, "word")) behind it \(plural(words.count, "is", "are")) "
            + "no option, and may be secret; put the whole value in quotes: "
            + (isLogin
                ? "--\(option.name) 'user:password'" : "--\(option.name) '\(name == "***" ? "Name" : name): ...'")
    }

    private static func isOption(_ argument: String) -> Bool { argument.hasPrefix("-") && argument != "-" }
}
