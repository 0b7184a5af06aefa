import LoadModel
import Testing

@testable import LoadEngine

@Suite("Finish reasons")
struct FinishReasonsTests {
    private func index(of name: String, in reasons: FinishReasons) -> Int {
        Array(name.utf8).withUnsafeBytes { reasons.index(of: $0) }
    }

    @Test("are counted by name, for each row and for all")
    func counted() {
        let reasons = FinishReasons(rowCount: 2)
        let stop = index(of: "stop", in: reasons)
        let length = index(of: "length", in: reasons)
        #expect(index(of: "stop", in: reasons) == stop && stop != length)
        for (reason, row) in [(stop, 0), (stop, 1), (length, 1)] { reasons.count(reason, row: row) }
        #expect(reasons.total.byName == ["stop": 2, "length": 1])
        #expect(reasons.counts(ofRow: 0).byName == ["stop": 1])
        reasons.reset()
        #expect(reasons.total.byName.isEmpty && reasons.counts(ofRow: 1).byName.isEmpty)
        reasons.count(length, row: 0)
        #expect(reasons.total.byName == ["length": 1])
    }

    @Test("of a server that makes up more and more are bounded, and so are their names")
    func bounded() {
        let reasons = FinishReasons(rowCount: 1)
        for number in 0..<1_000 { reasons.count(index(of: "reason \(number)", in: reasons), row: 0) }
        #expect(reasons.total.byName.count == 32)
        #expect(reasons.total.byName[FinishReasons.others] == 1_000 - 31)
        #expect(index(of: String(repeating: "x", count: 65), in: reasons) == index(of: "one more", in: reasons))
    }

    @Test("that are shown alike are one")
    func alike() {
        let reasons = FinishReasons(rowCount: 1)
        let first = index(of: "a\u{202E}b", in: reasons)
        #expect(index(of: "a\u{202E}b", in: reasons) == first)
    }
}
