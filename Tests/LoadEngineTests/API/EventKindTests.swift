import LoadEngine
import Testing

@Suite struct EventKindTests {
    @Test(arguments: [
        ("data: hello", EventKind.content),
        ("data:", .empty),
        ("event: error\ndata:", .error),
        ("data: [DONE]", .endMarker),
        ("data:[DONE]", .endMarker),
        ("event: message\ndata: [DONE]", .endMarker),
        ("event: error\ndata: [DONE]", .endMarker),
        ("event: error\ndata: out of tokens", .error),
        ("event:error\ndata: {}", .error),
        // Close to the marker, and not it.
        ("data:  [DONE]", .content),
        ("data: [DONE] ", .content),
        ("data: [DONE]\ndata:", .content),
        ("data:\ndata: [DONE]", .content),
        ("data: [done]", .content),
        ("data: [DONE", .content),
        ("data: \"[DONE]\"", .content),
        ("data: [DONE]\0", .content),
        ("data: \u{FEFF}[DONE]", .content),
        // Close to an error, and none.
        ("event: Error\ndata: x", .content),
        ("event: errors\ndata: x", .content),
        ("event:  error\ndata: x", .content),
        ("event: error \ndata: x", .content),
        ("event: error\nevent: message\ndata: x", .content),
        ("data: error", .content),
        // Only whitespace is content too.
        ("data:  ", .content),
        ("data\ndata", .content),
    ])
    func tellsWhatAnEventMeans(_ lines: String, _ expected: EventKind) {
        var parser = SSEParser(maximumEventBytes: 1 << 20)
        defer { parser.destroy() }
        let stream = Array((lines + "\n\n").utf8)
        // In one chunk the data lies in place; byte by byte it is put together.
        stream.withUnsafeBytes { bytes in
            parser.feed(bytes)
            #expect(parser.next() == .event)
            #expect(AssistantAPI.kind(ofEventIn: parser) == expected)
        }
        parser.reset()
        for (index, byte) in stream.enumerated() {
            withUnsafeBytes(of: byte) { bytes in
                parser.feed(bytes)
                #expect(parser.next() == (index == stream.count - 1 ? .event : .needsMore))
            }
        }
        #expect(AssistantAPI.kind(ofEventIn: parser) == expected)
    }

    @Test(arguments: ["data: [DONE]", "data: [DONE]\n", "event: x\n\n", ": [DONE]\n\n"])
    func anUnterminatedMarkerIsNoEvent(_ text: String) {
        #expect(SSEParser.parse(Array(text.utf8)).events.isEmpty)
    }
}
