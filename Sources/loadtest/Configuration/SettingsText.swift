import ArgumentParser
import LoadEngine
import LoadReports

/// The options of a command with their values and where these come from, written so that a configuration file may hold
/// the same lines.
struct SettingsText {
    private let settings: Settings
    private let defaults: OptionValues

    /// - Parameters:
    ///   - settings: What the options were made of.
    ///   - parsed: The command with these options.
    init(_ settings: Settings, of parsed: any ConfigurableCommand) {
        self.settings = settings
        defaults = OptionValues(of: parsed)
    }

    /// One line for each value, each option without one in a comment.
    var text: String {
        let lines = settings.options.filter { !ConfigurationOptions.names.contains($0.name) }.flatMap(lines)
        let width = min(lines.map(\.setting.count).max() ?? 0, 60)
        return lines.map { $0.setting.padded(width) + "  # " + $0.source + "\n" }.joined()
    }

    private func lines(_ option: CommandOption) -> [(setting: String, source: String)] {
        func line(_ text: String, _ source: String) -> (String, String) {
            // A file that had three stars for a header would send them.
            let shown = option.shown(text)
            return ((shown == Shown.line(text) ? "" : "# ") + "\(option.name) = \(ValueText.written(shown))", source)
        }
        guard let setting = settings.settings[option.name] else {
            if option.isHidden { return [] }
            guard let text = defaults.text(of: option) else { return [("# \(option.name) =", "not set")] }
            return [line(text, "default")]
        }
        if !setting.values.isEmpty { return setting.values.map { line($0.text, $0.source.text) } }
        if option.isRepeating { return [("\(option.name) = []", setting.source.text)] }
        guard let text = defaults.text(of: option) else { return [("# \(option.name) =", setting.source.text)] }
        return [line(text, setting.source.text)]
    }
}

extension Settings {
    /// The options whose values differ from those by default, and the important ones, for reports; without secrets.
    ///
    /// - Parameter parsed: The command with these options.
    /// - Returns: The texts of the values, by the option's name.
    func reported(of parsed: any ConfigurableCommand) -> [String: String] {
        let defaults = OptionValues(of: parsed)
        var reported: [String: String] = [:]
        for option in options where !ConfigurationOptions.names.contains(option.name) {
            let isImportant = command.importantOptions.contains(option.name)
            let texts = (settings[option.name]?.values ?? []).map { option.shown($0.text) }
            if texts.isEmpty {
                if isImportant { reported[option.name] = defaults.text(of: option) }
                continue
            }
            let text = option.isRepeating ? texts.joined(separator: ", ") : texts[texts.count - 1]
            let byDefault = option.isFlag ? "false" : option.defaultText
            if isImportant || text != byDefault { reported[option.name] = text }
        }
        return reported
    }

    /// The same of a run that differs from what the options ask for.
    ///
    /// - Parameters:
    ///   - parsed: The command with these options.
    ///   - played: What is played.
    ///   - asked: What the options ask for.
    /// - Returns: The texts of the values, by the option's name.
    func reported(
        of parsed: any ConfigurableCommand,
        playedAs played: EngineConfiguration,
        insteadOf asked: EngineConfiguration
    ) -> [String: String] {
        var reported = reported(of: parsed)
        let arrivals = played.arrivals
        let isOfUsers = arrivals == nil && played.stages == nil
        reported["users"] = isOfUsers ? "\(played.users)" : nil
        reported["spawn-rate"] = isOfUsers ? "\(played.spawnRate)" : nil
        reported["arrival-rate"] = arrivals?.rate?.description
        reported["arrivals"] = arrivals?.process.description
        reported["max-users"] = arrivals.map { _ in "\(played.users)" }
        reported["stages"] = (played.stages ?? arrivals?.stages)?.description
        reported["invocations"] = played.invocations.map { "\($0)" }
        reported["repeat"] = played.repeats ? "true" : nil
        reported["warm-up"] = played.warmUp?.description
        reported["run-time"] = played.runTime.map { DurationText.text(of: $0) }
        reported["think-time"] = played.thinkTime?.description
        reported["rest"] = played.rest?.description
        if played.host != asked.host { reported["host"] = Shown.withoutSecrets(played.host) }
        // Also where it is the profile's.
        reported["path"] = Shown.withoutSecrets(played.shownPath)
        if played.headers != asked.headers { reported["header"] = nil }
        return reported
    }
}
