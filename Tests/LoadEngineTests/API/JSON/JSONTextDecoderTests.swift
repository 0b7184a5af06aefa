import FoundationEssentials
import LoadEngine
import LoadModel
import Testing

@Suite struct JSONTextDecoderTests {
    private func decode(_ pieces: [String]) -> String {
        var (decoder, buffer) = (JSONTextDecoder(), ByteBuffer())
        defer { buffer.destroy() }
        var isKept = true
        for piece in pieces { Array(piece.utf8).withUnsafeBytes { isKept = decoder.append($0, to: &buffer) && isKept } }
        isKept = decoder.finish(to: &buffer) && isKept
        #expect(isKept)
        return String(decoding: buffer.bytes, as: UTF8.self)
    }

    @Test(arguments: [
        (["plain"], "plain"), ([""], ""), ([#"\"\\\/\b\f\n\r\t"#], "\"\\/\u{8}\u{C}\n\r\t"),
        ([#"\u0041\u00e9\u20AC"#], "Aé€"),
        ([#"\u0000"#], "\0"), ([#"\ud83d\ude00"#], "😀"), (["😀é"], "😀é"),
        ([#"\uDBFF\uDFFF\uFFFF"#], "\u{10FFFF}\u{FFFF}"),
        // A pair in two pieces.
        ([#"a\ud83d"#, #"\ude00b"#], "a😀b"), ([#"\ud83d"#, "", #"\ude00"#], "😀"),
        // Half a pair alone.
        ([#"\ud83d"#], "\u{FFFD}"), ([#"\ude00"#], "\u{FFFD}"), ([#"\ud83dx"#], "\u{FFFD}x"),
        ([#"\ud83d"#, "x"], "\u{FFFD}x"),
        ([#"\ud83d\n"#], "\u{FFFD}\n"), ([#"\ud83d\ud83d\ude00"#], "\u{FFFD}😀"),
        ([#"\ude00\ud83d"#], "\u{FFFD}\u{FFFD}"),
        ([#"\ud83d"#, #"\u0041"#], "\u{FFFD}A"), ([#"\ude00\ude00"#], "\u{FFFD}\u{FFFD}"),
        // What is no escape, which the scanner lets nobody see.
        ([#"\x"#], "\u{FFFD}"), ([#"a\"#], "a\u{FFFD}"), ([#"\u12"#], "\u{FFFD}12"), ([#"\u12g4"#], "\u{FFFD}12g4"),
    ])
    func makesTextOfStringsAsTheyAreWritten(_ pieces: [String], _ expected: String) {
        #expect(Array(decode(pieces).unicodeScalars) == Array(expected.unicodeScalars))
    }

    @Test func agreesWithJSONDecoderOnRandomTexts() throws {
        var random = SeededRandom(seed: TestSeed.value)
        for _ in 0..<500 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...40, using: &random) {
                let limits: [UInt32] = [0x80, 0x800, 0x10000, 0x110000]
                let limit = limits.randomElement(using: &random) ?? 1
                if let scalar = Unicode.Scalar(UInt32.random(in: 0..<limit, using: &random)) { text.append(scalar) }
            }
            // Written in one of its ways, and cut between UTF-16 units.
            var pieces = [""]
            for scalar in text {
                let needsEscape = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
                guard needsEscape || Bool.random(using: &random) else {
                    pieces[pieces.count - 1].unicodeScalars.append(scalar)
                    continue
                }
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16, uppercase: Bool.random(using: &random))
                    pieces[pieces.count - 1] += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                    if Int.random(in: 0..<4, using: &random) == 0 { pieces.append("") }
                }
            }
            let expected = try JSONDecoder().decode(String.self, from: Data("\"\(pieces.joined())\"".utf8))
            #expect(
                Array(decode(pieces).utf8) == Array(expected.utf8),
                "LOADTEST_TEST_SEED=\(TestSeed.value) \(pieces)"
            )
            #expect(Array(expected.unicodeScalars) == Array(text))
        }
    }
}
