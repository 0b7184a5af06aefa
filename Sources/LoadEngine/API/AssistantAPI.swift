/// What the events of `POST /stream/assistant/{session_id}` mean, by a shorter way than that of rules: it is the profile
/// that is played when none is chosen, and the one that measures what the loop itself costs.
package enum AssistantAPI {
    /// What the event means that the parser has just dispatched.
    ///
    /// The end marker is data that is exactly `[DONE]`, whatever the event's name; an error is an event named exactly
    /// `error`; everything else with data is content.
    @inline(__always)
    package static func kind(ofEventIn parser: borrowing SSEParser) -> EventKind {
        let data = parser.data
        if data.isEqual(to: endMarker) { return .endMarker }
        if parser.eventName.isEqual(to: "error") { return .error }
        return data.isEmpty ? .empty : .content
    }

    /// What explains a stream that ends here, behind an end marker without the empty line that would have dispatched it;
    /// nil for every other stream.
    package static func unendedMarkerText(in parser: borrowing SSEParser) -> String? {
        guard let data = parser.unendedData, data.isEqual(to: endMarker) else { return nil }
        return "data: \(endMarker) came, but not the empty line that ends an event"
    }

    private static var endMarker: StaticString { "[DONE]" }
}
