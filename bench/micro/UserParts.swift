import LoadEngine
import LoadModel

/// The state machine of a turn, and what the core does with an event that was parsed.
enum UserParts {
    private static let eventsPerRun = 1_000_000
    private static let gapNs: UInt64 = 50_000_000

    static func all() -> [Part] { [transition(), event()] }

    private static func transition() -> Part {
        Part(name: "turn: transition of a content event", events: eventsPerRun) {
            var state = TurnMachine.State.streaming
            for _ in 0..<eventsPerRun {
                guard let (next, _) = TurnMachine.transition(state, .contentReceived) else {
                    preconditionFailure("a streaming turn takes events")
                }
                state = next
            }
        }
    }

    /// Transition, deadlines and records of an event that came alone.
    private static func event() -> Part {
        let conversation = Conversation(name: "bench", invocations: 1, turns: [.init(role: "user", content: "Hello")])
        let population = Population(
            settings: PopulationSettings(),
            conversations: [conversation],
            recorder: MetricsRecorder(turnCounts: [1])
        )
        var nowNs = EventLoop.nowNs
        population.start(nowNs: nowNs)
        guard let user = population.actions.takeSend() else { preconditionFailure("the first user starts at once") }
        population.turnSent(user: user, nowNs: nowNs)
        population.connected(user: user, nowNs: nowNs)
        population.responseBegan(user: user, nowNs: nowNs)
        return Part(name: "core: bytes with one content event", events: eventsPerRun) {
            for _ in 0..<eventsPerRun {
                nowNs += gapNs
                population.bodyReceived(user: user, byteCount: 40, nowNs: nowNs)
                population.eventReceived(user: user, kind: .content, nowNs: nowNs)
            }
        }
    }
}
