import LoadEngine

/// What a parameter says of something that a run may be without.
enum Choice<Value: Equatable & Sendable>: Equatable, Sendable {
    /// Nothing: it is as the program was started.
    case asStarted
    /// The run is without it.
    case off
    case value(Value)

    /// What was said; nil for nothing, and for off.
    var given: Value? {
        if case .value(let value) = self { value } else { nil }
    }

    /// What is meant.
    ///
    /// - Parameter started: What the program was started with.
    /// - Returns: nil for a run without it.
    func value(or started: Value?) -> Value? {
        switch self {
        case .asStarted: started
        case .off: nil
        case .value(let value): value
        }
    }
}

/// What a request says of how the load comes and goes: users at a spawn rate, conversations that arrive by themselves, or stages
/// of either.
struct SwarmLoad: Equatable, Sendable {
    /// At least 1; where conversations arrive by themselves another name of `maxUsers`, as Locust knows no other.
    var userCount: Int?
    /// Users per second, over 0.
    var spawnRate: Double?
    /// At least 1: how many conversations there may be at the same time.
    var maxUsers: Int?
    var arrivalRate = Choice<ArrivalRate>.asStarted
    var process: ArrivalProcess?
    var stages = Choice<LoadStages>.asStarted

    /// Puts it into a configuration.
    ///
    /// What the program was started with gives way to what is asked for and excludes it.
    /// - Parameter configuration: What the program was started with.
    /// - Throws: `WebProblem` when something is missing, or excludes something else that is asked for.
    func apply(to configuration: inout EngineConfiguration) throws(WebProblem) {
        var rate = arrivalRate.value(or: configuration.arrivals?.rate)
        var stages = stages.value(or: configuration.stages ?? configuration.arrivals?.stages)
        if stages?.isOfRates == false {
            guard self.stages.given == nil || arrivalRate.given == nil else {
                throw WebProblem(
                    message: "arrival_rate and stages of users exclude each other: write rates, as in 30s:10/s",
                    field: "stages"
                )
            }
            if self.stages.given != nil {
                rate = nil
            } else if arrivalRate.given != nil || userCount != nil || spawnRate != nil {
                stages = nil
            }
        }
        if rate != nil || stages?.isOfRates == true {
            try applyArrivals(rate, stages, to: &configuration)
        } else {
            try applyUsers(stages, to: &configuration)
        }
    }

    private func applyArrivals(
        _ rate: ArrivalRate?,
        _ stages: LoadStages?,
        to configuration: inout EngineConfiguration
    ) throws(WebProblem) {
        let started = configuration.arrivals
        let process = process ?? started?.process ?? .constant
        configuration.users =
            try mostUsers() ?? (started == nil ? OpenArrivals.usualMostUsers : configuration.users)
        configuration.arrivals =
            stages.map { OpenArrivals($0, from: rate, process) } ?? rate.map { OpenArrivals($0, process) }
        configuration.stages = nil
    }

    private func applyUsers(
        _ stages: LoadStages?,
        to configuration: inout EngineConfiguration
    ) throws(WebProblem) {
        for (name, isGiven) in [("max_users", maxUsers != nil), ("arrivals", process != nil)] where isGiven {
            throw WebProblem(
                message:
                    "\(name) needs arrival_rate, such as 50/s: without it user_count users take one conversation after "
                    + "another",
                field: name
            )
        }
        configuration.arrivals = nil
        configuration.stages = stages
        if stages == nil {
            (configuration.users, configuration.spawnRate) = try users()
        } else if userCount != nil || spawnRate != nil {
            throw WebProblem(
                message:
                    "user_count, spawn_rate and stages exclude each other: stages say how many users there are, and when",
                field: "stages"
            )
        }
    }

    /// How many users take one conversation after another, and how many start per second.
    ///
    /// - Throws: `WebProblem` when one of the two is missing.
    func users() throws(WebProblem) -> (count: Int, spawnRate: Double) {
        guard let userCount else {
            throw WebProblem(
                message: "user_count is missing: give the number of users, such as 10",
                field: "user_count"
            )
        }
        guard let spawnRate else {
            throw WebProblem(
                message: "spawn_rate is missing: give how many users start per second, such as 1",
                field: "spawn_rate"
            )
        }
        return (userCount, spawnRate)
    }

    /// How many conversations there may be at the same time, where they arrive by themselves; nil when nothing is said.
    ///
    /// - Throws: `WebProblem` when two different numbers are given.
    func mostUsers() throws(WebProblem) -> Int? {
        if let maxUsers, let userCount, maxUsers != userCount {
            throw WebProblem(
                message:
                    "where conversations arrive by themselves user_count is another name of max_users: give one of both",
                field: "max_users"
            )
        }
        return maxUsers ?? userCount
    }
}

extension EngineConfiguration {
    /// How the load comes and goes, in words.
    var loadInWords: String {
        if let arrivals {
            return "arrivals of \(arrivals.rateText) (\(arrivals.process)), at most \(counted(users, "user"))"
        }
        return stages.map { "stages of users \($0)" } ?? counted(users, "user")
    }
}
