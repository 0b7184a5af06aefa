import ArgumentParser
import FoundationEssentials
import LoadEngine

/// Which part of a run is played here, and when it begins, where other programs play the others.
struct ShareOptions: ParsableArguments {
    /// How long a common start may be over for the run to begin at once: a machine may be late.
    private static let latest = Duration.seconds(60)

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Play this part of the run only, 3/10 for the third of ten; the others are for other programs. 'auto', or "
                + "'auto/10', takes it from the environment of a scheduler (Kubernetes, Slurm and others).",
            valueName: "part"
        ),
        transform: ShareArgument.parse
    )
    var share: ShareArgument?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Begin at this time, 2026-01-01T12:00:00Z, or so long after the start of the program, +30s.",
            valueName: "time"
        ),
        transform: StartMoment.parse
    )
    var startAt: StartMoment?

    /// Notes what is wrong with the options together.
    ///
    /// - Parameters:
    ///   - problems: Where it is noted.
    ///   - seed: The seed that was given.
    ///   - hasPage: Whether the run is started from the page.
    /// - Throws: What is no mistake of the options.
    func check(_ problems: inout Problems, seed: UInt64?, hasPage: Bool) throws {
        for (option, isGiven) in [("share", share != nil), ("start-at", startAt != nil)] {
            problems.require(
                !isGiven || !hasPage,
                "--\(option) needs --headless: on the page somebody says when the run begins, and how large it is",
                of: option
            )
        }
        problems.require(
            share == nil || seed != nil || isCommon,
            "--share needs the same --seed in all shares, or the same --start-at time, from which one is made: arrivals, rows and "
                + "session ids are of one run",
            of: "share",
            "seed"
        )
        _ = try problems.collect("--share", of: "share") { try resolved() }
        guard case .at(let moment)? = startAt else { return }
        let late = Duration.seconds(Date.now.timeIntervalSince(moment))
        problems.require(
            late <= Self.latest,
            "--start-at \(StartText.text(of: moment)) was \(DurationText.text(of: .seconds(late.components.seconds))) ago; give a time "
                + "that is to come",
            of: "start-at"
        )
    }

    /// Whether the start is at a time that others may have been told as well.
    private var isCommon: Bool { if case .at? = startAt { true } else { false } }

    /// Gives a run that is shared the seed that all shares have.
    func apply(to configuration: inout EngineConfiguration) {
        guard share != nil, configuration.seed == nil, case .at(let moment)? = startAt else { return }
        configuration.seed = EngineConfiguration.seed(of: moment)
    }

    /// Takes the part of a run that is to be played here.
    ///
    /// - Parameters:
    ///   - plan: The whole run.
    ///   - start: When it begins; nil for now.
    /// - Throws: `ConfigurationError` for a part that the run does not have.
    func take(_ plan: inout RunPlan, start: Date?) throws {
        guard let share = try resolved() else { return }
        var facts = ShareOfRun(
            index: share.index + 1,
            count: share.count,
            plan: try plan.configuration.fingerprint(),
            machine: WallClock.machine
        )
        facts.startAt = start.map { StartText.text(of: $0) }
        facts.clockErrorMs = WallClock.errorMs
        try plan.play(share)
        plan.shareFacts = facts
    }

    private func resolved() throws(ConfigurationError) -> RunShare? {
        switch share {
        case nil: nil
        case .part(let share): share
        case .auto(let count): try ShareScheduler.share(in: ProcessInfo.processInfo.environment, of: count)
        }
    }
}

/// A share on the command line: one that is said, or the one that a scheduler has given to this program.
enum ShareArgument {
    case part(RunShare)
    /// How many there are, where the scheduler does not say it.
    case auto(Int?)

    private static let auto = "auto"

    /// Reads a share.
    ///
    /// - Throws: `ConfigurationError` that says on one line what is wrong.
    static func parse(_ text: String) throws -> ShareArgument {
        if text == auto { return .auto(nil) }
        guard text.hasPrefix(auto + "/") else { return .part(try RunShare.parse(text)) }
        return .auto(try RunShare.parse("1" + text.dropFirst(auto.count)).count)
    }
}
