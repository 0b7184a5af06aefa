/// What an event of an answer means for its turn.
package enum EventKind: Equatable {
    /// Non-empty data: the first such event of a turn is its first token.
    case content
    /// Dispatched with empty data.
    case empty
    /// The end marker: data exactly `[DONE]`, whatever the event's name. It is not counted as an event.
    case endMarker
    /// Named exactly `error`.
    case error
}

extension SSEParser {
    /// The meaning of the event just dispatched.
    package var eventKind: EventKind {
        if data.isEqual(to: "[DONE]") { return .endMarker }
        if eventName.isEqual(to: "error") { return .error }
        return data.isEmpty ? .empty : .content
    }
}
