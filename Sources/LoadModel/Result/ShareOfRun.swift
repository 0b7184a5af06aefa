/// Which share of a run a result is of, and how its beginning is placed in time.
///
/// Times are by the clock of the share's own machine.
public struct ShareOfRun: Codable, Sendable, Equatable {
    /// The most shares that a run can have.
    package static let most = 100_000

    /// Its number, from 1.
    public var index: Int
    /// How many shares the run has.
    public var count: Int
    /// What all shares of the run have alike and those of others do not: a digest of its configuration and seed.
    public var plan: String
    /// The machine's name, as its system has it.
    public var machine: String
    /// The moment that was agreed upon for the start, as RFC 3339 says; nil when there was none.
    public var startAt: String?
    /// When the load began, as RFC 3339 says, a warm-up included; nil while it has not.
    public var begunAt: String?
    /// When its numbers begin, as RFC 3339 says: when the load did, or when the warm-up was over.
    public var startedAt: String
    /// From there to the end of the last turn, in seconds.
    public var durationS: Double
    /// How far the machine's clock may be from the true time by its kernel's own estimate, in milliseconds; nil when nothing keeps
    /// the clock right, or nothing is known.
    public var clockErrorMs: Double?

    enum CodingKeys: String, CodingKey {
        case index, count, plan, machine
        case startAt = "start_at"
        case begunAt = "begun_at"
        case startedAt = "started_at"
        case durationS = "duration_s"
        case clockErrorMs = "clock_error_ms"
    }

    /// Describes a share that has not begun.
    ///
    /// - Parameters:
    ///   - index: Its number, from 1.
    ///   - count: How many shares the run has.
    ///   - plan: The digest of the run's plan.
    ///   - machine: The machine's name.
    package init(index: Int, count: Int, plan: String, machine: String) {
        self.index = index
        self.count = count
        self.plan = plan
        self.machine = machine
        startedAt = ""
        durationS = 0
    }

    /// As people count it, such as `3/10`.
    public var text: String { "\(index)/\(count)" }
}
