import LoadEngine

extension ConfigurationField {
    private static let optionMark = "--"
    /// Where the option of a property of the configuration has another name.
    private static let otherNames = [
        "conversations": "data", "headers": "header", "caFile": "ca", "isInsecure": "insecure",
        "keepsConnections": "disable-keepalive", "sourceAddresses": "source-address",
        "maximumEventBytes": "max-event-bytes", "maximumHistoryBytes": "max-history-bytes",
        "resendsStaleTurns": "no-resend", "eventLog": "events", "objectives": "objective",
        "repeats": "repeat", "arrivals": "arrival-rate",
        "rampDown": "graceful-ramp-down", "findsSteadyStretch": "steady",
    ]

    /// What is about an option of the program alone.
    ///
    /// - Parameter name: Its long name, without dashes.
    /// - Returns: The field that stands for it.
    static func option(_ name: String) -> ConfigurationField { ConfigurationField(rawValue: optionMark + name) }

    /// The long name, without dashes, of the option that gives it.
    var optionName: String {
        guard !rawValue.hasPrefix(Self.optionMark) else { return String(rawValue.dropFirst(Self.optionMark.count)) }
        return Self.otherNames[rawValue] ?? OptionValues.name(ofProperty: rawValue)
    }
}
