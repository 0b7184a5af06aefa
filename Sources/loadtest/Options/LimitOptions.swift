import ArgumentParser
import FoundationEssentials
import LoadEngine

/// Which limit is searched, and how thoroughly.
struct LimitOptions: ParsableArguments {
    // Unconditional here and below: otherwise a negative number is taken for an option, and the value said to be missing.
    @Option(
        name: .shortAndLong,
        parsing: .unconditional,
        help: .showing("The first load: so many users at the same time.", as: "number", default: 1),
        transform: NumberArgument.whole
    )
    var users = 1

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Search the highest rate of arrivals instead of the most users, from this one on: conversations a second (5/s), minute "
                + "or hour.",
            valueName: "rate"
        ),
        transform: { text in try ArrivalOptions.reading { () throws(ExpressionError) in try ArrivalRate.parse(text) } }
    )
    var arrivalRate: ArrivalRate?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The greatest load that is tried: users (2000) or, with --arrival-rate, a rate (200/s). (default: what the machine "
                + "has room for)",
            valueName: "load"
        )
    )
    var upTo: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "With --arrival-rate: how the times between arrivals vary: \(ArrivalProcess.grammar). (default: poisson)",
            valueName: "process"
        ),
        transform: { text in try ArrivalOptions.reading { () throws(ExpressionError) in try ArrivalProcess.parse(text) }
        }
    )
    var arrivals: ArrivalProcess?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "With --arrival-rate: how many conversations there may be at the same time. (default: \(defaultMostUsers), or as many "
                + "as the machine has room for)",
            valueName: "number"
        ),
        transform: NumberArgument.whole
    )
    var maxUsers: Int?

    @Option(
        name: [.customShort("r"), .long],
        parsing: .unconditional,
        help: ArgumentHelp(
            "How many further users start per second. (default: all of a load within two seconds)",
            valueName: "number"
        ),
        transform: NumberArgument.decimal
    )
    var spawnRate: Double?

    @Option(
        parsing: .unconditional,
        help: .showing("The share of turns that have to meet every objective.", as: "percent", default: "95%"),
        transform: Self.share
    )
    var goodput = 0.95

    @Option(
        parsing: .unconditional,
        help: .showing(
            "How near the best load and the least that is too much have to be, as a share of it.",
            as: "percent",
            default: "3%"
        ),
        transform: Self.share
    )
    var precision = 0.03

    @Option(
        parsing: .unconditional,
        help: .duration(
            "How long a load is held at most; as soon as its turns decide with 99 % confidence, the next is played.",
            default: .seconds(30)
        ),
        transform: DurationText.parse
    )
    var hold = Duration.seconds(30)

    @Option(
        parsing: .unconditional,
        help: .duration("How long the best load is held once more.", default: .seconds(60)),
        transform: DurationText.parse
    )
    var confirm = Duration.seconds(60)

    private static let defaultMostUsers = 10_000

    /// Whether conversations arrive, and nobody has said how many there may be at the same time.
    var choosesMostUsers: Bool { arrivalRate != nil && maxUsers == nil }

    private static func share(_ text: String) throws -> Double {
        let number = text.hasSuffix("%") ? Double(text.dropLast()).map { $0 / 100 } : Double(text)
        guard let number, number > 0, number < 1 else {
            throw ConfigurationError(
                "expected a share over 0 % and under 100 %, such as 95%, found '\(Shown.line(text))'"
            )
        }
        return number
    }

    func check(_ problems: inout Problems, processes: Int) {
        let mostUsers = EngineConfiguration.mostUsers
        problems.require(
            (1...mostUsers).contains(users),
            "--users must be from 1 to \(mostUsers), not \(users)",
            of: "users"
        )
        problems.require(
            arrivalRate == nil || users == 1 && spawnRate == nil,
            "--users and --spawn-rate exclude --arrival-rate: either users or arrivals are raised",
            of: "users",
            "spawn-rate",
            "arrival-rate"
        )
        problems.require(arrivalRate != nil || arrivals == nil, "--arrivals needs --arrival-rate", of: "arrivals")
        problems.require(arrivalRate != nil || maxUsers == nil, "--max-users needs --arrival-rate", of: "max-users")
        problems.require(spawnRate ?? 1 > 0, "--spawn-rate must be over 0", of: "spawn-rate")
        // The queue of an over-saturated server is short at first.
        let leastS = arrivalRate == nil ? 3 : 9
        for (name, time) in [("hold", hold), ("confirm", confirm)] {
            problems.require(
                time >= .seconds(leastS),
                "--\(name) must be at least \(leastS)s: less says nothing",
                of: name
            )
        }
        // What is no load at all is told by the goal.
        guard let most = try? most() else { return }
        problems.require(
            most >= (arrivalRate == nil ? max(first, Double(processes)) : first),
            "--up-to is less than the first load\(processes > 1 ? ", which has a user for each process" : ""): nothing would be raised",
            of: "up-to",
            arrivalRate == nil ? "users" : "arrival-rate"
        )
    }

    private var first: Double { arrivalRate?.perSecond ?? Double(users) }

    private func most() throws -> Double {
        guard let upTo else {
            return arrivalRate == nil ? Double(EngineConfiguration.mostUsers) : ArrivalRate.mostPerSecond
        }
        guard arrivalRate == nil else {
            do { return try ArrivalRate.parse(upTo).perSecond } catch {
                throw ConfigurationError("--up-to: \(error.line)", of: .option("up-to"))
            }
        }
        guard let users = Int(upTo), (1...EngineConfiguration.mostUsers).contains(users) else {
            throw ConfigurationError(
                "--up-to: expected a number of users, such as 2000, found '\(Shown.line(upTo))'",
                of: .option("up-to")
            )
        }
        return Double(users)
    }

    /// What is looked for.
    ///
    /// - Parameter processes: How many processes share the run: each has a user at least.
    /// - Returns: The goal.
    /// - Throws: `ConfigurationError` for a greatest load that is none.
    func goal(processes: Int) throws -> LimitGoal {
        let unit = arrivalRate == nil ? LimitGoal.Unit.users : .arrivalsPerS
        let first = unit == .users ? max(first, Double(processes)) : first
        var goal = LimitGoal(unit, from: first, to: try most())
        goal.goodput = goodput
        goal.precision = precision
        goal.holdS = Double(hold.nanosecondsClamped) / 1e9
        goal.confirmS = Double(confirm.nanosecondsClamped) / 1e9
        return goal
    }

    func apply(to configuration: inout EngineConfiguration) {
        guard let arrivalRate else { return }
        // The mock of --mock is as large.
        let mostByFiles = RunNeeds.users(descriptors: DescriptorLimit.raise())
        configuration.users = maxUsers ?? max(min(Self.defaultMostUsers, mostByFiles), 1)
        configuration.arrivals = OpenArrivals(arrivalRate, arrivals ?? .poisson)
    }
}
