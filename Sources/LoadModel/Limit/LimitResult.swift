/// What was found by raising the load until the objectives broke.
public struct LimitResult: Sendable {
    /// How the search ended.
    public enum Verdict: String, Sendable, Codable {
        /// The best load was held once more, and kept the objectives.
        case found
        /// No load that was tried broke the objectives.
        case notReached = "not_reached"
        /// Not even the first load kept them.
        case firstLevelBroken = "first_level_broken"
        /// Nothing could be said of the first load: no turn ended in time.
        case notDecided = "not_decided"
        /// No load kept them when it was held once more.
        case notConfirmed = "not_confirmed"
        /// The generator, or its machine, would have been the limit.
        case generatorBound = "generator_bound"
        /// It was stopped from outside.
        case interrupted
    }

    /// One load that was held.
    public struct Level: Sendable {
        /// What became of it.
        public enum Decision: String, Sendable, Codable {
            /// Enough turns were good.
            case kept
            /// Too few were.
            case broken
            /// The generator was late, so that nothing can be said.
            case generatorBound = "generator_bound"
            /// The search was stopped meanwhile.
            case interrupted
        }

        /// Users, or arrivals a second.
        public package(set) var level: Double
        /// Whether it was held to confirm it.
        public package(set) var isConfirming: Bool
        /// What became of it.
        public package(set) var decision: Decision
        /// Why, in words.
        public package(set) var reason: String
        /// The time for which it was judged, and what was counted in it.
        public package(set) var stretch: RunStretch
        /// How many turns ran at the same time, on average.
        public package(set) var concurrency: Double
        /// How late the generator was in it.
        public package(set) var canary: Distribution
        /// The share of one core that the generator took.
        public package(set) var cpuShare: Double

        /// Turns that were completed or failed.
        public var turns: UInt64 { stretch.total.requests }
        /// Those that met every objective.
        public var goodTurns: UInt64 { stretch.total[.goodTurns] }
        /// The 99th percentile of the generator's lateness, in milliseconds; nil without a tick.
        public var canaryP99Ms: Double? { canary.knownPercentileNs(99).map(Nanoseconds.milliseconds) }
        /// The share of good turns; nil without any turn.
        public var goodput: Double? { turns > 0 ? Double(goodTurns) / Double(turns) : nil }
    }

    /// What was looked for.
    public package(set) var goal: LimitGoal
    /// What good turns keep to.
    public package(set) var objectives: [String]
    /// How the search ended.
    public package(set) var verdict: Verdict
    /// More of that, in words.
    public package(set) var reason: String
    /// The greatest load that kept the objectives when it was held, once more or not yet; nil for none.
    public package(set) var best: Double?
    /// The least load above it that did not; nil for none.
    public package(set) var broken: Double?
    /// The loads in the order in which they were held.
    public package(set) var levels: [Level]
    /// What was lost meanwhile, a sentence each: processes of the run, its mock, or what it plays; the search is worth nothing then.
    public var losses: [String] = []
    /// What was run, and when.
    public package(set) var run: Summary.Run?
    /// Whether users pause, between turns or conversations: without that each of them has a turn on its way all the time.
    public package(set) var hasPauses = false

    /// The limit: the greatest load that kept the objectives when it was held once more; nil where none was found.
    ///
    /// Where no load broke the objectives (`notReached`), it is at least that.
    public var limit: Double? { verdict == .found || verdict == .notReached ? best : nil }
    /// The load that was held once more, and kept the objectives; nil for none.
    public var confirmed: Level? { levels.last { $0.isConfirming && $0.decision == .kept } }
}

/// What a search of the limit tells while it goes on.
public enum LimitProgress: Sendable {
    /// A load is played from now on; the last one may be held once more to confirm it.
    case playing(level: Double, isConfirming: Bool)
    /// A load was decided.
    case decided(LimitResult.Level)
}
