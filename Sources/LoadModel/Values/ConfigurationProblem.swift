/// What a problem of a configuration is about: a property of the run's configuration, by its name, or an option of a
/// program that makes one.
public struct ConfigurationField: RawRepresentable, Hashable, Sendable {
    /// The name, such as `spawnRate`.
    public let rawValue: String

    /// Makes a field.
    ///
    /// - Parameter rawValue: The name.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }
}

extension ConfigurationField {
    /// The base URL of the assistant.
    public static let host = ConfigurationField(rawValue: "host")
    /// What the users play.
    public static let conversations = ConfigurationField(rawValue: "conversations")
    /// How conversations arrive by themselves.
    public static let arrivals = ConfigurationField(rawValue: "arrivals")
    /// How the number of users changes.
    public static let stages = ConfigurationField(rawValue: "stages")
    /// How many invocations are played in all.
    public static let invocations = ConfigurationField(rawValue: "invocations")
    /// How many users play at the same time.
    public static let users = ConfigurationField(rawValue: "users")
    /// How many users start per second.
    public static let spawnRate = ConfigurationField(rawValue: "spawnRate")
    /// How fast users read.
    public static let readRate = ConfigurationField(rawValue: "readRate")
    /// The path of a turn.
    public static let path = ConfigurationField(rawValue: "path")
    /// The shape of the API.
    public static let api = ConfigurationField(rawValue: "api")
    /// The header lines of every request.
    public static let headers = ConfigurationField(rawValue: "headers")
    /// The file of certificates.
    public static let caFile = ConfigurationField(rawValue: "caFile")
    /// The addresses that connections are made from.
    public static let sourceAddresses = ConfigurationField(rawValue: "sourceAddresses")
    /// When the run ends.
    public static let runTime = ConfigurationField(rawValue: "runTime")
    /// How long the start waits for the host.
    public static let waitForHost = ConfigurationField(rawValue: "waitForHost")
    /// `EngineConfiguration.warmUp`.
    public static let warmUp = ConfigurationField(rawValue: "warmUp")
    /// How long a connection may have been idle to be used again.
    public static let idleReuse = ConfigurationField(rawValue: "idleReuse")
    /// The most bytes of what was said in a session.
    public static let maximumHistoryBytes = ConfigurationField(rawValue: "maximumHistoryBytes")
    /// How long users wait before a turn.
    public static let thinkTime = ConfigurationField(rawValue: "thinkTime")
    /// How long users wait between two conversations.
    public static let rest = ConfigurationField(rawValue: "rest")
    /// The most bytes of one event.
    public static let maximumEventBytes = ConfigurationField(rawValue: "maximumEventBytes")
    /// The file with a line for each turn.
    public static let eventLog = ConfigurationField(rawValue: "eventLog")
}

/// One mistake in what the user gave.
public struct ConfigurationProblem: Equatable, CustomStringConvertible, Sendable {
    /// What it is about: mostly one, several that exclude each other, and none where it is not known.
    public var fields: [ConfigurationField]
    /// What is wrong, where, and what to do about it.
    public var message: String

    /// Makes a problem.
    ///
    /// - Parameters:
    ///   - fields: What it is about.
    ///   - message: What is wrong, where, and what to do about it.
    public init(_ fields: ConfigurationField..., message: String) {
        self.init(fields, message: message)
    }

    /// Makes a problem of any number of fields.
    ///
    /// - Parameters:
    ///   - fields: What it is about.
    ///   - message: What is wrong, where, and what to do about it.
    public init(_ fields: [ConfigurationField], message: String) {
        self.fields = fields
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
