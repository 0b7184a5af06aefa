import LoadEngine
import LoadModel
import Testing

@Suite struct SSEParserTests {
    @Test(arguments: SSEFixture.all, SSEFixture.LineEnd.allCases)
    func readsAStreamTheSameHoweverItIsCut(_ fixture: SSEFixture, _ lineEnd: SSEFixture.LineEnd) {
        let stream = fixture.stream(lineEnd: lineEnd)
        #expect(SSEParser.parse(stream) == fixture.expected)
        for cut in 0...stream.count {
            #expect(SSEParser.parse(stream, cutAt: [cut]) == fixture.expected, "cut at \(cut)")
        }
        #expect(SSEParser.parse(stream, cutAt: Array(0...stream.count)) == fixture.expected, "byte by byte")
        var random = SeededRandom(seed: TestSeed.value)
        for _ in 0..<20 {
            let cuts = random.cuts(of: stream.count, meanChunk: 8)
            #expect(SSEParser.parse(stream, cutAt: cuts) == fixture.expected, "seed \(TestSeed.value), cut at \(cuts)")
        }
    }

    @Test(arguments: [
        ("data: a\r\n\r\ndata: b\n\ndata: c\r\r", ["a", "b", "c"]),
        ("data: a\n\r\ndata: b\r\n\ndata: c\r\n\r", ["a", "b", "c"]),
        // CR LF is one line end; LF CR is two.
        ("data: a\r\ndata: b\n\rdata: c\n\n", ["a\nb", "c"]),
        ("data: a\r\rdata: b\r\n\n\n\r\r\n", ["a", "b"]),
        ("\r\ndata: a\r\n\r\n\r\n", ["a"]),
        ("\u{FEFF}\r\ndata: a\r\r\n", ["a"]),
    ])
    func takesMixedLineEnds(_ text: String, _ data: [String]) {
        let stream = Array(text.utf8)
        let expected = data.map { ParsedEvent($0) }
        for cut in 0...stream.count {
            #expect(SSEParser.parse(stream, cutAt: [cut]).events == expected, "cut at \(cut)")
        }
        #expect(SSEParser.parse(stream, cutAt: Array(0...stream.count)).events == expected)
    }

    @Test func dispatchesAnEventAtTheLineEndThatCompletesIt() {
        for end in ["\n\n", "\r\r", "\r\n\r"] {
            #expect(SSEParser.parse(Array("data: a\(end)".utf8)).events == [ParsedEvent("a")])
        }
    }

    // MARK: The size of an event

    @Test(arguments: [
        ["data: 89"], ["data", "data"], ["foo", "data:"], ["id: 5678"],
        ["data:1", ":" + String(repeating: "c", count: 99), "id"],
    ])
    func anEventMayHaveAsManyBytesAsTheLimit(_ lines: [String]) {
        let events = SSEFixture.bytes("data: ok\n\n" + lines.joined(separator: "\n"))
        let tooLarge = SSEFixture.bytes("data: ok\n\n" + lines.joined(separator: "\n") + "x")
        let fits = SSEParser.parse(events + SSEFixture.bytes("\n\ndata: b\n\n"), maximumEventBytes: 8)
        #expect(fits.malformation == nil)
        #expect(fits.events.last?.data == SSEFixture.bytes("b"))
        for cut in 0...tooLarge.count {
            let result = SSEParser.parse(tooLarge, cutAt: [cut], maximumEventBytes: 8)
            #expect(result.malformation == .eventTooLarge, "cut at \(cut)")
            #expect(result.events == [ParsedEvent("ok")], "cut at \(cut)")
        }
    }

    @Test func theSizeIsCountedAnewForEveryEvent() {
        let stream = Array(String(repeating: "data: 89\n\nid: 56\n\nevent: 8\n\n", count: 50).utf8)
        #expect(SSEParser.parse(stream, maximumEventBytes: 8).malformation == nil)
        #expect(SSEParser.parse(stream, cutAt: Array(0...stream.count), maximumEventBytes: 8).malformation == nil)
    }

    @Test func theFirstByteThatIsWrongDecidesHoweverTheStreamIsCut() {
        let tooLargeFirst = SSEFixture.bytes("data: 123456") + [0xFF]
        let invalidFirst = SSEFixture.bytes("data: 1") + [0xFF] + SSEFixture.bytes("23456")
        for cut in 0...tooLargeFirst.count {
            #expect(SSEParser.parse(tooLargeFirst, cutAt: [cut], maximumEventBytes: 8).malformation == .eventTooLarge)
            #expect(SSEParser.parse(invalidFirst, cutAt: [cut], maximumEventBytes: 8).malformation == .invalidUTF8)
        }
    }

    @Test func anEndlessCommentIsNeverTooLargeAndIsNotKept() {
        var parser = SSEParser(maximumEventBytes: 64)
        defer { parser.destroy() }
        var result = ParsedStream()
        parser.read(Array("data: a\n:".utf8)[...], into: &result)
        let chunk = [UInt8](repeating: UInt8(ascii: "c"), count: 1 << 16)
        for _ in 0..<64 { parser.read(chunk[...], into: &result) }
        #expect(parser.keptBytes <= 256)
        parser.read(Array("\n\n".utf8)[...], into: &result)
        #expect(result.events == [ParsedEvent("a")])
        #expect(result.malformation == nil)
    }

    @Test func endlessBlankLinesAreNotKept() {
        var parser = SSEParser(maximumEventBytes: 64)
        defer { parser.destroy() }
        var result = ParsedStream()
        let chunk = [UInt8](repeating: UInt8(ascii: "\n"), count: 1 << 16)
        for _ in 0..<8 { parser.read(chunk[...], into: &result) }
        #expect(parser.keptBytes == 0)
        #expect(result == ParsedStream())
    }

    // MARK: Reset

    @Test func afterAResetTheParserIsLikeNew() {
        var parser = SSEParser(maximumEventBytes: 1 << 20)
        defer { parser.destroy() }
        for fixture in SSEFixture.all {
            // Whatever a stream was cut off in must not show in the next one.
            for count in [fixture.stream.count / 2, fixture.stream.count] {
                _ = parser.read(Array(fixture.stream[..<count]))
                parser.reset()
                #expect(parser.retryMilliseconds == nil)
                #expect(parser.lastEventID.isEmpty)
                #expect(parser.read(fixture.stream) == fixture.expected)
                parser.reset()
            }
        }
    }

    @Test func aResetForgetsTheSizeOfTheEventItCutsOff() {
        var parser = SSEParser(maximumEventBytes: 8)
        defer { parser.destroy() }
        for _ in 0..<3 {
            #expect(parser.read(Array("data: 89".utf8)).malformation == nil)
            parser.reset()
        }
    }

    @Test func aMalformedStreamStaysMalformedUntilTheReset() {
        var parser = SSEParser(maximumEventBytes: 1 << 20)
        defer { parser.destroy() }
        var result = ParsedStream()
        parser.read([0xFF], into: &result)
        parser.read(Array("\n\ndata: a\n\n".utf8)[...], into: &result)
        #expect(result.malformation == .invalidUTF8)
        #expect(result.events.isEmpty)
        parser.reset()
        #expect(parser.read(Array("data: a\n\n".utf8)).events == [ParsedEvent("a")])
    }

    @Test func aResetGivesTheMemoryOfALargeEventBack() {
        var parser = SSEParser(maximumEventBytes: 1 << 20)
        defer { parser.destroy() }
        let large = String(repeating: "x", count: 100_000)
        let stream = Array("event: \(large)\nid: \(large)\ndata: \(large)\ndata: \(large)".utf8)
        _ = parser.read(stream, cutAt: Array(stride(from: 0, to: stream.count, by: 1000)))
        #expect(parser.keptBytes > 400_000)
        parser.reset()
        #expect(parser.keptBytes <= 4 * 1024)
    }
}

extension SSEParser {
    /// The memory of all buffers.
    fileprivate var keptBytes: Int {
        Mirror(reflecting: self).children.reduce(0) { sum, child in
            guard child.value is ByteBuffer else { return sum }
            let capacity = Mirror(reflecting: child.value).children.first { $0.label == "capacity" }?.value as? Int32
            return sum + Int(capacity ?? .max)
        }
    }
}
