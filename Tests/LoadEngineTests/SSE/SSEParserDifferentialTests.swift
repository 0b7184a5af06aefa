import LoadEngine
import LoadModel
import Testing

@Suite struct SSEParserDifferentialTests {
    /// What streams are made of: all that the algorithm treats specially, and the beginnings and ends of it.
    private static let alphabet: [[UInt8]] =
        [
            "data", "data:", "data: ", "event", "event:", "id", "id:", "retry", "retry:", ":", " ", "\n", "\n", "\r",
            "\r",
            "\r\n", "\n\n", "a", "12", "é", "→", "😀", "\u{FEFF}", "\0", "[DONE]", "error", "dat", "\t",
            "xxxxxxxxxxxxxxxx",
        ].map { Array($0.utf8) }

    /// Such bytes end a stream, so they must be rare.
    private static let poison: [[UInt8]] = [
        [0xEF], [0xEF, 0xBB], [0xBB, 0xBF], [0x80], [0xC0, 0x80], [0xC3], [0xE0, 0x80], [0xED, 0xA0, 0x80],
        [0xF0, 0x9F], [0xF4, 0x90, 0x80, 0x80], [0xFF],
    ]

    @Test func agreesWithTheReferenceOnRandomStreams() {
        var random = SeededRandom(seed: TestSeed.value)
        var events = 0
        var malformed = 0
        for round in 0..<4_000 {
            let stream = Self.stream(from: &random)
            let maximumEventBytes = round % 3 == 0 ? Int.random(in: 3...40, using: &random) : 1 << 20
            let expected = ReferenceParser.parse(stream, maximumEventBytes: maximumEventBytes)
            events += expected.events.count
            malformed += expected.malformation == nil ? 0 : 1
            let someCuts = random.cuts(of: stream.count, meanChunk: 6)
            for cuts in [[], someCuts, Array(0...stream.count)] {
                let result = SSEParser.parse(stream, cutAt: cuts, maximumEventBytes: maximumEventBytes)
                guard result != expected else { continue }
                Issue.record(
                    """
                    LOADTEST_TEST_SEED=\(TestSeed.value), round \(round), limit \(maximumEventBytes), cut at \(cuts)
                    stream   \(stream.map { String($0, radix: 16) }.joined(separator: " "))
                    expected \(expected)
                    found    \(result)
                    """
                )
                return
            }
        }
        // Streams that come to nothing would prove nothing.
        #expect(events > 1_000)
        #expect((200...3_800).contains(malformed))
    }

    private static func stream(from random: inout SeededRandom) -> [UInt8] {
        var stream: [UInt8] = Int.random(in: 0..<4, using: &random) == 0 ? [0xEF, 0xBB, 0xBF] : []
        for _ in 0..<Int.random(in: 1...40, using: &random) {
            switch Int.random(in: 0..<100, using: &random) {
            case 0: stream += poison.randomElement(using: &random) ?? []
            case 1..<30: stream += Array("\ndata: a\n\n".utf8).suffix(Int.random(in: 1...10, using: &random))
            default: stream += alphabet.randomElement(using: &random) ?? []
            }
        }
        return stream
    }
}
