import FoundationEssentials

/// The API that turns are sent to: how a turn is sent, and what the events of its answer mean.
///
/// It is that of `POST /stream/assistant/{session_id}`. What is particular to it stands here and nowhere else: the parser
/// knows event streams, the transport HTTP, and the core what an `EventKind` does to a turn. Another API is another value
/// of this type.
package struct AssistantAPI: Sendable {
    /// The path of a turn below the host's; `{session_id}` stands for the session's id.
    package static let pathTemplate = "/stream/assistant/{session_id}"

    /// The headers of every request, `Name: value`, unless the user has others of the same name.
    package let headers = ["Accept: text/event-stream", "Content-Type: application/json"]

    /// The media type of an answer that can be read.
    package let answerType: StaticString = "text/event-stream"

    package init() {}

    // MARK: Requests

    /// The body of a turn's POST: `{"role":...,"content":...}` as UTF-8, the keys in this order.
    package func body(of turn: Conversation.Turn) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        func json(_ text: String) -> [UInt8] {
            do {
                return Array(try encoder.encode(text))
            } catch {
                preconditionFailure("a string that JSON cannot hold: \(error)")
            }
        }
        return Array(#"{"role":"#.utf8) + json(turn.role) + Array(#","content":"#.utf8) + json(turn.content)
            + Array("}".utf8)
    }

    // MARK: Answers

    /// What the event means that the parser has just dispatched.
    ///
    /// The end marker is data that is exactly `[DONE]`, whatever the event's name; an error is an event named exactly
    /// `error`; everything else with data is content.
    @inline(__always)
    package func kind(ofEventIn parser: borrowing SSEParser) -> EventKind {
        let data = parser.data
        if data.isEqual(to: Self.endMarker) { return .endMarker }
        if parser.eventName.isEqual(to: "error") { return .error }
        return data.isEmpty ? .empty : .content
    }

    /// What explains a stream that ends here, behind an end marker without the empty line that would have dispatched it;
    /// nil for every other stream.
    package func unendedMarkerText(in parser: borrowing SSEParser) -> String? {
        guard let data = parser.unendedData, data.isEqual(to: Self.endMarker) else { return nil }
        return "data: \(Self.endMarker) came, but not the empty line that ends an event"
    }

    private static let endMarker: StaticString = "[DONE]"
}
