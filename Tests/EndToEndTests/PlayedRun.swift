import LoadEngine
import LoadModel
import Synchronization

/// A run that has ended: its summary, and each turn as the engine saw it.
struct PlayedRun {
    let summary: Summary
    let turns: [TurnRecord]

    var outcomes: [String: UInt64] { summary.outcomes }

    /// Plays a run to its end.
    ///
    /// - Parameters:
    ///   - host: The target.
    ///   - conversations: What is played.
    ///   - hooks: What is called besides what notes the turns.
    ///   - change: Changes the configuration, whose timeouts are short already.
    ///   - whileRunning: Called once the run has started.
    static func play(
        _ host: String,
        _ conversations: [Conversation],
        hooks: EngineHooks = EngineHooks(),
        change: (inout EngineConfiguration) -> Void = { _ in },
        whileRunning: (LoadRun) throws -> Void = { _ in }
    ) throws -> PlayedRun {
        let turns = TurnList()
        var configuration = EngineConfiguration(host: host, conversations: conversations)
        configuration.spawnRate = 10_000
        configuration.connectTimeout = .seconds(5)
        configuration.firstTokenTimeout = .seconds(5)
        configuration.idleTimeout = .seconds(5)
        // Tests share their machine: what is late there is not what they are about.
        configuration.maxError = .seconds(3_600)
        change(&configuration)
        var hooks = hooks
        hooks.onTurnDecided = { turns.append($0) }
        let run: LoadRun
        do { run = try LoadRun.start(configuration, hooks: hooks) } catch { throw error.underlying }
        try whileRunning(run)
        return PlayedRun(summary: try run.wait(), turns: turns.all)
    }

    /// One conversation with as many turns as asked for.
    static func conversation(_ name: String = "c", invocations: Int, turns: Int = 1) -> Conversation {
        Conversation(
            name: name,
            invocations: invocations,
            turns: (1...turns).map { .init(role: "user", content: "turn \($0)") }
        )
    }

    /// What the invariants of every run's end say is wrong; empty when they hold.
    var violations: [String] {
        var violations: [String] = []
        let all = summary.conversations
        if all.planned != all.completed + all.failed + all.cancelled + all.notStarted { violations.append("\(all)") }
        let sum = summary.outcomes.values.reduce(0, +)
        if summary.turns.started != sum { violations.append("\(summary.turns.started) turns started, \(sum) outcomes") }
        if UInt64(turns.count) != sum { violations.append("\(turns.count) turns seen, \(sum) outcomes") }
        return violations
    }
}

/// The turns of a run, in the order in which their outcomes became known.
private final class TurnList: Sendable {
    private let turns = Mutex<[TurnRecord]>([])
    func append(_ turn: TurnRecord) { turns.withLock { $0.append(turn) } }
    var all: [TurnRecord] { turns.withLock { $0 } }
}
