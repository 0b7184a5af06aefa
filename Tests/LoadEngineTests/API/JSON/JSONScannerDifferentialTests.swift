import FoundationEssentials
import LoadEngine
import LoadModel
import Testing

@Suite struct JSONScannerDifferentialTests {
    private static let paths = [
        "$", "$.a", "$.a[*].b", "$.a[0].b", "$.a[1]", "$.a.a", "$[*]", "$[*].a", "$[0][*]",
        "$.choices[*].delta.content",
        "$.choices[0].finish_reason", "$.usage.prompt_tokens", "$.type", "$.delta.text", "$['é']", "$['']", "$.id",
        "$.system_fingerprint",
    ]

    /// What texts are made of: all that JSON treats specially, and the beginnings and ends of it.
    private static let alphabet: [[UInt8]] =
        [
            "{", "}", "[", "]", "{", "}", "[", "]", ":", ",", ",", "\"", "\"", "\\", "\"a\":", "\"b\":", "\"a\"",
            "\"\":", "\"é\":",
            "{\"a\":", ",\"a\":", ",\"b\":1", "[{\"b\":", "\"x\"", "\"\"", "\"\\u0061\":", "\\u00e9", "\\n", "\\\"",
            "\\ud83d",
            "\\", "null", "true", "false", "nul", "0", "1", "-", ".", "e", "E", "12.5e+3", "01", "1.", " ", "\n", "\t",
            "\r", "\0",
            "\u{1}", "é", "😀", "/", "longer than sixteen bytes", "\"a longer one than sixteen bytes\"",
            "\"system_fingerprint\":",
        ].map { Array($0.utf8) }

    private let paths: [JSONPath]
    private let scanner: JSONScanner
    private let memory = GuardedText(capacity: 1 << 16)

    init() throws {
        paths = try Self.paths.map { try JSONPath(text: $0) }
        scanner = try JSONScanner(paths, keepsAll: paths.map { _ in true })
    }

    /// Whether scanner and reference agree, the scanner with memory that it may not read around the text.
    private func agree(_ text: [UInt8]) -> Bool? {
        let expected = Scanned.reference(text, paths)
        for atStart in [false, true] {
            let found = Scanned.scan(memory.put(text, atStart: atStart), with: scanner, paths: paths.count)
            guard found != expected else { continue }
            Issue.record(
                """
                LOADTEST_TEST_SEED=\(TestSeed.value)
                text     \(String(decoding: text, as: UTF8.self).debugDescription)
                expected \(expected.map { "\($0)" } ?? "not JSON")
                found    \(found.map { "\($0)" } ?? "not JSON")
                """
            )
            return nil
        }
        return expected != nil
    }

    @Test func agreesWithTheReferenceOnRandomTexts() {
        defer { scanner.destroy() }
        var random = SeededRandom(seed: TestSeed.value)
        for _ in 0..<20_000 {
            var text: [UInt8] = []
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                text += Self.alphabet.randomElement(using: &random) ?? []
            }
            guard agree(text) != nil else { return }
        }
    }

    @Test func agreesWithTheReferenceOnRandomValuesAndWhatIsLeftOfThem() {
        defer { scanner.destroy() }
        var random = SeededRandom(seed: TestSeed.value)
        var (valid, invalid) = (0, 0)
        for _ in 0..<3_000 {
            let text = Array(Self.value(from: &random, depth: 0).utf8)
            guard agree(text) == true else { return }
            for _ in 0..<4 {
                guard let isJSON = agree(Self.mutated(text, &random)) else { return }
                if isJSON { valid += 1 } else { invalid += 1 }
            }
        }
        // Mutations that all end in the same way would prove nothing.
        #expect(valid > 500 && invalid > 500)
    }

    @Test(arguments: EventSamples.all)
    func agreesWithTheReferenceOnRealEventsAndEachOfTheirPrefixes(_ sample: EventSamples.Sample) {
        defer { scanner.destroy() }
        let text = Array(sample.data.utf8)
        guard agree(text) != nil else { return }
        for count in text.indices { guard agree(Array(text[..<count])) != nil else { return } }
        var random = SeededRandom(seed: TestSeed.value)
        for _ in 0..<300 { guard agree(Self.mutated(text, &random)) != nil else { return } }
    }

    /// JSONDecoder takes more, such as control characters in strings that it need not read; so only what the scanner takes tells.
    @Test func whatItTakesJSONDecoderTakesToo() {
        defer { scanner.destroy() }
        struct Anything: Decodable {
            init(from decoder: any Decoder) throws {}
        }
        var random = SeededRandom(seed: TestSeed.value)
        var taken = 0
        for round in 0..<4_000 {
            var text = Array(Self.value(from: &random, depth: 0).utf8)
            if round % 3 > 0 { text = Self.mutated(text, &random) }
            guard scanner.scan(memory.put(text)) else { continue }
            taken += 1
            guard (try? JSONDecoder().decode(Anything.self, from: Data(text))) == nil else { continue }
            let shown = String(decoding: text, as: UTF8.self).debugDescription
            Issue.record("LOADTEST_TEST_SEED=\(TestSeed.value): JSONDecoder does not take \(shown)")
            return
        }
        #expect(taken > 1_500)
    }

    // MARK: Texts

    private static func value(from random: inout SeededRandom, depth: Int) -> String {
        let blank = [" ", "\n", "", "", "", ""].randomElement(using: &random) ?? ""
        switch Int.random(in: 0..<(depth < 5 ? 10 : 5), using: &random) {
        case 0: return ["null", "true", "false"].randomElement(using: &random) ?? ""
        case 1:
            return ["0", "-1", "12", "3.25", "1e9", "-0.5E-3", "12345678901234567890"].randomElement(using: &random)
                ?? ""
        case 2, 3, 4: return "\"\(string(from: &random))\""
        case 5, 6:
            let count = Int.random(in: 0...3, using: &random)
            let elements = (0..<count).map { _ in value(from: &random, depth: depth + 1) }
            return "[" + blank + elements.joined(separator: blank + "," + blank) + "]"
        default:
            let keys = ["a", "b", "a", "\\u0061", "é", "choices", "delta", "content", "id", "system_fingerprint"]
            let count = Int.random(in: 0...4, using: &random)
            let members = (0..<count).map { _ in
                "\"\(keys.randomElement(using: &random) ?? "")\":" + blank + value(from: &random, depth: depth + 1)
            }
            return "{" + blank + members.joined(separator: blank + "," + blank) + "}"
        }
    }

    private static func string(from random: inout SeededRandom) -> String {
        let parts = [
            "a", "word ", "\\n", "\\\"", "\\\\", "\\u00e9", "\\ud83d\\ude00", "\\ud83d", "é", "😀", "0123456789abcdef",
        ]
        return (0..<Int.random(in: 0...5, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }
            .joined()
    }

    /// A text with some bytes changed, left out, or put in twice; still UTF-8 where it matters: no byte over 127 is touched.
    private static func mutated(_ text: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var text = text
        for _ in 0..<Int.random(in: 1...2, using: &random) where !text.isEmpty {
            let place = Int.random(in: text.indices, using: &random)
            guard text[place] < 0x80 else { continue }
            switch Int.random(in: 0..<4, using: &random) {
            case 0: text[place] = UInt8.random(in: 0..<0x80, using: &random)
            case 1: text.remove(at: place)
            case 2: text.insert(contentsOf: alphabet.randomElement(using: &random) ?? [], at: place)
            default:
                let other = Int.random(in: text.indices, using: &random)
                if text[other] < 0x80 { text.swapAt(place, other) }
            }
        }
        return text
    }
}
