import LoadEngine

/// The parser over a stream that lies in memory, in chunks as they might come from a connection.
enum ParserParts {
    private static let eventsPerRun = 100_000

    static func all() -> [Part] {
        let event = "data: {\"seq\":12345,\"text\":\"every word \"}\n\n"
        let long = "data: {\"seq\":12345,\"text\":\"" + String(repeating: "every word ", count: 180) + "\"}\n\n"
        let bytes = Array(event.utf8)
        let many = String(repeating: event, count: 20)
        let third = bytes.count / 3
        return [
            part("one event in a chunk, LF", [bytes]),
            part("20 events in a chunk, LF", [Array(many.utf8)]),
            part("one event in a chunk, CRLF", [Array(event.replacing("\n", with: "\r\n").utf8)]),
            part("20 events in a chunk, CRLF", [Array(many.replacing("\n", with: "\r\n").utf8)]),
            part(
                "an event in three chunks",
                [bytes[..<third], bytes[third..<2 * third], bytes[(2 * third)...]].map(Array.init)
            ),
            part("an event of 2 KB in a chunk", [Array(long.utf8)], events: eventsPerRun / 10),
        ]
    }

    /// A part that parses the same chunks again and again.
    private static func part(_ name: String, _ chunks: [[UInt8]], events wanted: Int = eventsPerRun) -> Part {
        // In memory of its own, where the transport has its parsers too.
        let parser = UnsafeMutablePointer<SSEParser>.allocate(capacity: 1)
        parser.initialize(to: SSEParser(maximumEventBytes: 1 << 20))
        let eventsPerPass = parse(chunks, with: parser)
        let passes = wanted / eventsPerPass
        let events = passes * eventsPerPass
        return Part(name: "parser: \(name)", events: events) {
            var found = 0
            for _ in 0..<passes { found += parse(chunks, with: parser) }
            precondition(found == events, "\(found) events, not \(events)")
        }
    }

    private static func parse(_ chunks: [[UInt8]], with parser: UnsafeMutablePointer<SSEParser>) -> Int {
        var found = 0
        for chunk in chunks {
            chunk.withUnsafeBytes { bytes in
                parser.pointee.feed(bytes)
                while parser.pointee.next() == .event {
                    found += AssistantAPI.kind(ofEventIn: parser.pointee) == .content ? 1 : 0
                }
            }
        }
        return found
    }
}
