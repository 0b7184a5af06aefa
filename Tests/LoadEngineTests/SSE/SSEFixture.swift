import LoadEngine
import Testing

/// A stream and what it has to come to.
struct SSEFixture: CustomTestStringConvertible {
    let testDescription: String
    /// The stream; every LF stands for a line end.
    let stream: [UInt8]
    let expected: ParsedStream

    init(
        _ description: String,
        _ stream: [UInt8],
        _ events: [ParsedEvent],
        malformed: SSEParser.Malformation? = nil,
        retry: UInt64? = nil,
        lastID: String? = nil
    ) {
        testDescription = description
        self.stream = stream
        let id = lastID.map { Array($0.utf8) } ?? events.last?.id ?? []
        expected = ParsedStream(events: events, malformation: malformed, retryMilliseconds: retry, lastEventID: id)
    }

    init(
        _ description: String,
        _ stream: String,
        _ events: [ParsedEvent],
        retry: UInt64? = nil,
        lastID: String? = nil
    ) {
        self.init(description, Array(stream.utf8), events, retry: retry, lastID: lastID)
    }

    /// The stream with another line end.
    func stream(lineEnd: LineEnd) -> [UInt8] {
        stream.flatMap { $0 == 0x0A ? lineEnd.bytes : [$0] }
    }

    enum LineEnd: CaseIterable {
        case lineFeed, carriageReturn, both

        var bytes: [UInt8] {
            switch self {
            case .lineFeed: [0x0A]
            case .carriageReturn: [0x0D]
            case .both: [0x0D, 0x0A]
            }
        }
    }
}

extension SSEFixture {
    static let all = wellFormed + invalid

    static let wellFormed: [SSEFixture] = [
        SSEFixture("nothing at all", "", []),
        SSEFixture("one event", "data: hello\n\n", [ParsedEvent("hello")]),
        SSEFixture("two events", "data: a\n\ndata: b\n\n", [ParsedEvent("a"), ParsedEvent("b")]),
        SSEFixture("lines are joined with LF", "data: a\ndata\ndata: b\n\n", [ParsedEvent("a\n\nb")]),
        SSEFixture("a line may be long", "data: " + long + "\n\n", [ParsedEvent(long)]),
        SSEFixture("no space after the colon", "data:a\n\n", [ParsedEvent("a")]),
        SSEFixture("only one space is removed", "data:  a \n\n", [ParsedEvent(" a ")]),
        SSEFixture("a tab is not removed", "data:\ta\n\n", [ParsedEvent("\ta")]),
        SSEFixture("only the first colon counts", "data: a: b:c\n\n", [ParsedEvent("a: b:c")]),
        SSEFixture("empty data is dispatched", "data:\n\n", [ParsedEvent("")]),
        SSEFixture("data of one removed space is empty", "data: \n\n", [ParsedEvent("")]),
        SSEFixture("a data field without a colon", "data\n\n", [ParsedEvent("")]),
        SSEFixture("two empty lines of data are one LF", "data\ndata\n\n", [ParsedEvent("\n")]),
        SSEFixture("a first line of data that is empty", "data:\ndata: a\n\n", [ParsedEvent("\na")]),
        SSEFixture("blank lines dispatch nothing", "\n\n\ndata: a\n\n\n\n", [ParsedEvent("a")]),
        SSEFixture("only blank lines", "\n\n\n\n", []),
        SSEFixture("a comment", ": ping\n\ndata: a\n\n", [ParsedEvent("a")]),
        SSEFixture("an empty comment inside an event", "data: a\n:\ndata: b\n\n", [ParsedEvent("a\nb")]),
        SSEFixture("a comment looks like data", ":data: x\n\n", []),
        SSEFixture("a comment that begins with a space is a field", " : x\ndata: a\n\n", [ParsedEvent("a")]),
        SSEFixture("a named event", "event: token\ndata: a\n\n", [ParsedEvent("a", name: "token")]),
        SSEFixture("a name after the data", "data: a\nevent: token\n\n", [ParsedEvent("a", name: "token")]),
        SSEFixture("the last name wins", "event: x\nevent: y\ndata: a\n\n", [ParsedEvent("a", name: "y")]),
        SSEFixture("a name can be taken back", "event: x\nevent\ndata: a\n\n", [ParsedEvent("a")]),
        SSEFixture(
            "a name is for one event",
            "event: x\ndata: a\n\ndata: b\n\n",
            [ParsedEvent("a", name: "x"), ParsedEvent("b")]
        ),
        SSEFixture("a name without data is forgotten", "event: x\n\ndata: a\n\n", [ParsedEvent("a")]),
        SSEFixture("a name with a NUL", "event: x\0y\ndata: a\n\n", [ParsedEvent("a", name: "x\0y")]),
        SSEFixture(
            "an id stays",
            "id: 1\ndata: a\n\ndata: b\n\n",
            [ParsedEvent("a", id: "1"), ParsedEvent("b", id: "1")]
        ),
        SSEFixture("an id without data stays too", "id: 7\n\ndata: a\n\n", [ParsedEvent("a", id: "7")]),
        SSEFixture("an id at the end", "data: a\n\nid: 9\n\n", [ParsedEvent("a")], lastID: "9"),
        SSEFixture(
            "an empty id resets it",
            "id: 1\ndata: a\n\nid\ndata: b\n\n",
            [ParsedEvent("a", id: "1"), ParsedEvent("b")]
        ),
        SSEFixture(
            "an id with a NUL is ignored",
            "id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n",
            [ParsedEvent("a", id: "1"), ParsedEvent("b", id: "1")]
        ),
        SSEFixture("retry", "retry: 2500\ndata: a\n\n", [ParsedEvent("a")], retry: 2500),
        SSEFixture("retry without an event", "retry: 1\n\n", [], retry: 1),
        SSEFixture("retry with leading zeros", "retry: 0070\n", [], retry: 70),
        SSEFixture("the last valid retry wins", "retry:5\nretry: 7\nretry: 8s\n", [], retry: 7),
        SSEFixture("retry of anything but digits", "retry: -1\nretry: 1.5\nretry:  1\nretry: 1 \nretry: +1\n", []),
        SSEFixture("retry of digits of other scripts", "retry: ١٢\n", []),
        SSEFixture("retry without digits", "retry\nretry:\nretry: \n", []),
        SSEFixture("retry beyond all numbers", "retry: 99999999999999999999999\n", [], retry: .max),
        SSEFixture("unknown fields", "foo: 1\nbar\n=\ndata: a\nbaz: 2\n\n", [ParsedEvent("a")]),
        SSEFixture("fields are compared with case", "Data: a\nDATA: b\ndata: c\n\n", [ParsedEvent("c")]),
        SSEFixture("field names are compared whole", "dat: a\ndatas: b\nid2: x\ndata : d\n data: e\n\n", []),
        SSEFixture("NULs in data", "data: a\0b\ndata:\0\n\n", [ParsedEvent("a\0b\n\0")]),
        SSEFixture("a NUL in a field name", "da\0ta: a\n\0\ndata: b\n\n", [ParsedEvent("b")]),
        SSEFixture(
            "characters of two, three and four bytes",
            "data: é→😀\nevent: ü\nid: 日本\n\n",
            [ParsedEvent("é→😀", name: "ü", id: "日本")]
        ),
        SSEFixture(
            "the smallest and the largest of each length",
            "data: \u{80}\u{7FF}\u{800}\u{D7FF}\u{E000}\u{FFFF}\u{10000}\u{10FFFF}\n\n",
            [ParsedEvent("\u{80}\u{7FF}\u{800}\u{D7FF}\u{E000}\u{FFFF}\u{10000}\u{10FFFF}")]
        ),
        SSEFixture(
            "U+2028 and U+0085 are no line ends",
            "data: a\u{2028}b\u{85}c\n\n",
            [ParsedEvent("a\u{2028}b\u{85}c")]
        ),
        SSEFixture("an unterminated event", "data: a\n\ndata: b\n", [ParsedEvent("a")]),
        SSEFixture("an unterminated line", "data: a\n\ndata: b", [ParsedEvent("a")]),
        SSEFixture("an unterminated comment", "data: a\n\n: b", [ParsedEvent("a")]),
        SSEFixture("an unterminated name and id", "data: a\n\nevent: x\nid: 3", [ParsedEvent("a")]),
        SSEFixture("a byte order mark", "\u{FEFF}data: a\n\n", [ParsedEvent("a")]),
        SSEFixture("a byte order mark before a comment", "\u{FEFF}: x\ndata: a\n\n", [ParsedEvent("a")]),
        SSEFixture("a byte order mark before a blank line", "\u{FEFF}\ndata: a\n\n", [ParsedEvent("a")]),
        SSEFixture("only a byte order mark", "\u{FEFF}", []),
        SSEFixture("a second byte order mark at once", "\u{FEFF}\u{FEFF}data: a\ndata: b\n\n", [ParsedEvent("b")]),
        SSEFixture("a byte order mark in the middle", "data: a\n\n\u{FEFF}data: b\n\n", [ParsedEvent("a")]),
        SSEFixture("a byte order mark after a blank line", "\n\u{FEFF}data: a\n\n", []),
        SSEFixture("a byte order mark in data", "data: \u{FEFF}\n\n", [ParsedEvent("\u{FEFF}")]),
        SSEFixture("begins like a byte order mark", "\u{FEFC}\ndata: a\n\n", [ParsedEvent("a")]),
        SSEFixture("begins with the first byte of one", "\u{FFFE}: 1\ndata: a\n\n", [ParsedEvent("a")]),
        SSEFixture("a part of a byte order mark, then the end", [0xEF, 0xBB], []),
        SSEFixture(
            "a part of a character, then the end",
            bytes("data: a\n\ndata: ") + [0xF0, 0x9F, 0x98],
            [ParsedEvent("a")]
        ),
        SSEFixture(
            "an answer as assistants send it",
            #"data: {"delta":"Hel"}"# + "\n\n" + #"data: {"delta":"lo"}"# + "\n\n: ping\n\ndata: [DONE]\n\n",
            [ParsedEvent(#"{"delta":"Hel"}"#), ParsedEvent(#"{"delta":"lo"}"#), ParsedEvent("[DONE]")]
        ),
    ]

    /// Streams with bytes that are no UTF-8 in the second of three events.
    static let invalid: [SSEFixture] =
        invalidSequences.flatMap { what, sequence in
            let before = bytes("id: 1\ndata: a\n\n")
            let after = bytes("\n\ndata: c\n\n")
            let expected = [ParsedEvent("a", id: "1")]
            return [
                SSEFixture(
                    "\(what) in data",
                    before + bytes("data: é") + sequence + after,
                    expected,
                    malformed: .invalidUTF8
                ),
                SSEFixture(
                    "\(what) in a comment",
                    before + bytes(":") + sequence + after,
                    expected,
                    malformed: .invalidUTF8
                ),
                SSEFixture("\(what) in a field name", before + sequence + after, expected, malformed: .invalidUTF8),
            ]
        } + [
            SSEFixture(
                "a byte order mark without its last byte",
                [0xEF, 0xBB] + bytes("data: a\n\n"),
                [],
                malformed: .invalidUTF8
            ),
            SSEFixture("a byte order mark without its end", [0xEF] + bytes("data: a\n\n"), [], malformed: .invalidUTF8),
            SSEFixture(
                "two bytes of a byte order mark on a line",
                [0xEF, 0xBB] + bytes("\n"),
                [],
                malformed: .invalidUTF8
            ),
        ]

    private static let invalidSequences: [(String, [UInt8])] = [
        ("a lone continuation byte", [0x80]),
        ("one continuation byte too many", [0xC3, 0xA9, 0xA9]),
        ("an overlong NUL", [0xC0, 0x80]),
        ("an overlong slash", [0xC1, 0xAF]),
        ("an overlong form of three bytes", [0xE0, 0x9F, 0xBF]),
        ("an overlong form of four bytes", [0xF0, 0x8F, 0xBF, 0xBF]),
        ("the first surrogate", [0xED, 0xA0, 0x80]),
        ("the last surrogate", [0xED, 0xBF, 0xBF]),
        ("U+110000", [0xF4, 0x90, 0x80, 0x80]),
        ("a lead byte over F4", [0xF5, 0x80, 0x80, 0x80]),
        ("FE", [0xFE]),
        ("FF", [0xFF]),
        ("a character cut off after one of two bytes", [0xC3]),
        ("a character cut off after two of three bytes", [0xE2, 0x82]),
        ("a character cut off after three of four bytes", [0xF0, 0x9F, 0x98]),
        ("a character cut off by a letter", [0xE2, 0x82, 0x61]),
        ("a character cut off by another", [0xE2, 0x82, 0xC3, 0xA9]),
    ]

    private static let long = String(repeating: "0123456789abcde→", count: 12)

    static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
}
