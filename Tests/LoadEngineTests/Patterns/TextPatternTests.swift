import LoadEngine
import LoadModel
import Testing

@testable import LoadEngine

/// The small regular expressions of `expect.matches`.
@Suite struct TextPatternTests {
    /// Whether a pattern is found in a text that comes in pieces.
    private static func isFound(_ pattern: TextPattern, in pieces: [[UInt8]]) -> Bool {
        let scan = TextScan(for: pattern)
        defer { scan.destroy() }
        var state = scan.start
        for piece in pieces { state = piece.withUnsafeBytes { scan.state(after: state, $0) } }
        return scan.isMet(by: state)
    }

    private static func isFound(_ pattern: String, in text: String) throws -> Bool {
        isFound(try TextPattern(pattern), in: [Array(text.utf8)])
    }

    @Test(arguments: [
        ("await", ["x await y", "await"], ["awai", "Await", "a wait"]),
        ("[0-9]+", ["a1", "42"], ["", "abc"]),
        (#"^\d{3}$"#, ["123"], ["12", "1234", "123\n", " 123"]),
        (#"^(yes|no)\b?"#.replacing(#"\b?"#, with: ""), ["yes!", "no"], [" yes", "maybe no"]),
        ("colou?r", ["color", "my colour"], ["colouur"]),
        ("a.c", ["abc", "a😀c", "aéc"], ["ac", "a\nc", "abbc"]),
        ("(ab)*c$", ["c", "ababc", "xabc"], ["cx", "ab"]),
        ("a{2,3}b", ["aab", "aaaab"], ["ab"]),
        ("a{2,}b", ["aab", "aaaaab"], ["ab"]),
        ("a{3}", ["aaa"], ["aa"]),
        ("[^a-z ]", ["abC", "é"], ["abc def"]),
        ("[ä-ü]", ["ö", "größe"], ["o", "ý"]),
        ("[日本]+語", ["日本語"], ["日本", "語"]),
        (#"\w+@\w+\.\w+"#, ["mail a@b.c now"], ["a@b", "@b.c"]),
        (#"\s\S\s"#, ["a b c", "\tx\n"], ["ab c"]),
        (#"\D\W"#, ["a!", "é!"], ["1!", "ab"]),
        (#"\$\{x\}\\"#, [#"${x}\"#], ["x"]),
        ("[-a]", ["-", "a"], ["b"]), ("[a-]", ["-", "a"], ["b"]), (#"[\]\-\\]"#, ["]", "-", #"\"#], ["["]),
        ("[a-c-e]", ["b", "-", "e"], ["d"]),
        ("(?:a|b){2}", ["ab", "ba"], ["a"]),
        ("👨‍👩‍👧+x", ["👨‍👩‍👧👨‍👩‍👧x"], ["👨x"]),
        (".", ["a", "\u{10FFFF}"], ["", "\n"]),
        ("^$|^a+$", ["", "aaa"], ["b", "ab"]),
        ("(a|ab)(c|bcd)$", ["abcd", "ac", "abc"], ["abd"]),
        ("(a*)*b", ["b", "aab"], ["a"]),
        (#"\n\r\t"#, ["\n\r\t"], ["nrt"]),
    ])
    func findsWhatIsMeant(_ pattern: String, _ found: [String], _ others: [String]) throws {
        for text in found { #expect(try Self.isFound(pattern, in: text), "\(pattern) in \(text)") }
        for text in others { #expect(try !Self.isFound(pattern, in: text), "\(pattern) in \(text)") }
    }

    @Test(arguments: [
        ("", 0, "expected something to match"), ("a|", 2, "expected something to match"),
        ("(|a)", 1, "expected something"),
        ("()", 1, "expected something to match"), ("(a", 0, "this '(' has no ')'"),
        ("a)b", 1, "this ')' closes nothing"),
        ("[a", 0, "this '[' has no ']'"), ("[]", 0, "nothing is in this [ ]"), ("[z-a]", 1, "comes after the second"),
        (#"[\d-z]"#, 1, "a range is between two characters"), ("[[:alpha:]]", 1, "a [ in [ ] is not supported"),
        ("[a-[b]]", 3, "a [ in [ ] is not supported"),
        (#"[^\d\D]"#, 0, "no character is outside"), ("*a", 0, "nothing stands before '*'"),
        ("a**", 2, "a repetition of a repetition"),
        ("a*?", 2, "lazy repetitions are not supported"), ("a{2", 1, "expected {n}, {n,} or {n,m}"),
        ("a{x}", 1, "expected {n}"),
        ("a{3,2}", 1, "the first number is larger"), ("a{101}", 1, "at most 100 repetitions"),
        ("a{0}", 1, "repeated 0 times"),
        ("x}", 1, "this '}' closes nothing"), (#"\b"#, 0, #"\b is not supported"#),
        (#"(a)\1"#, 3, #"\1 is not supported"#),
        (#"\p{L}"#, 0, #"\p is not supported"#), (#"a\"#, 1, "nothing follows the"), ("(?i)a", 0, "groups with '(?'"),
        ("(?=a)", 0, "groups with '(?'"), ("^*", 0, "an end of the text cannot be repeated"),
        ("[👨‍👩‍👧]", 1, "several code points"), (#"\é"#, 0, "is not supported"),
        ("a*", 0, "every text matches this pattern"), ("x?$", 0, "every text matches"), ("^", 0, "every text matches"),
        ("a^b", 0, "no text matches this pattern"), ("$a", 0, "no text matches"),
        ("[ab]*a[ab]{12}", 0, "more than 1000 states"), ("((a{100}){100})", 0, "this pattern is too large"),
    ])
    func refusesWhatItDoesNotHave(_ pattern: String, _ offset: Int, _ problem: String) throws {
        let error = try #require(throws: ExpressionError.self, "\(pattern)") { try TextPattern(pattern) }
        #expect(error.problem.contains(problem), "\(error)")
        #expect(error.offset == offset, "\(error)")
    }

    @Test func deepNestingIsAMistakeAndNoCrash() {
        let deep = String(repeating: "(", count: 100_000)
        #expect(throws: ExpressionError.self) { try TextPattern(deep) }
    }

    @Test func refusalsSayWhatThereIs() throws {
        let error = try #require(throws: ExpressionError.self) { try TextPattern(#"\bx"#) }
        #expect(error.problem.contains(#"supported are characters, ., [a-z], [^a-z], \d \w \s"#))
    }

    // MARK: Compared with Swift's own

    /// Random patterns of the language, over few characters so that they often match.
    private static func pattern(_ depth: Int, _ random: inout SeededRandom) -> String {
        func atom() -> String {
            switch Int.random(in: 0..<(depth > 0 ? 12 : 10), using: &random) {
            case 0...3: ["a", "b", "é", "😀"].randomElement(using: &random) ?? ""
            case 4: "."
            case 5: ["[ab]", "[^a]", "[a-c]", "[^é😀]", "[b-é]"].randomElement(using: &random) ?? ""
            case 6: [#"\d"#, #"\w"#, #"\s"#, #"\D"#, #"\W"#, #"\S"#].randomElement(using: &random) ?? ""
            case 7: "^"
            case 8: "$"
            case 9: ["1", " ", "\\n"].randomElement(using: &random) ?? ""
            default: "(\(pattern(depth - 1, &random)))"
            }
        }
        func repeated() -> String {
            let atom = atom()
            guard atom != "^", atom != "$" else { return atom }
            return atom + (["", "", "", "*", "+", "?", "{2}", "{1,2}", "{1,}"].randomElement(using: &random) ?? "")
        }
        let branches = (0...Int.random(in: 0...(depth > 0 ? 1 : 0), using: &random)).map { _ in
            (0...Int.random(in: 0...2, using: &random)).map { _ in repeated() }.joined()
        }
        return branches.joined(separator: "|")
    }

    /// A pattern with its classes written out: Swift 6.3 does not find what `\w` or `\W` matches before an emoji.
    private static func swiftForm(of pattern: String) -> String {
        [("d", "0-9"), ("w", "A-Za-z0-9_"), ("s", #" \t\n\r"#)].reduce(pattern) { pattern, form in
            pattern.replacing("\\\(form.0)", with: "[\(form.1)]")
                .replacing("\\\(form.0.uppercased())", with: "[^\(form.1)]")
        }
    }

    private static func text(_ random: inout SeededRandom) -> String {
        let characters = ["a", "b", "c", "é", "😀", "1", " ", "\n", "_", "!"]
        return (0..<Int.random(in: 0...8, using: &random)).map { _ in characters.randomElement(using: &random) ?? "" }
            .joined()
    }

    @Test func agreesWithSwiftsOwnOnRandomPatternsAndSplits() throws {
        var random = SeededRandom(seed: TestSeed.value)
        var (compared, found) = (0, 0)
        for _ in 0..<600 {
            let written = Self.pattern(2, &random)
            guard let pattern = try? TextPattern(written) else { continue }
            let regex = try Regex(Self.swiftForm(of: written)).matchingSemantics(.unicodeScalar)
            for _ in 0..<4 {
                let text = Self.text(&random)
                let expected = text.firstMatch(of: regex) != nil
                let bytes = Array(text.utf8)
                // Whole, byte by byte, and in two pieces at every place.
                let cuts = (0...bytes.count).map { [Array(bytes[..<$0]), Array(bytes[$0...])] }
                let wrong = ([[bytes], bytes.map { [$0] }] + cuts).first { Self.isFound(pattern, in: $0) != expected }
                #expect(wrong == nil, "\(written.debugDescription), LOADTEST_TEST_SEED=\(TestSeed.value)")
                compared += 1
                if expected { found += 1 }
            }
        }
        // Neither nearly all nor nearly none.
        #expect(compared > 800)
        #expect(found > compared / 20 && found < compared * 19 / 20)
    }
}
