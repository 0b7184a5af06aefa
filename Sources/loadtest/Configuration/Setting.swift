/// Where the value of an option comes from.
enum SettingSource: Hashable {
    case commandLine
    case variable(String)
    /// The line is from 1.
    case file(path: String, line: Int)

    /// As messages show it.
    var text: String {
        switch self {
        case .commandLine: "command line"
        case .variable(let name): name
        case .file(let path, let line): "\(path):\(line)"
        }
    }
}

/// What the command line, the environment or a file says about one option.
struct Setting {
    /// One text and where it is from.
    struct Value {
        /// Of a flag `true` or `false`.
        let text: String
        let source: SettingSource
    }

    let option: CommandOption
    /// Where the option is named first.
    let source: SettingSource
    /// Without any the option is what it is by default, whatever is said below.
    var values: [Value]

    /// Whether it is more than that a flag is off, or an option is not there.
    var isGiven: Bool { !arguments(without: []).isEmpty }

    /// The arguments that say the same on a command line.
    ///
    /// - Parameter excluded: Where what is left out comes from.
    /// - Returns: One for each value, none for a flag that is off.
    func arguments(without excluded: Set<SettingSource>) -> [String] {
        values.filter { !excluded.contains($0.source) }.flatMap { value in
            guard option.isFlag else { return Self.arguments("--\(option.name)", value.text) }
            return value.text == "true" ? ["--\(option.name)"] : []
        }
    }

    /// An option and its value as ArgumentParser is to see them.
    ///
    /// Behind a `=` nothing would be no value to it, and the next word of the command line the value.
    static func arguments(_ spelling: String, _ value: String) -> [String] {
        value.isEmpty ? [spelling, value] : ["\(spelling)=\(value)"]
    }
}

extension Setting {
    /// Adds what one place says about an option.
    ///
    /// - Parameters:
    ///   - text: What is written there.
    ///   - option: The option.
    ///   - source: Where it is.
    ///   - settings: By the option's name.
    /// - Returns: What is wrong with it, nil when it was added.
    static func add(
        _ text: ValueText,
        to option: CommandOption,
        from source: SettingSource,
        in settings: inout [String: Setting]
    ) -> String? {
        var texts: [String]
        switch text {
        case .text(let text): texts = [text]
        case .list(let items):
            guard option.isRepeating else {
                return "\(option.name) takes one value, not a list; put a text that begins with [ in quotes"
            }
            texts = items
        }
        if option.isFlag {
            guard let isOn = isTrue(texts[0]) else { return "\(option.name) must be true or false, not '\(texts[0])'" }
            texts = ["\(isOn)"]
        }
        var setting = settings[option.name] ?? Setting(option: option, source: source, values: [])
        guard setting.values.isEmpty || option.isRepeating else {
            return "\(option.name) is there twice, first in \(setting.source.text)"
        }
        setting.values += texts.map { Value(text: $0, source: source) }
        settings[option.name] = setting
        return nil
    }

    /// The words that Locust takes for flags; nil for any other.
    private static func isTrue(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "1", "yes", "on": true
        case "false", "0", "no", "off": false
        default: nil
        }
    }
}
