/// Everything that a run is made of.
///
/// The defaults are those of the command line. Nothing is checked before `LoadRun.start`.
public struct EngineConfiguration: Sendable {
    /// The base URL of the assistant, such as `http://localhost:8000`.
    public var host: String
    /// What the users play.
    public var conversations: [Conversation]
    /// How many users play at the same time.
    public var users = 1
    /// How many users start per second.
    public var spawnRate = 1.0
    /// The path of a turn below the base URL; `{session_id}` stands for the session's id.
    public var path = "/stream/assistant/{session_id}"
    /// Further header lines of every request, `Name: value`.
    public var headers: [String] = []
    /// A file of PEM certificates to trust instead of the system's.
    public var caFile: String?
    /// Whether the server's certificate is not verified.
    public var isInsecure = false
    /// When the run ends even if invocations are left; nil for never.
    public var runTime: Duration?
    /// What a user does after a failed turn.
    public var onFailure = OnFailure.stop
    /// What one session id stands for.
    public var sessionScope = SessionScope.conversation
    /// From the send to a connection; nil for no limit, as in all timeouts.
    public var connectTimeout: Duration? = .seconds(10)
    /// From the send to the first content event.
    public var firstTokenTimeout: Duration? = .seconds(60)
    /// From the last byte, once there was a content event.
    public var idleTimeout: Duration? = .seconds(60)
    /// From the send to the end marker.
    public var turnTimeout: Duration?
    /// How long running turns may go on after a stop or the end of the run time.
    public var stopTimeout: Duration = .zero
    /// The most bytes of one event.
    public var maximumEventBytes = 1 << 20
    /// What the canary's 99th percentile may be at most for the numbers to be taken as true; nil for the default, 5 ms or
    /// a tenth of the median first token, whichever is larger.
    public var maxError: Duration?
    /// What session ids are made from; nil for a new start every time.
    public var seed: UInt64?

    /// Called on the loop's thread with every turn whose outcome becomes known; must return at once.
    package var onTurnDecided: (@Sendable (TurnRecord) -> Void)?

    /// Makes a configuration with the defaults.
    ///
    /// - Parameters:
    ///   - host: The base URL of the assistant.
    ///   - conversations: What the users play.
    public init(host: String, conversations: [Conversation]) {
        self.host = host
        self.conversations = conversations
    }

    /// Checks the configuration, as `LoadRun.start` does before anything else.
    ///
    /// - Throws: `ConfigurationError` with everything that is wrong.
    public func validate() throws(ConfigurationError) {
        _ = try validatedTarget()
    }

    /// The target of a checked configuration.
    ///
    ///
    /// - Throws: `ConfigurationError` with everything that is wrong.
    func validatedTarget() throws(ConfigurationError) -> Target {
        var problems: [String] = []
        func collect<Value>(_ check: () throws(ConfigurationError) -> Value) -> Value? {
            do { return try check() } catch {
                problems += error.problems
                return nil
            }
        }
        func require(_ isRight: Bool, _ problem: @autoclosure () -> String) {
            if !isRight { problems.append(problem()) }
        }
        let target = collect { () throws(ConfigurationError) in try Target(url: host) }
        let mostUsers = StableSlab<UserSlot>.maximumCount
        require((1...mostUsers).contains(users), "users must be from 1 to \(mostUsers), not \(users)")
        require(
            spawnRate > 0 && spawnRate.isFinite,
            "the spawn rate must be a number over 0 (users per second), not \(spawnRate)"
        )
        require((1...Self.largestEventBytes).contains(maximumEventBytes), Self.eventBytesProblem(maximumEventBytes))
        collect { () throws(ConfigurationError) in try checkPath() }
        if let caFile {
            // libcurl would find out only with the first connection, and call it a failure of TLS.
            let reason = SystemError.ofReading(caFile).map { SystemError.text(of: $0) }
            require(reason == nil, "the certificates '\(caFile)' cannot be read: \(reason ?? "")")
        }
        for header in headers { collect { () throws(ConfigurationError) in try HeaderLines.validate(header) } }
        collect { () throws(ConfigurationError) in try ConversationRules.check(conversations) }
        guard problems.isEmpty, let target else { throw ConfigurationError(problems) }
        return target
    }

    private static let largestEventBytes = 1 << 30

    private static func eventBytesProblem(_ count: Int) -> String {
        "the limit of an event must be from 1 to \(largestEventBytes) bytes, not \(count)"
    }

    private func checkPath() throws(ConfigurationError) {
        guard path.hasPrefix("/") else { throw ConfigurationError("path '\(path)' must begin with /") }
        guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }) else {
            throw ConfigurationError(
                "path '\(path)' contains a character that a URL cannot; write it percent-encoded, such as %20"
            )
        }
    }

    func populationSettings(seed: UInt64) -> PopulationSettings {
        func nanoseconds(_ timeout: Duration?) -> UInt64 { timeout?.nanosecondsClamped ?? Nanoseconds.never }
        var settings = PopulationSettings()
        settings.users = users
        settings.spawnRate = spawnRate
        settings.onFailure = onFailure
        settings.sessionScope = sessionScope
        settings.runTimeNs = nanoseconds(runTime)
        settings.stopTimeoutNs = stopTimeout.nanosecondsClamped
        settings.connectTimeoutNs = nanoseconds(connectTimeout)
        settings.firstTokenTimeoutNs = nanoseconds(firstTokenTimeout)
        settings.idleTimeoutNs = nanoseconds(idleTimeout)
        settings.turnTimeoutNs = nanoseconds(turnTimeout)
        settings.seed = seed
        return settings
    }
}
