/// What a master's `spawn` asks for: absolute numbers, of which a ramp-up sends one a second.
package struct SpawnOrder: Sendable, Equatable {
    /// When it was sent, in seconds since 1970 by the master's clock; an order that is not newer than the last is stale.
    package var timestamp: Double
    /// The users that this worker is to have.
    package var classes: ClassTable
    /// The target; nil where neither the master's options nor its page name one.
    package var host: String?
    /// How long running turns may go on after a stop.
    package var stopTimeout: Duration
    /// The users of the whole test, as far as the master's options tell.
    package var usersInAll: Int?
    /// Whether the numbers begin again when all users have started (`--reset-stats`).
    package var resetsStatistics: Bool

    package init(
        timestamp: Double,
        classes: ClassTable,
        host: String? = nil,
        stopTimeout: Duration = .zero,
        usersInAll: Int? = nil,
        resetsStatistics: Bool = false
    ) {
        self.timestamp = timestamp
        self.classes = classes
        self.host = host
        self.stopTimeout = stopTimeout
        self.usersInAll = usersInAll
        self.resetsStatistics = resetsStatistics
    }

    /// Reads the data of a message.
    init(_ data: PackValue) throws(MessageProblem) {
        guard let timestamp = data["timestamp"]?.asDouble else {
            throw MessageProblem("spawn: its timestamp is no number")
        }
        guard case .map(let members)? = data["user_classes_count"] else {
            throw MessageProblem("spawn: user_classes_count is no map")
        }
        var entries: [ClassTable.Entry] = []
        var users = 0
        for member in members {
            guard let name = member.key.asText, let count = member.value.asInt, count >= 0,
                count <= EngineConfiguration.mostUsers - users
            else {
                throw MessageProblem("spawn: user_classes_count has a class without a name, or no number of users")
            }
            users += count
            entries.append(ClassTable.Entry(name: name, users: count))
        }
        let options = data["parsed_options"] ?? .null
        self.init(
            timestamp: timestamp,
            classes: ClassTable(entries),
            host: data["host"]?.asText,
            stopTimeout: .seconds(min(max(data["stop_timeout"]?.asDouble ?? 0, 0), Self.longestStopS)),
            usersInAll: options["num_users"]?.asInt.flatMap {
                (1...EngineConfiguration.mostUsers).contains($0) ? $0 : nil
            },
            resetsStatistics: options["reset_stats"] == .bool(true)
        )
    }

    /// A week: longer ones are taken for that.
    private static let longestStopS = 604_800.0
}
