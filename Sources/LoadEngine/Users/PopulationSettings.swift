/// What a user does after a failed turn.
public enum OnFailure: String, CaseIterable, Sendable, Codable {
    /// The conversation ends.
    case stop
    /// The next turn is played.
    case `continue`
}

/// What one session id stands for.
public enum SessionScope: String, CaseIterable, Sendable, Codable {
    /// One run of a conversation.
    case conversation
    /// A single turn.
    case turn
}

/// When a user that is too many leaves.
public enum RampDown: String, CaseIterable, Sendable, Codable {
    /// After the turn that it plays; its conversation counts as cancelled.
    case turn
    /// After its conversation.
    case conversation
}

/// The part of a run's configuration that the core plays by; all times in nanoseconds.
package struct PopulationSettings {
    /// How many; in an open model at most.
    package var users = 1
    /// How conversations arrive by themselves; nil for users that take one after another.
    package var arrivals: OpenArrivals?
    /// How the number of users changes; nil for `users` at `spawnRate`.
    package var stages: LoadStages?
    package var rampDown = RampDown.turn
    /// What the moments of arrivals are made from: the same in all parts of a run.
    package var arrivalSeed: UInt64 = 0
    /// Whether the queue begins again when it is empty.
    package var repeats = false
    /// Users per second.
    package var spawnRate = 1.0
    package var onFailure = OnFailure.stop
    package var backoff = Backoff.on
    /// How long a user waits between two conversations.
    package var rest = ThinkTime.off
    package var sessionScope = SessionScope.conversation
    /// `Nanoseconds.never` for a run without an end.
    package var runTimeNs = Nanoseconds.never
    /// How long running turns may go on after a stop.
    package var stopTimeoutNs: UInt64 = 0
    package var connectTimeoutNs = 10 * Nanoseconds.perSecond
    package var firstTokenTimeoutNs = 60 * Nanoseconds.perSecond
    package var idleTimeoutNs = 60 * Nanoseconds.perSecond
    package var stallTimeoutNs = 300 * Nanoseconds.perSecond
    package var turnTimeoutNs = Nanoseconds.never
    /// From the send to when those users leave that do so after a time, and the share of the turns that are left so.
    package var abandonAfterNs = Nanoseconds.never
    package var abandonTimeShare = 0.0
    /// With how many events those users leave that do so with a number of them, and the share of the turns that are left so.
    package var abandonEvents = UInt64.max
    package var abandonEventsShare = 0.0
    /// What it is drawn from which turns are left: the same in all parts of a run.
    package var abandonSeed: UInt64 = 0
    /// The least time between two content events that a user reads; `Nanoseconds.never` where all are read at once.
    package var readIntervalNs = Nanoseconds.never
    package var drainTimeoutNs = 1 * Nanoseconds.perSecond
    /// A gap between two content events of one turn that is longer is a stall.
    package var stallAfterNs = 1 * Nanoseconds.perSecond
    package var objectives = ObjectiveLimits()
    package var seed: UInt64 = 0
    /// Which of the users and invocations are this population's; `users` and the invocations are those of the whole run.
    package var share = RunShare.whole
    /// Whether somebody else says how many users this population has, from none on: `users` is not divided then, and the run
    /// goes on without users while there is something to play.
    package var isSteered = false

    package init() {}

    /// The part of the users that is this population's.
    var shareOfUsers: RunShare { isSteered ? .whole : share }

    package func timeoutNs(of deadline: Deadline) -> UInt64 {
        switch deadline {
        case .connect: connectTimeoutNs
        case .firstToken: firstTokenTimeoutNs
        case .idle: idleTimeoutNs
        case .stall: stallTimeoutNs
        case .turn: turnTimeoutNs
        case .abandon: abandonAfterNs
        case .read: readIntervalNs
        case .drain: drainTimeoutNs
        }
    }
}
