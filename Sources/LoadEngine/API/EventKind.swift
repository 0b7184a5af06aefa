/// What an event of an answer means for its turn.
package enum EventKind: Equatable {
    /// The first such event of a turn is its first token.
    case content
    /// Counted, and nothing else.
    case empty
    /// The end marker: the answer is complete. It is not counted as an event.
    case endMarker
    /// The server says that it failed.
    case error
}
