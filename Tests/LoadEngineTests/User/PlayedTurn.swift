@testable import LoadEngine
@testable import LoadModel

/// What happens in a turn that is driven by hand: times are in microseconds since its send.
struct PlayedTurn {
    static let startNs: UInt64 = 5_000_000_000

    var contentUs: [UInt64]
    var endUs: UInt64
    var outcome = TurnOutcome.completed

    /// Plays a conversation of these turns, and goes on after a failed one.
    static func play(_ turns: [PlayedTurn], _ settings: PopulationSettings = PopulationSettings()) -> Recorded {
        var settings = settings
        settings.onFailure = .continue
        let conversation = Conversation(
            name: "a",
            invocations: 1,
            turns: turns.map { _ in .init(role: "user", content: "x") }
        )
        let recorder = MetricsRecorder(turnCounts: [turns.count])
        let population = Population(settings: settings, conversations: [conversation], recorder: recorder)
        var nowNs = startNs
        population.start(nowNs: nowNs)
        for turn in turns {
            guard let user = population.actions.takeSend() else { break }
            let sentNs = nowNs
            population.turnSent(user: user, nowNs: sentNs)
            population.connected(user: user, nowNs: sentNs)
            for contentUs in turn.contentUs {
                nowNs = sentNs + contentUs * 1_000
                population.responseBegan(user: user, nowNs: nowNs)
                population.eventReceived(user: user, kind: .content, nowNs: nowNs)
            }
            nowNs = sentNs + turn.endUs * 1_000
            switch turn.outcome {
            case .completed:
                population.responseBegan(user: user, nowNs: nowNs)
                population.eventReceived(user: user, kind: .endMarker, nowNs: nowNs)
                population.transferEnded(user: user, outcome: .truncatedStream, nowNs: nowNs)
            case .abandoned:
                population.apply(.abandoned, user: user, nowNs: nowNs)
                if let user = population.actions.takeClose() { population.transferClosed(user: user, nowNs: nowNs) }
            case .cancelled:
                population.stop(nowNs: nowNs)
                if let user = population.actions.takeClose() { population.transferClosed(user: user, nowNs: nowNs) }
            default:
                population.transferEnded(user: user, outcome: turn.outcome, nowNs: nowNs)
            }
        }
        return recorder.metrics
    }
}
