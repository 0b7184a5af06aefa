import FoundationEssentials

/// Everything that a run is made of.
///
/// The defaults are those of the command line. Nothing is checked before `LoadRun.start`. Its coding is that of its members:
/// what belongs to one process, such as a closure, is in `EngineHooks`.
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
        _ = try CheckedConfiguration(self)
    }

    /// The most users that a run can have.
    package static let mostUsers = StableSlab<UserSlot>.maximumCount
    /// The most bytes that one event may be allowed to have.
    static let largestEventBytes = 1 << 30

    /// The users that can be there at the same time: no more than there are conversations to play.
    package var concurrentUsers: Int {
        let invocations = conversations.reduce(0) { $0 + $1.invocations }
        return min(users, max(invocations, 1))
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
