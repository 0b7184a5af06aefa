import LoadEngine

extension ConfigurationField {
    /// The parameter of `/swarm` that says it; nil where none does.
    var parameter: String? {
        switch self {
        case .host: "host"
        case .conversations: "user_classes"
        case .users: "user_count"
        case .spawnRate: "spawn_rate"
        case .arrivals: "arrival_rate"
        case .stages: "stages"
        case .runTime: "run_time"
        case .warmUp: "warm_up"
        case .thinkTime: "think_time"
        case .rest: "rest"
        case .invocations: "invocations"
        default: nil
        }
    }
}
