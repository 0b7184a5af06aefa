import LoadEngine

/// The bytes of the assistant's answers.
enum AnswerText {
    /// How long the text of a huge event is, in bytes.
    static var hugeBytes: Int { 2 << 20 }

    static func streamHead(into frame: inout ByteBuffer, isChunked: Bool, closes: Bool) {
        frame.append("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n")
        if isChunked { frame.append("Transfer-Encoding: chunked\r\n") }
        if closes { frame.append("Connection: close\r\n") }
        frame.append("\r\n")
    }

    /// A whole answer with a JSON body.
    ///
    /// - Parameters:
    ///   - frame: What the answer is appended to.
    ///   - status: The status and its reason, such as "404 Not Found".
    ///   - header: A whole header line with its end, or nothing.
    ///   - body: The body.
    ///   - isHead: Whether the body is left out, because HEAD was asked.
    ///   - closes: Whether the connection ends with this answer.
    static func answer(
        into frame: inout ByteBuffer,
        status: StaticString,
        header: StaticString = "",
        body: UnsafeRawBufferPointer,
        isHead: Bool = false,
        closes: Bool
    ) {
        frame.append("HTTP/1.1 ")
        frame.append(status)
        frame.append("\r\nContent-Type: application/json\r\nContent-Length: ")
        frame.append(decimal: body.count)
        frame.append("\r\n")
        frame.append(header)
        if closes { frame.append("Connection: close\r\n") }
        frame.append("\r\n")
        if !isHead { frame.append(body) }
    }

    /// An event's line up to where its text begins.
    static func eventStart(into payload: inout ByteBuffer, sequence: Int, sentNs: UInt64) {
        payload.append("data: {\"seq\":")
        payload.append(decimal: sequence)
        payload.append(",\"sent_ns\":")
        payload.append(decimal: sentNs)
        payload.append(",\"text\":\"")
    }

    /// What closes an event whose text is written.
    static var eventEnd: StaticString { "\"}\n\n" }

    /// The text of an ordinary event: one of a few words.
    static func word(_ sequence: Int) -> StaticString {
        switch sequence & 7 {
        case 1: "Every "
        case 2: "answer "
        case 3: "comes "
        case 4: "word "
        case 5: "by "
        case 6: "word, "
        case 7: "in "
        default: "time. "
        }
    }

    /// The text of a piece of reasoning.
    static func thought(_ sequence: Int) -> StaticString {
        switch sequence & 3 {
        case 1: "First "
        case 2: "I "
        case 3: "think, "
        default: "slowly. "
        }
    }

    static func text(of part: AnswerPart, _ sequence: Int) -> StaticString {
        part == .content ? word(sequence) : thought(sequence)
    }

    static var ping: StaticString { ": ping\n\n" }

    static var endMarker: StaticString { "data: [DONE]\n\n" }

    static var errorEvent: StaticString {
        "event: error\ndata: {\"error\":{\"message\":\"the mock assistant gives up here\"}}\n\n"
    }

    static var terminator: StaticString { "0\r\n\r\n" }
}
