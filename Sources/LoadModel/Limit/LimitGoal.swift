/// What is looked for: the most users, or the highest rate of arrivals, of which enough turns are good.
public struct LimitGoal: Sendable, Equatable, Codable {
    /// What a load is counted in.
    public enum Unit: String, Sendable, Codable {
        /// Users that take one conversation after another.
        case users
        /// Conversations a second that arrive by themselves.
        case arrivalsPerS = "arrivals_per_s"
    }

    /// What loads are counted in.
    public var unit: Unit
    /// The first load, over 0.
    public var first: Double
    /// The greatest load that is tried.
    public var most: Double
    /// The share of turns that have to meet every objective, from over 0 to under 1; failed turns do not.
    public var goodput = 0.95
    /// How near the greatest load that is kept and the least that is not must be, as a share of it.
    public var precision = 0.03
    /// How long a load is held at most until it is decided by what is there, in seconds.
    public var holdS = 30.0
    /// How long the best load is held once more, in seconds.
    public var confirmS = 60.0

    /// Makes a goal with the defaults.
    ///
    /// - Parameters:
    ///   - unit: What loads are counted in.
    ///   - first: The first load, over 0.
    ///   - most: The greatest load that is tried.
    public init(_ unit: Unit, from first: Double, to most: Double) {
        self.unit = unit
        self.first = first
        self.most = most
    }

    /// A load as it is played: a whole number of users, or a rate with three digits.
    func rounded(_ level: Double) -> Double {
        guard unit == .arrivalsPerS, level > 0 else { return level.rounded() }
        var scale = 1.0
        while level * scale < 100 { scale *= 10 }
        return (level * scale).rounded() / scale
    }

    /// A load in words.
    public func text(of level: Double) -> String {
        switch unit {
        case .users: counted(Int(level), "user")
        case .arrivalsPerS: "\(level == level.rounded() ? level.fixed(0) : "\(level)") arrivals/s"
        }
    }
}
