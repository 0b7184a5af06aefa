import LoadModel
import Testing

@testable import LoadEngine

@Suite struct AnswerCheckTests {
    /// Why an answer is not as expected, by the pieces of its text.
    private static func miss(
        _ expectation: AnswerExpectation,
        _ pieces: [[UInt8]],
        events: UInt64? = nil,
        ttftNs: UInt64? = 0
    ) throws -> AnswerExpectation.Miss? {
        let check = try AnswerCheck(expectation)
        defer { check.destroy() }
        let states = UnsafeMutablePointer<UInt32>.allocate(capacity: max(check.stateCount, 1))
        defer { states.deallocate() }
        check.begin(states)
        for piece in pieces { piece.withUnsafeBytes { check.received($0, states) } }
        return check.firstMiss(events: events ?? UInt64(pieces.count), ttftNs: ttftNs, states)
    }

    private static func miss(_ expectation: AnswerExpectation, _ text: String) throws -> AnswerExpectation.Miss? {
        try miss(expectation, [Array(text.utf8)])
    }

    @Test func everythingHasToBeMet() throws {
        let expectation = AnswerExpectation(
            minEvents: 2,
            contains: ["await", "async"],
            matches: ["[0-9]+", "^The"],
            maxTTFT: .seconds(2)
        )
        let answer = "The 2 words async and await"
        func pieces(_ text: String) -> [[UInt8]] { [Array(text.utf8.prefix(9)), Array(text.utf8.dropFirst(9))] }
        #expect(try Self.miss(expectation, pieces(answer)) == nil)
        #expect(try Self.miss(expectation, pieces(answer), events: 1) == .events(1))
        #expect(try Self.miss(expectation, pieces(answer), ttftNs: 2_000_000_001) == .ttft(2_000_000_001))
        #expect(try Self.miss(expectation, pieces(answer), ttftNs: 2_000_000_000) == nil)
        #expect(try Self.miss(expectation, pieces(answer), ttftNs: nil) == .ttft(nil))
        #expect(try Self.miss(expectation, pieces("The 2 words async and wait")) == .contains(0))
        #expect(try Self.miss(expectation, pieces("The 2 words sync and await")) == .contains(1))
        #expect(try Self.miss(expectation, pieces("The two words async and await")) == .matches(0))
        #expect(try Self.miss(expectation, pieces("All 2 words async and await")) == .matches(1))
    }

    @Test func aMissIsToldInWords() {
        let expectation = AnswerExpectation(
            minEvents: 3,
            contains: ["a\nb"],
            matches: ["[0-9]"],
            maxTTFT: .milliseconds(1_500)
        )
        #expect(expectation.text(of: .events(1)) == "expected at least 3 content events, found 1")
        #expect(expectation.text(of: .ttft(nil)) == "expected a first token within 1s500ms, found none")
        #expect(expectation.text(of: .ttft(1_750_000_000)) == "expected a first token within 1s500ms, found 1750.0ms")
        #expect(expectation.text(of: .contains(0)) == #"expected 'a\u{A}b' in the answer"#)
        #expect(expectation.text(of: .matches(0)) == "expected '[0-9]' to match in the answer")
    }

    @Test func whatIsWrongIsTold() throws {
        let wrong = AnswerExpectation(
            minEvents: 0,
            contains: ["", String(repeating: "x", count: 10_001)],
            matches: ["("],
            maxTTFT: .zero
        )
        #expect(
            wrong.mistakes.map(\.key) == ["min_events", "max_ttft", "contains[0]", "contains[1]", "matches[0]"]
        )
        #expect(AnswerExpectation().mistakes.map(\.key) == [""])
        #expect(throws: ConfigurationError.self) { try AnswerCheck(wrong) }
    }

    /// Whether a text is in another, without the means of what is tested.
    private static func isIn(_ text: [UInt8], _ whole: [UInt8]) -> Bool {
        guard text.count <= whole.count else { return false }
        return (0...(whole.count - text.count)).contains { Array(whole[$0..<$0 + text.count]) == text }
    }

    @Test func aTextIsFoundHoweverTheAnswerIsCut() throws {
        var random = SeededRandom(seed: TestSeed.value)
        let characters = ["a", "a", "b", "é"]
        func text(_ most: Int) -> String {
            (0..<Int.random(in: 1...most, using: &random)).map { _ in characters.randomElement(using: &random) ?? "" }
                .joined()
        }
        var found = 0
        for _ in 0..<2_000 {
            let (part, whole) = (text(6), Array(text(14).utf8))
            let expected: AnswerExpectation.Miss? = Self.isIn(Array(part.utf8), whole) ? nil : .contains(0)
            let expectation = AnswerExpectation(contains: [part])
            if expected == nil { found += 1 }
            #expect(try Self.miss(expectation, [whole]) == expected)
            #expect(try Self.miss(expectation, whole.map { [$0] }) == expected)
            for place in 0...whole.count {
                let pieces = [Array(whole[..<place]), [], Array(whole[place...])]
                #expect(try Self.miss(expectation, pieces) == expected, "\(part), LOADTEST_TEST_SEED=\(TestSeed.value)")
            }
        }
        #expect(found > 100 && found < 1_900)
    }

    @Test(arguments: [
        ("aab", "aaab", true), ("abab", "abaabab", true), ("aaaa", "aaabaaa", false), ("x", "", false),
        ("abcabd", "abcabcabd", true),
        ("é", "\u{C3}", false),
    ])
    func aTextThatBeginsTwiceIsFound(_ part: String, _ whole: String, _ isThere: Bool) throws {
        #expect(try Self.miss(AnswerExpectation(contains: [part]), whole) == (isThere ? nil : .contains(0)))
    }
}
