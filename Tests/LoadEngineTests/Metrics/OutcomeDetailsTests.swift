import Testing

@testable import LoadEngine

@Suite("The details of outcomes")
struct OutcomeDetailsTests {
    @Test("keep a few different short texts of each kind, whatever comes")
    func bounded() {
        var details = OutcomeDetails()
        for number in 0..<10_000 {
            details.addExample("failure \(number % 1000) " + String(repeating: "x", count: 5_000), of: .tlsFailed)
        }
        let kept = details.examples(of: .tlsFailed)
        #expect(kept.count == OutcomeDetails.maximumExamples)
        #expect(Set(kept).count == kept.count)
        #expect(kept.allSatisfy { $0.count <= OutcomeDetails.maximumCharacters + 1 })
        #expect(!details.wantsExample(of: .tlsFailed))
        #expect(details.wantsExample(of: .httpStatus))
    }

    @Test("keep no control characters: a text must not move the terminal's cursor")
    func clean() {
        var details = OutcomeDetails()
        details.addExample("a\u{1B}[31mb\nc\u{7F}\r\nd", of: .httpStatus)
        #expect(details.examples(of: .httpStatus) == ["a [31mb c  d"])
    }

    @Test("count at most as many status codes as there are")
    func codes() {
        var details = OutcomeDetails()
        for code in -5...5_000 { details.countHTTPCode(code) }
        #expect(details.httpCodes.count == 901)
        #expect(details.httpCodes[503] == 1)
    }
}
