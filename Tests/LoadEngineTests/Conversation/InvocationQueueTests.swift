import LoadEngine
import Testing

@testable import LoadModel

@Suite struct InvocationQueueTests {
    private func order(_ invocations: [Int]) -> [Int] {
        var queue = InvocationQueue(invocations: invocations)
        var order: [Int] = []
        while let invocation = queue.take() {
            #expect(invocation.number == UInt64(order.count))
            order.append(invocation.conversation)
        }
        return order
    }

    @Test(arguments: [
        ([], []), ([0], []), ([0, 0], []), ([1], [0]), ([3], [0, 0, 0]),
        // Equal keys: in the order of the conversations.
        ([1, 1, 1], [0, 1, 2]), ([2, 2], [0, 1, 0, 1]), ([0, 2, 0, 2], [1, 3, 1, 3]),
        // Keys 1/4 3/4 and 1/2; 1/6 3/6 5/6 and 1/2; 1/2 and 1/6 3/6 5/6.
        ([2, 1], [0, 1, 0]), ([3, 1], [0, 0, 1, 0]), ([1, 3], [1, 0, 1, 1]),
        // Keys 1/10 3/10 5/10 7/10 9/10, 1/4 3/4 and 1/2.
        ([5, 2, 1], [0, 1, 0, 0, 2, 0, 1, 0]),
    ])
    func takesTheSmallestKeyFirst(_ invocations: [Int], _ expected: [Int]) {
        #expect(order(invocations) == expected)
    }

    @Test(arguments: [
        [25, 10, 8, 8, 6, 6, 8], [1, 1000], [7, 0, 11, 13], [100, 100], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    ])
    func theMixStaysConstantToTheEnd(_ invocations: [Int]) {
        let total = invocations.reduce(0, +)
        var taken = invocations.map { _ in 0 }
        for (index, conversation) in order(invocations).enumerated() {
            taken[conversation] += 1
            let played = Double(index + 1) / Double(total)
            for (count, planned) in zip(taken, invocations) where planned > 0 {
                // One copy for each conversation: those with equal keys come one after another.
                let deviation = abs(Double(count) - played * Double(planned))
                #expect(deviation <= Double(invocations.count(where: { $0 > 0 })) / 2 + 0.5)
            }
            // Every count is the rounded share of one common level: half a copy above or below it at most.
            let active = zip(taken, invocations).filter { $0.1 > 0 }
            let lowest = active.map { (Double($0.0) - 0.5) / Double($0.1) }.max() ?? 0
            let highest = active.map { (Double($0.0) + 0.5) / Double($0.1) }.min() ?? 1
            #expect(lowest <= highest + 1e-12)
        }
        #expect(taken == invocations)
    }

    @Test func beginsAgainWhenItIsEndless() {
        var endless = InvocationQueue(invocations: [3, 0, 1], isEndless: true)
        let taken = (0..<4_000).compactMap { _ in endless.take()?.conversation }
        let round = order([3, 0, 1])
        #expect(taken == (0..<1_000).flatMap { _ in round })
        #expect(endless.taken == 4_000 && endless.remaining > 0)
        var nothing = InvocationQueue(invocations: [0], isEndless: true)
        #expect(nothing.take() == nil && nothing.remaining == 0)
    }

    @Test func partsOfAnEndlessQueueAreEveryNth() {
        var whole = InvocationQueue(invocations: [5, 2, 3], isEndless: true)
        let all = (0..<300).compactMap { _ in whole.take() }
        for index in 0..<3 {
            let share = RunShare(index: index, count: 3)
            var part = InvocationQueue(invocations: [5, 2, 3], share: share, isEndless: true)
            let taken = (0..<100).compactMap { _ in part.take() }
            #expect(taken == stride(from: index, to: 300, by: 3).map { all[$0] })
        }
    }

    @Test func forgetsForEverWhatAnEndlessQueueDrops() {
        for share in [RunShare.whole, RunShare(index: 1, count: 2)] {
            var queue = InvocationQueue(invocations: [2, 3], share: share, isEndless: true)
            _ = queue.take()
            #expect(queue.drop(conversation: 0) == 0)
            let rest = Set((0..<50).compactMap { _ in queue.take()?.conversation })
            #expect(rest == [1])
            #expect(queue.drop(conversation: 1) == 0)
            #expect(queue.remaining == 0 && queue.take() == nil)
        }
    }

    @Test(arguments: [
        ([25, 10, 8], 43, [25, 10, 8]), ([25, 10, 8], 430, [250, 100, 80]), ([2, 1], 2, [1, 1]),
        ([1, 1, 1], 2, [1, 1, 0]),
        ([0, 3], 5, [0, 5]), ([1_000_000_000, 1], 1_000_000_000, [999_999_999, 1]), ([7], 1, [1]), ([0], 5, [0]),
    ])
    func haveSoManyInAll(_ invocations: [Int], _ count: Int, _ expected: [Int]) {
        let all = invocations.enumerated().map { Conversation(name: "\($0)", invocations: $1, turns: []) }
        #expect(all.invocations(inAll: count).map(\.invocations) == expected)
    }

    @Test func countsWhatRemains() {
        var queue = InvocationQueue(invocations: [2, 0, 1])
        #expect(queue.remaining == 3)
        for expected in [2, 1, 0] as [UInt64] {
            #expect(queue.take() != nil)
            #expect(queue.remaining == expected)
        }
        #expect(queue.take() == nil)
        #expect(queue.take() == nil)
        #expect(queue.remaining == 0)
    }

    @Test func whatIsDroppedComesNoMoreAndTheOthersKeepTheirOrder() {
        // Enough for a heap of several levels.
        var random = SeededRandom(seed: 7)
        let invocations = (0..<40).map { _ in Int.random(in: 1...30, using: &random) }
        for dropped in invocations.indices {
            var queue = InvocationQueue(invocations: invocations)
            var others = invocations
            others[dropped] = 0
            var expected = InvocationQueue(invocations: others)
            #expect(queue.drop(conversation: dropped) == UInt64(invocations[dropped]))
            #expect(queue.drop(conversation: dropped) == 0)
            #expect(queue.remaining == expected.remaining)
            while let next = expected.take() {
                guard queue.take()?.conversation == next.conversation else {
                    Issue.record("another order without conversation \(dropped)")
                    break
                }
            }
            #expect(queue.take() == nil)
        }
    }

    @Test func aBillionInvocationsOfSeveralConversationsAreOnlyCursors() {
        let billion = Conversation.maximumInvocations
        var queue = InvocationQueue(invocations: [billion, 1, billion, billion - 1])
        #expect(queue.remaining == 3 * 1_000_000_000)
        // (k + 0.5) / n of the last is the larger for every k.
        for _ in 0..<1_000 {
            #expect(queue.take()?.conversation == 0)
            #expect(queue.take()?.conversation == 2)
            #expect(queue.take()?.conversation == 3)
        }
        #expect(queue.remaining == 3 * 1_000_000_000 - 3_000)
    }

    @Test func manyConversationsComeOutInTheOrderOfTheirKeys() {
        var random = SeededRandom(seed: TestSeed.value)
        let invocations = (0..<300).map { _ in Int.random(in: 0...40, using: &random) }
        let keys = invocations.enumerated().flatMap { conversation, count in
            (0..<count).map { (numerator: 2 * $0 + 1, denominator: 2 * count, conversation: conversation) }
        }
        let expected = keys.sorted { first, second in
            let (left, right) = (first.numerator * second.denominator, second.numerator * first.denominator)
            return left == right ? first.conversation < second.conversation : left < right
        }
        #expect(order(invocations) == expected.map(\.conversation), "LOADTEST_TEST_SEED=\(TestSeed.value)")
    }
}
