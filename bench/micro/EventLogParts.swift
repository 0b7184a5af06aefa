import LoadEngine
import LoadModel

/// What the event log does with an event, on the loop, and with a turn, on its own thread.
enum EventLogParts {
    private static let eventsPerRun = 1_000_000
    private static let turnsPerRun = 20_000
    private static let eventsPerTurn = 50
    private static let gapNs: UInt64 = 50_000_000

    static func all() -> [Part] { [time(), line(withTimes: false), line(withTimes: true)] }

    private static func time() -> Part {
        let stamps = EventStamps()
        return Part(name: "event log: time of an event", events: eventsPerRun) {
            for _ in 0..<eventsPerRun / eventsPerTurn {
                stamps.release(chain(in: stamps))
            }
        }
    }

    private static func line(withTimes: Bool) -> Part {
        let conversation = Conversation(name: "bench", invocations: 1, turns: [.init(role: "user", content: "Hello")])
        let stamps = withTimes ? EventStamps() : nil
        var format = TurnLineFormat(RunFacts(conversations: [conversation]))
        var buffer = ByteBuffer()
        var turn = TurnLine()
        turn.hasFirstToken = true
        turn.firstTokenNs = gapNs
        turn.lastContentNs = UInt64(eventsPerTurn) * gapNs
        turn.decidedNs = turn.lastContentNs
        turn.maxGapNs = gapNs
        turn.events = UInt64(eventsPerTurn)
        if let stamps { turn.stamps = chain(in: stamps) }
        let name = withTimes ? "event log: line of a turn with \(eventsPerTurn) times" : "event log: line of a turn"
        return Part(name: name, events: turnsPerRun) {
            for _ in 0..<turnsPerRun {
                format.append(turn, stamps: stamps, to: &buffer)
                buffer.removeAll()
            }
        }
    }

    /// The times of one turn.
    private static func chain(in stamps: EventStamps) -> EventStamps.Chain {
        var chain = EventStamps.Chain()
        for index in 1...UInt64(eventsPerTurn) { stamps.append(index * gapNs, to: &chain) }
        return chain
    }
}
