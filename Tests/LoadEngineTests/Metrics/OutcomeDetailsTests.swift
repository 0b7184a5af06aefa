import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("The details of outcomes")
struct OutcomeDetailsTests {
    @Test("keep a few different short texts of each kind, whatever comes")
    func bounded() {
        var details = OutcomeDetails()
        for number in 0..<10_000 {
            details.addExample("failure \(number % 1000) " + String(repeating: "x", count: 5_000), of: .tlsFailed)
        }
        let kept = details.examples(of: .tlsFailed)
        #expect(kept.count == OutcomeNotes.maximumExamples)
        #expect(Set(kept).count == kept.count)
        #expect(kept.allSatisfy { $0.utf8.count == OutcomeDetails.maximumBytes + "…".utf8.count })
        #expect(!details.wantsExample(of: .tlsFailed))
        #expect(details.wantsExample(of: .httpStatus))
    }

    @Test("are on one line, without anything that would move the terminal's cursor")
    func clean() {
        var details = OutcomeDetails()
        details.addExample("a\u{1B}[31mb\nc\u{7F}\r\nd\u{9B}\u{202E}e", of: .httpStatus)
        #expect(details.examples(of: .httpStatus) == [#"a\u{1B}[31mb c\u{7F} d\u{9B}\u{202E}e"#])
    }

    @Test("are bounded in bytes: of a character, which may have any number of them, and of an answer that was cut")
    func bytes() {
        var details = OutcomeDetails()
        details.addExample("a" + String(repeating: "\u{301}", count: 45_000), of: .httpStatus)
        for length in 0...4 {
            let body = Array((String(repeating: "x", count: length) + String(repeating: "會", count: 200)).utf8)
            details.addExample(
                String(decoding: body.prefix(OutcomeDetails.sufficientBytes), as: UTF8.self),
                of: .notEventStream
            )
        }
        let kept = details.examples(of: .httpStatus) + details.examples(of: .notEventStream)
        #expect(kept.count == 6)
        for text in kept {
            #expect(text.utf8.count <= OutcomeDetails.maximumBytes + "…".utf8.count)
            #expect(text.hasSuffix("…") && !text.contains("\u{FFFD}"), "\(text)")
        }
    }

    @Test("count at most as many status codes as there are")
    func codes() {
        var details = OutcomeDetails()
        for code in -5...5_000 { details.countHTTPCode(code) }
        #expect(details.httpCodes.count == 901)
        #expect(details.httpCodes[503] == 1)
    }
}
