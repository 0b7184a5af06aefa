import LoadEngine

extension LiveFeed.Hello {
    /// What the form begins with: what the program was started with.
    struct Defaults: Encodable {
        let userCount: Int
        let spawnRate: Double
        /// Empty unless conversations are to arrive by themselves; so is `stages` without any.
        let arrivalRate: String
        let arrivals: String
        let maxUsers: Int
        let stages: String
        let host: String?
        let runTime: String
        let warmUp: String
        let thinkTime: String
        let rest: String
        /// How many conversations are played in all; empty for as many as the files say.
        let invocations: String
        let repeats: Bool

        private enum CodingKeys: String, CodingKey {
            case host, rest, invocations, arrivals, stages
            case repeats = "repeat"
            case userCount = "user_count"
            case spawnRate = "spawn_rate"
            case arrivalRate = "arrival_rate"
            case maxUsers = "max_users"
            case runTime = "run_time"
            case warmUp = "warm_up"
            case thinkTime = "think_time"
        }

        /// - Parameters:
        ///   - configuration: What the program was started with.
        ///   - host: The base URL that it plays against; nil where the form has to say it.
        init(_ configuration: EngineConfiguration, host: String?) {
            let open = configuration.arrivals
            // What stages come to is no number of users that stays.
            userCount = open == nil && configuration.stages == nil ? configuration.users : 1
            spawnRate = configuration.spawnRate
            arrivalRate = open?.rate?.description ?? ""
            arrivals = (open?.process ?? .constant).description
            maxUsers = open == nil ? OpenArrivals.usualMostUsers : configuration.users
            stages = (configuration.stages ?? open?.stages)?.description ?? ""
            self.host = host
            runTime = configuration.runTime.map { DurationText.text(of: $0) } ?? ""
            warmUp = configuration.warmUp?.description ?? ""
            thinkTime = configuration.thinkTime?.description ?? ""
            rest = configuration.rest?.description ?? ""
            invocations = configuration.invocations.map { "\($0)" } ?? ""
            repeats = configuration.repeats
        }
    }
}
