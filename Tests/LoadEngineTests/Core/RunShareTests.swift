import Foundation
import LoadEngine
import Testing

@Suite("The shares of several processes")
struct RunShareTests {
    @Test("have each thing once", arguments: 1...7)
    func exactCover(count: Int) {
        for total in [0, 1, 5, 6, 7, 100] {
            var numbers: [Int] = []
            for index in 0..<count {
                let share = RunShare(index: index, count: count)
                numbers += (0..<share.part(of: total)).map { share.number(of: $0) }
            }
            #expect(numbers.sorted() == Array(0..<total))
        }
    }

    @Test(
        "that are parts of nothing are not read",
        arguments: [#"{"index": 0, "count": 0}"#, #"{"index": 2, "count": 2}"#, #"{"index": -1, "count": 2}"#]
    )
    func unreadable(json: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(RunShare.self, from: Data(json.utf8)) }
    }

    @Test("of the invocations are, in turn, the whole queue", arguments: 1...5)
    func queues(count: Int) {
        let invocations = [25, 0, 10, 1, 7]
        var whole = InvocationQueue(invocations: invocations)
        var parts = (0..<count).map {
            InvocationQueue(invocations: invocations, share: RunShare(index: $0, count: count))
        }
        #expect(parts.reduce(0) { $0 + $1.remaining } == whole.remaining)
        var position = 0
        while let expected = whole.take() {
            #expect(parts[position % count].take() == expected)
            position += 1
        }
        for index in parts.indices {
            #expect(parts[index].take() == nil)
            #expect(parts[index].remaining == 0)
        }
    }
}
