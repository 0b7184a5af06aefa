import ArgumentParser
import LoadEngine

/// How the load comes and goes, where that is not so many users at a spawn rate: conversations that arrive by themselves, and
/// stages.
struct ArrivalOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Conversations arrive by themselves, so many a second (50/s), minute (3000/m) or hour (100000/h), whether or not "
                + "those before have ended; instead of --users and --spawn-rate.",
            valueName: "rate"
        ),
        transform: { text in try Self.reading { () throws(ExpressionError) in try ArrivalRate.parse(text) } }
    )
    var arrivalRate: ArrivalRate?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How the times between arrivals vary: \(ArrivalProcess.grammar); its CV is deviation / mean, over 1 in bursts. "
                + "(default: constant)",
            valueName: "process"
        ),
        transform: { text in try Self.reading { () throws(ExpressionError) in try ArrivalProcess.parse(text) } }
    )
    var arrivals: ArrivalProcess?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "With --arrival-rate: how many conversations there may be at the same time; who finds no free user waits for one. "
                + "(default: \(OpenArrivals.usualMostUsers))",
            valueName: "number"
        ),
        transform: NumberArgument.whole
    )
    var maxUsers: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The load in stages, in each of which it goes evenly to a number of users or, as with --arrival-rate, to a rate: "
                + "30s:100,2m:1000,1m:1000,30s:0 or 1m:10/s,5m:50/s.",
            valueName: "list"
        ),
        transform: { text in try Self.reading { () throws(ExpressionError) in try LoadStages.parse(text) } }
    )
    var stages: LoadStages?

    @Option(
        help: ArgumentHelp(
            "A user that is too many leaves after its 'turn' or its 'conversation'.",
            valueName: "when"
        )
    )
    var gracefulRampDown = RampDown.turn

    /// Reads a value of an option, and says of a mistake where it is.
    static func reading<Value>(_ read: () throws(ExpressionError) -> Value) throws -> Value {
        do throws(ExpressionError) { return try read() } catch { throw ConfigurationError(error.line) }
    }

    private var isOpen: Bool { arrivalRate != nil || stages?.isOfRates == true }

    func check(_ problems: inout Problems, _ load: LoadOptions) {
        let users = load.users
        problems.require(
            isOpen || arrivals == nil,
            "--arrivals needs --arrival-rate, such as --arrival-rate 50/s",
            of: "arrivals"
        )
        problems.require(
            isOpen || maxUsers == nil,
            "--max-users needs --arrival-rate; without it --users says how many there are",
            of: "max-users"
        )
        problems.require(
            !isOpen || users == 1 && load.spawnRate == 1,
            "--users and --spawn-rate exclude arrivals: where conversations arrive by themselves, --max-users says how many "
                + "there may be at the same time",
            of: "users",
            "spawn-rate",
            arrivalRate == nil ? "stages" : "arrival-rate"
        )
        guard let stages, !stages.isOfRates else { return }
        problems.require(
            arrivalRate == nil,
            "--arrival-rate and stages of users exclude each other: write rates, as in --stages 30s:10/s",
            of: "stages",
            "arrival-rate"
        )
        problems.require(
            users == 1 && load.spawnRate == 1,
            "--users, --spawn-rate and --stages exclude each other: stages say how many users there are, and when",
            of: "users",
            "spawn-rate",
            "stages"
        )
    }

    /// Puts what is asked for into a configuration.
    func apply(to configuration: inout EngineConfiguration) {
        configuration.rampDown = gracefulRampDown
        if isOpen {
            let process = arrivals ?? .constant
            configuration.users = maxUsers ?? OpenArrivals.usualMostUsers
            configuration.arrivals =
                stages.map { OpenArrivals($0, from: arrivalRate, process) }
                ?? arrivalRate.map { OpenArrivals($0, process) }
        } else if let stages {
            configuration.stages = stages
        }
    }
}
