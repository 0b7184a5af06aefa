import LoadEngine
import LoadModel
import Synchronization

/// What was seen of all events and turns.
final class Observations: Sendable {
    /// How late events were seen.
    struct Report: Encodable {
        let events: UInt64
        /// Events that are none of the mock assistant's, or were received before they were sent.
        let wrongEvents: UInt64
        /// Received − sent; nil without events.
        let error: MetricSummary?
    }

    private struct Turn {
        let session: SessionID
        let row: Int
        let sentNs: UInt64
        let firstTokenNs: UInt64
    }

    private struct State {
        var error = PagedHistogram<UInt64>()
        var events: UInt64 = 0
        var wrongEvents: UInt64 = 0
        /// Of the turns that are running, by the lower half of their session's id.
        var firstTokenNs: [UInt64: UInt64] = [:]
        var turns: [Turn] = []
    }

    private let state = Mutex(State())

    func note(_ session: SessionID, data: Span<UInt8>, receivedNs: UInt64) {
        let event = data.bytes.withUnsafeBytes { MockEvent($0) }
        state.withLock { state in
            state.events += 1
            guard let event, event.sentNs <= receivedNs else { return state.wrongEvents += 1 }
            state.error.record(receivedNs - event.sentNs)
            if event.sequence == 1 { state.firstTokenNs[session.low] = receivedNs }
        }
    }

    func note(_ turn: TurnRecord) {
        state.withLock { state in
            guard turn.outcome == .completed, let ns = state.firstTokenNs.removeValue(forKey: turn.session.low) else {
                return
            }
            state.turns.append(Turn(session: turn.session, row: turn.row, sentNs: turn.sentNs, firstTokenNs: ns))
        }
    }

    var report: Report {
        state.withLock { Report(events: $0.events, wrongEvents: $0.wrongEvents, error: MetricSummary($0.error)) }
    }

    /// A line for each completed turn, after one with the columns' names.
    var csv: String {
        state.withLock { state in
            state.turns.reduce(into: "session,turn,sent_ns,first_token_ns\n") { text, turn in
                text += "\(turn.session),\(turn.row + 1),\(turn.sentNs),\(turn.firstTokenNs)\n"
            }
        }
    }
}

/// The numbers in the data of one of the mock assistant's events.
struct MockEvent {
    let sequence: UInt64
    let sentNs: UInt64

    /// Nil for other data than `{"seq":1,"sent_ns":2,...`.
    init?(_ data: UnsafeRawBufferPointer) {
        var rest = data[...]
        guard let sequence = Self.number(after: "{\"seq\":", in: &rest),
            let sentNs = Self.number(after: ",\"sent_ns\":", in: &rest)
        else { return nil }
        self.sequence = sequence
        self.sentNs = sentNs
    }

    private static func number(after text: StaticString, in rest: inout Slice<UnsafeRawBufferPointer>) -> UInt64? {
        let count = text.utf8CodeUnitCount
        guard UnsafeRawBufferPointer(rebasing: rest.prefix(count)).isEqual(to: text) else { return nil }
        rest = rest.dropFirst(count)
        var value: UInt64 = 0
        while let digit = rest.first, digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") {
            value = value &* 10 &+ UInt64(digit - UInt8(ascii: "0"))
            rest = rest.dropFirst()
        }
        return value
    }
}
