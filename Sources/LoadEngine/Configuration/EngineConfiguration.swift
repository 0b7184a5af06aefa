import FoundationEssentials

/// Everything that a run is made of.
///
/// The defaults are those of the command line. Nothing is checked before `LoadRun.start`.
public struct EngineConfiguration: Sendable, Codable {
    /// The base URL of the assistant, such as `http://localhost:8000`.
    public var host: String
    /// What the users play.
    public var conversations: [Conversation]
    /// How many users play at the same time.
    public var users = 1
    /// How many users start per second.
    public var spawnRate = 1.0
    /// The path of a turn below the base URL; `{session_id}` stands for the session's id.
    public var path = AssistantAPI.pathTemplate
    /// Further header lines of every request, `Name: value`.
    public var headers: [String] = []
    /// A file of PEM certificates to trust instead of the system's.
    public var caFile: String?
    /// Whether the server's certificate is not verified.
    public var isInsecure = false
    /// Whether a connection is used for more than one turn.
    public var keepsConnections = true
    /// The addresses of this machine that connections are made from, such as `127.0.0.2` or the range
    /// `127.0.0.2-127.0.0.9`; none for the system's choice.
    public var sourceAddresses: [String] = []
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
    /// From the last content event to the next, whatever comments come meanwhile; passes up to a 64th too late.
    public var stallTimeout: Duration? = .seconds(300)
    /// From the send to the end marker.
    public var turnTimeout: Duration?
    /// How long running turns may go on after a stop or the end of the run time.
    public var stopTimeout: Duration = .zero
    /// The most bytes of one event.
    public var maximumEventBytes = 1 << 20
    /// What the canary's 99th percentile may be at most for the numbers to be taken as true; nil for the default, 5 ms or
    /// a tenth of the median first token, whichever is larger.
    public var maxError: Duration?
    /// A gap between two content events of one turn that is longer is a stall.
    public var stallAfter: Duration = .seconds(1)
    /// What turns and conversations have to keep to, for goodput.
    public var objectives: [Objective] = []
    /// Whether snapshots have the distributions of single rows as well, which costs the loop a few microseconds for each of
    /// them every second; the result always has them.
    public var publishesRows = false
    /// The file that gets a line for each turn; nil for none.
    public var eventLog: EventLogConfiguration?
    /// What session ids are made from; nil for a new start every time.
    public var seed: UInt64?

    /// Called on the loop's thread with every turn whose outcome becomes known; must return at once.
    package var onTurnDecided: (@Sendable (TurnRecord) -> Void)?
    /// Called on the loop's thread with every content event; must return at once.
    ///
    /// It gets the session, the data, which is valid only during the call, and when it was received, in nanoseconds of
    /// the monotonic clock.
    package var onContentEvent: (@Sendable (SessionID, UnsafeRawBufferPointer, UInt64) -> Void)?

    // Everything but the closures, which belong to one process.
    private enum CodingKeys: CodingKey {
        case host, conversations, users, spawnRate, path, headers, caFile, isInsecure, keepsConnections, sourceAddresses
        case runTime, onFailure, sessionScope, connectTimeout, firstTokenTimeout, idleTimeout, stallTimeout, turnTimeout
        case stopTimeout, maximumEventBytes, maxError, stallAfter, objectives, publishesRows, eventLog, seed
    }

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
        require((1...Self.mostUsers).contains(users), "users must be from 1 to \(Self.mostUsers), not \(users)")
        require(
            spawnRate > 0 && spawnRate.isFinite,
            "the spawn rate must be a number over 0 (users per second), not \(spawnRate)"
        )
        require(
            runTime.map { $0 > .zero } ?? true,
            "the run time must be over 0, such as 90, 20m or 1h30m; leave it out to play every conversation to its end"
        )
        require((1...Self.largestEventBytes).contains(maximumEventBytes), Self.eventBytesProblem(maximumEventBytes))
        collect { () throws(ConfigurationError) in try checkPath() }
        if let caFile {
            let problem = CertificateFile.problem(with: caFile)
            require(problem == nil, problem ?? "")
        }
        if let eventLog {
            let problem = EventLogFile.problem(with: eventLog.path)
            require(problem == nil, "the event log '\(Shown.path(eventLog.path))': \(problem ?? "")")
        }
        let sources = collect { () throws(ConfigurationError) in try parsedSourceAddresses() } ?? []
        for source in sources { collect { () throws(ConfigurationError) in try source.check() } }
        for header in headers { collect { () throws(ConfigurationError) in try HeaderLines.validate(header) } }
        collect { () throws(ConfigurationError) in try ConversationRules.check(conversations) }
        guard problems.isEmpty, let target else { throw ConfigurationError(problems) }
        return target
    }

    /// The most users that a run can have.
    package static let mostUsers = StableSlab<UserSlot>.maximumCount
    private static let largestEventBytes = 1 << 30

    private static func eventBytesProblem(_ count: Int) -> String {
        "the limit of an event must be from 1 to \(largestEventBytes) bytes, not \(count)"
    }

    /// The source addresses one by one.
    ///
    /// - Throws: `ConfigurationError` for one that is none, that is there twice, or that is of another family than another.
    func parsedSourceAddresses() throws(ConfigurationError) -> [SourceAddress] {
        var addresses: [SourceAddress] = []
        for text in sourceAddresses { addresses += try SourceAddress.parse(text) }
        var seen: Set<SourceAddress> = []
        if let twice = addresses.first(where: { !seen.insert($0).inserted }) {
            throw ConfigurationError("source address \(twice) is there twice; give each address once")
        }
        guard Set(addresses.map(\.family)).count <= 1 else {
            throw ConfigurationError(
                "the source addresses are IPv4 and IPv6: one target can only be reached by one of them"
            )
        }
        return addresses
    }

    private func checkPath() throws(ConfigurationError) {
        let shown = "'\(Shown.line(Shown.withoutSecrets(path)))'"
        guard path.hasPrefix("/") else { throw ConfigurationError("path \(shown) must begin with /") }
        if let other = TurnRequests.otherPlaceholder(in: path) {
            throw ConfigurationError(
                "path \(shown): {\(other)} stands for nothing; write \(TurnRequests.placeholder) for the session's id, or "
                    + "%7B\(other)%7D for these characters"
            )
        }
        guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }) else {
            throw ConfigurationError(
                "path \(shown) contains a character that a URL cannot; write it percent-encoded, such as %20"
            )
        }
    }

    /// What the run's numbers are made with.
    ///
    /// - Parameters:
    ///   - startedAt: When it began, by the clock on the wall.
    ///   - startedNs: The same in nanoseconds of the monotonic clock.
    /// - Returns: What reports need of the configuration.
    func facts(startedAt: Date = .now, startedNs: UInt64 = 0) -> RunFacts {
        RunFacts(
            conversations: conversations,
            stallAfter: stallAfter,
            objectives: objectives,
            startedAt: startedAt,
            startedNs: startedNs
        )
    }

    /// The state of a run, or of the part of one, before it begins.
    package func snapshotBeforeStart(of share: RunShare = .whole) -> RunSnapshot {
        let queue = InvocationQueue(invocations: conversations.map(\.invocations), share: share)
        var result = facts().nothing
        result.total[.conversationsPlanned] = queue.remaining
        return RunSnapshot(result, phase: .running)
    }

    /// How many connections users have.
    var connectionPolicy: ConnectionPolicy { ConnectionPolicy(keepsConnections: keepsConnections) }

    func populationSettings(share: RunShare) -> PopulationSettings {
        func nanoseconds(_ timeout: Duration?) -> UInt64 { timeout?.nanosecondsClamped ?? Nanoseconds.never }
        var settings = PopulationSettings()
        settings.users = users
        settings.spawnRate = spawnRate
        settings.onFailure = onFailure
        settings.sessionScope = sessionScope
        settings.runTimeNs = nanoseconds(runTime)
        settings.stallAfterNs = stallAfter.nanosecondsClamped
        settings.objectives = ObjectiveLimits(objectives)
        settings.stopTimeoutNs = stopTimeout.nanosecondsClamped
        settings.connectTimeoutNs = nanoseconds(connectTimeout)
        settings.firstTokenTimeoutNs = nanoseconds(firstTokenTimeout)
        settings.idleTimeoutNs = nanoseconds(idleTimeout)
        settings.stallTimeoutNs = nanoseconds(stallTimeout)
        settings.turnTimeoutNs = nanoseconds(turnTimeout)
        // Seeds next to each other give sequences that overlap; their first numbers do not.
        var seeds = SeededRandom(seed: seed ?? UInt64.random(in: 0...UInt64.max))
        settings.seed = (0...share.index).reduce(0) { _, _ in seeds.next() }
        settings.share = share
        return settings
    }
}
