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

    @Test("of a share are shares of the whole, each thing once", arguments: [1, 2, 3, 10], [1, 2, 5])
    func sharesOfShares(count: Int, processes: Int) {
        for total in [0, 1, 7, 100] {
            var numbers: [Int] = []
            for index in 0..<count {
                let share = RunShare(index: index, count: count)
                var own: [Int] = []
                for process in 0..<processes {
                    let part = share.part(RunShare(index: process, count: processes))
                    own += (0..<part.part(of: total)).map { part.number(of: $0) }
                }
                #expect(own.sorted() == (0..<share.part(of: total)).map { share.number(of: $0) })
                numbers += own
            }
            #expect(numbers.sorted() == Array(0..<total))
        }
    }

    @Test(
        "have so many of each conversation as they play",
        arguments: [[25, 0, 10, 1, 7], [50, 100, 150], [0, 0], [7], [12, 18, 30, 6]],
        [1, 2, 3, 10, 64]
    )
    func counts(invocations: [Int], count: Int) {
        for index in 0..<count {
            let share = RunShare(index: index, count: count)
            var queue = InvocationQueue(invocations: invocations, share: share)
            var played = [UInt64](repeating: 0, count: invocations.count)
            while let invocation = queue.take() { played[invocation.conversation] += 1 }
            #expect(InvocationQueue.counts(of: invocations, in: share) == played)
        }
    }

    @Test("of a thousand million invocations are counted at once where their numbers have a divisor")
    func largeCounts() {
        let invocations = [600_000_000, 399_900_000, 100_000]
        let all = (0..<3).map { InvocationQueue.counts(of: invocations, in: RunShare(index: $0, count: 3)) }
        for conversation in invocations.indices {
            #expect(all.reduce(0) { $0 + $1[conversation] } == UInt64(invocations[conversation]))
        }
    }

    @Test("are written as people count them")
    func text() throws {
        #expect(try RunShare.parse("3/10") == RunShare(index: 2, count: 10))
        #expect(try RunShare.parse("1/1") == .whole)
        #expect(RunShare(index: 2, count: 10).text == "3/10")
    }

    @Test(
        "that are none are refused",
        arguments: [
            ("0/10", "no 0"), ("11/10", "no 11"), ("-1/10", "no -1"), ("3", "such as 3/10"), ("3/", "such as 3/10"),
            ("a/b", "such as 3/10"), ("3/10/2", "such as 3/10"), ("+3/10", "such as 3/10"), ("1/0", "not 0"),
            ("1/100001", "1 to 100000"), ("99999999999999999999/1", "such as 3/10"),
        ]
    )
    func wrongTexts(text: String, why: String) {
        let error = #expect(throws: ConfigurationError.self) { try RunShare.parse(text) }
        #expect(error?.description.contains(why) == true, "\(error?.description ?? "")")
    }
}
