import LoadEngine

/// Finds the options of a command in the environment and in a file.
struct SettingsReader {
    private let options: [String: CommandOption]
    /// The options of all commands.
    private let knownNames: Set<String>

    private(set) var problems: [String] = []
    private(set) var warnings: [String] = []

    /// Makes a reader.
    ///
    /// - Parameters:
    ///   - options: The command's.
    ///   - otherNames: Options of other commands, which are passed over.
    init(options: [CommandOption], otherNames: Set<String>) {
        self.options = Dictionary(uniqueKeysWithValues: options.map { ($0.name, $0) })
        knownNames = otherNames.union(options.map(\.name))
    }

    /// Reads the environment; an empty variable says nothing, and of one for a secret that is told.
    ///
    /// - Returns: What it says, by the option's name.
    mutating func read(_ environment: [String: String]) -> [String: Setting] {
        var settings: [String: Setting] = [:]
        for (variable, text) in environment.sorted(by: { $0.key < $1.key }) {
            guard variable.hasPrefix(CommandOption.variablePrefix) else { continue }
            let name = variable.dropFirst(CommandOption.variablePrefix.count).lowercased().replacing("_", with: "-")
            guard let option = options[name], option.variable == variable else {
                if !text.isEmpty { noteUnknown(variable, name) }
                continue
            }
            guard !text.isEmpty else {
                if option.isSecret { warnings.append(Self.warning(ofEmpty: variable)) }
                continue
            }
            do {
                let isList = option.isRepeating && text.hasPrefix("[")
                let value = isList ? try ValueText(text) : .text(text)
                let problem = Setting.add(value, to: option, from: .variable(variable), in: &settings)
                if let problem { problems.append("\(variable): \(problem)") }
            } catch {
                problems += error.problems.map { "\(variable): \($0)" }
            }
        }
        return settings
    }

    /// Who names a secret wants it: without the login that was meant, the page would be open to everybody.
    private static func warning(ofEmpty variable: String) -> String {
        "the variable \(variable) is empty and says nothing, as if it were not there: give it its value, or unset it"
    }

    /// Reads a file.
    ///
    /// - Returns: What it says, by the option's name.
    mutating func read(_ file: ConfigurationFile) -> [String: Setting] {
        var settings: [String: Setting] = [:]
        var found = file.problems
        for entry in file.entries {
            let place = SettingSource.file(path: file.path, line: entry.line)
            if let problem = read(entry, from: place, in: &settings) {
                found.append(ConfigurationFile.Problem(text: problem, line: entry.line))
            }
        }
        problems += found.sorted { $0.line < $1.line }.map { "\(file.path):\($0.line): \($0.text)" }
        return settings
    }

    private func read(
        _ entry: ConfigurationFile.Entry,
        from place: SettingSource,
        in settings: inout [String: Setting]
    ) -> String? {
        guard !ConfigurationOptions.names.contains(entry.key) else {
            return "\(entry.key) cannot be given in a file; give --\(entry.key) on the command line"
        }
        if let option = options[entry.key] { return Setting.add(entry.value, to: option, from: place, in: &settings) }
        guard !knownNames.contains(entry.key) else { return nil }
        if let advice = LocustOptions.advice(for: entry.key) { return "unknown key '\(entry.key)': \(advice)" }
        let nearest = nearest(to: entry.key).map { "did you mean '\($0)'?" }
        return "unknown key '\(entry.key)'; " + (nearest ?? "the keys are the long options of 'loadtest run --help'")
    }

    private mutating func noteUnknown(_ variable: String, _ name: String) {
        guard !knownNames.contains(name) else {
            let right = CommandOption.variable(of: name)
            if right != variable {
                warnings.append("the variable \(variable) says nothing: it is read as \(right) only")
            }
            return
        }
        // One that is like no option may be somebody's own.
        guard let nearest = nearest(to: name) else {
            warnings.append("the variable \(variable) is no option of loadtest")
            return
        }
        let meant = CommandOption.variable(of: nearest)
        problems.append("\(variable): there is no such option; did you mean \(meant)?")
    }

    private func nearest(to name: String) -> String? {
        let word = name.drop { $0 == "-" }.replacing("_", with: "-")
        return Spelling.nearest(to: String(word), among: knownNames.sorted())
    }
}
