import LoadEngine

/// How the load of a run is to come and go, with what was changed while it goes on.
struct WatchedLoad {
    private let configuration: EngineConfiguration
    /// How many users there are to be, or may be where conversations arrive by themselves.
    private(set) var users: Int
    private(set) var spawnRate: Double
    /// The rate since it was changed; nil while it is that of the start.
    private(set) var changedRate: ArrivalRate?
    /// What there is instead of stages since somebody has ended them, in words.
    private(set) var stagesEnded: String?

    /// - Parameter configuration: What the run was started with, checked.
    init(_ configuration: EngineConfiguration) {
        self.configuration = configuration
        users = configuration.users
        spawnRate = configuration.spawnRate
    }

    /// Whether conversations arrive by themselves.
    var isOpen: Bool { configuration.arrivals != nil }
    /// How the times between arrivals vary; nil where users take one conversation after another.
    var process: ArrivalProcess? { configuration.arrivals?.process }
    /// What the run was started with; nil without stages.
    var stages: LoadStages? { configuration.stages ?? configuration.arrivals?.stages }
    /// Those that still go on.
    private var runningStages: LoadStages? { stagesEnded == nil ? stages : nil }

    /// How often conversations arrive, where that does not change by itself.
    var rate: ArrivalRate? { changedRate ?? (stages == nil ? configuration.arrivals?.rate : nil) }

    /// How many users there are to be at a moment by the stages, or how many arrivals a second.
    ///
    /// - Parameter passedS: Seconds since the start of the run.
    /// - Returns: nil for a number of users that stays.
    func target(atS passedS: Double) -> Double? {
        guard let stages = runningStages else { return rate?.perSecond }
        let first = configuration.arrivals?.rate?.perSecond ?? 0
        // After the last stage nobody arrives.
        return stages.target(atS: passedS, from: first) ?? (isOpen ? 0 : nil)
    }

    /// How long the stages go on.
    ///
    /// - Parameter passedS: Seconds since the start of the run.
    /// - Returns: Seconds; nil without stages.
    func leftS(atS passedS: Double) -> Double? {
        runningStages.map { max(Double($0.totalNs) / 1e9 - passedS, 0) }
    }

    /// Changes the number of users.
    ///
    /// - Returns: What there is from now on, in words.
    mutating func change(users: Int, spawnRate: Double? = nil) -> String {
        let stages = runningStages
        self.users = users
        self.spawnRate = spawnRate ?? self.spawnRate
        guard !isOpen else { return "at most \(counted(users, "user")) from now on" }
        guard stages == nil else { return endStages("\(counted(users, "user")) from now on") }
        return "\(counted(users, "user")), \(self.spawnRate) a second"
    }

    /// Changes how often conversations arrive.
    ///
    /// - Returns: What there is from now on, in words.
    mutating func change(rate: ArrivalRate) -> String {
        let stages = runningStages
        changedRate = rate
        return stages == nil ? "\(rate) from now on" : endStages("\(rate) from now on")
    }

    private mutating func endStages(_ text: String) -> String {
        let text = "stages ended: \(text)"
        stagesEnded = text
        return text
    }
}
