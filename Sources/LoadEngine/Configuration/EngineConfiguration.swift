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
    /// How many invocations are played in all, in the proportions of the conversations; nil for theirs.
    public var invocations: Int?
    /// Whether the conversations begin again when all are played, until the run time is over or the run is stopped.
    public var repeats = false
    /// How many users play at the same time; at most, where conversations arrive by themselves.
    public var users = 1
    /// How conversations arrive by themselves, each for a user that starts for it or is just free; nil for users that take one
    /// after another.
    public var arrivals: OpenArrivals?
    /// How the number of users changes, from nobody on, instead of `users` at `spawnRate`.
    ///
    /// The run ends with the last stage, as at its run time, unless that ends with nobody.
    public var stages: LoadStages?
    /// When a user that is too many leaves.
    public var rampDown = RampDown.turn
    /// How many users start per second.
    public var spawnRate = 1.0
    /// The shape of the API that turns are sent to, unless their conversation says another.
    public var api = Profiles.assistant
    /// The path of a turn below the base URL, instead of the profile's; `{session_id}` stands for the session's id.
    public var path: String?
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
    /// How long the run plays before it counts, which is within the run time; nil for not at all.
    ///
    /// What was counted is kept apart, as `RunResult.warmUp`. Nothing is drained: what runs then counts as just begun.
    public var warmUp: WarmUp?
    /// Whether the result has the steady stretch, for which the counts of up to 128 moments of the run are kept.
    public var findsSteadyStretch = false
    /// How long the start waits for something to accept connections at the host; nil for not at all.
    public var waitForHost: Duration?
    /// What a user does after a failed turn.
    public var onFailure = OnFailure.stop
    /// Whether a user waits whose turn has not reached the server.
    public var backoff = Backoff.on
    /// How long a user waits before every turn but the first of a conversation that says nothing itself; `off` for no turn at
    /// all.
    public var thinkTime: ThinkTime?
    /// How long a user waits between two conversations; nil for not at all.
    public var rest: ThinkTime?
    /// Which share of the turns their users leave before the end, and when; nil for none.
    public var abandon: Abandonment?
    /// How many content events of an answer a user reads at most in a time, by not reading its connection meanwhile; nil for all
    /// at once.
    public var readRate: ArrivalRate?
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
    /// The most bytes of what was said in a session, where the client keeps it; a conversation over it fails.
    public var maximumHistoryBytes = 1 << 20
    /// Whether a turn is sent once more, on a fresh connection, when a kept one turns out to have been closed by the server
    /// before a byte of the answer came.
    public var resendsStaleTurns = true
    /// How long a connection may have been idle to be used again.
    public var idleReuse: Duration = .seconds(50)
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

    /// What makes another seed of a run's.
    private static let arrivalMark: UInt64 = 0x4152_5249_5641_4C53
    private static let abandonMark: UInt64 = 0x4142_414E_444F_4E53

    /// The most users that a run can have.
    package static let mostUsers = StableSlab<UserSlot>.maximumCount
    /// The most bytes that one event may be allowed to have.
    static let largestEventBytes = 1 << 30

    /// The users that can be there at the same time: no more than there are conversations to play.
    package var concurrentUsers: Int {
        let invocations = conversations.reduce(0) { $0 + $1.invocations }
        return repeats && invocations > 0 ? users : min(users, max(invocations, 1))
    }

    /// What the run's numbers are made with.
    ///
    /// - Parameters:
    ///   - share: The part of the run that the numbers are of.
    ///   - startedAt: When it began, by the clock on the wall.
    ///   - startedNs: The same in nanoseconds of the monotonic clock.
    /// - Returns: What reports need of the configuration.
    func facts(of share: RunShare = .whole, startedAt: Date = .now, startedNs: UInt64 = 0) -> RunFacts {
        RunFacts(
            conversations: conversations,
            isEndless: repeats,
            invocations: InvocationQueue.counts(of: conversations.map(\.invocations), in: share),
            stallAfter: stallAfter,
            objectives: objectives,
            startedAt: startedAt,
            startedNs: startedNs
        )
    }

    /// The state of a run, or of the part of one, before it begins.
    ///
    /// - Parameters:
    ///   - share: The part that a process plays.
    ///   - whole: The part that all processes of its program play, of which the rows are.
    /// - Returns: The state.
    package func snapshotBeforeStart(of share: RunShare = .whole, in whole: RunShare = .whole) -> RunSnapshot {
        var result = facts(of: whole).nothing
        if !repeats {
            let queue = InvocationQueue(invocations: conversations.map(\.invocations), share: share)
            result.total[.conversationsPlanned] = queue.remaining
        }
        return RunSnapshot(result, phase: .running)
    }

    /// The path of a turn as it is shown.
    public var shownPath: String {
        path ?? api.path.text.replacing("{{session_id}}", with: SessionPlaceholder.text)
    }

    /// How many connections users have.
    var connectionPolicy: ConnectionPolicy {
        ConnectionPolicy(keepsConnections: keepsConnections, idleReuse: idleReuse)
    }

    func populationSettings(share: RunShare) -> PopulationSettings {
        func nanoseconds(_ timeout: Duration?) -> UInt64 { timeout?.nanosecondsClamped ?? Nanoseconds.never }
        var settings = PopulationSettings()
        settings.users = users
        settings.repeats = repeats
        settings.arrivals = arrivals
        settings.stages = stages
        settings.rampDown = rampDown
        settings.spawnRate = spawnRate
        settings.onFailure = onFailure
        settings.backoff = backoff
        settings.sessionScope = sessionScope
        settings.rest = rest ?? .off
        settings.runTimeNs = nanoseconds(runTime)
        settings.stallAfterNs = stallAfter.nanosecondsClamped
        settings.objectives = ObjectiveLimits(objectives)
        settings.readIntervalNs = readRate?.intervalNs ?? Nanoseconds.never
        settings.stopTimeoutNs = stopTimeout.nanosecondsClamped
        settings.connectTimeoutNs = nanoseconds(connectTimeout)
        settings.firstTokenTimeoutNs = nanoseconds(firstTokenTimeout)
        settings.idleTimeoutNs = nanoseconds(idleTimeout)
        settings.stallTimeoutNs = nanoseconds(stallTimeout)
        settings.turnTimeoutNs = nanoseconds(turnTimeout)
        // Seeds next to each other give sequences that overlap; their first numbers do not.
        let seed = seed ?? UInt64.random(in: 0...UInt64.max)
        settings.arrivalSeed = seed ^ Self.arrivalMark
        settings.abandonSeed = seed ^ Self.abandonMark
        if let (share, time) = abandon?.byTime {
            settings.abandonTimeShare = share
            settings.abandonAfterNs = time.nanosecondsClamped
        }
        if let (share, count) = abandon?.byEvents {
            settings.abandonEventsShare = share
            settings.abandonEvents = count
        }
        var seeds = SeededRandom(seed: seed)
        settings.seed = (0...share.index).reduce(0) { _, _ in seeds.next() }
        settings.share = share
        return settings
    }
}
