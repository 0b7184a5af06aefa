import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("The slowest conversations")
struct SlowestConversationsTests {
    private func kept(_ timesNs: [UInt64]) -> [UInt64] {
        var slowest = SlowestConversations()
        for (index, timeNs) in timesNs.enumerated() where slowest.wants(timeNs: timeNs) {
            slowest.add(.init(timeNs: timeNs, conversation: index, session: .zero, sentNs: 0))
        }
        return slowest.entries.map(\.timeNs)
    }

    @Test("are the greatest of all, in falling order", arguments: [0, 1, 9, 10, 11, 1_000])
    func greatest(count: Int) {
        var random = SeededRandom(seed: UInt64(count))
        let times = (0..<count).map { _ in random.next() % 500 }
        #expect(kept(times) == Array(times.sorted(by: >).prefix(SlowConversation.mostKept)))
    }

    @Test("keep the first of those that took equally long")
    func ties() {
        var slowest = SlowestConversations()
        for index in 0..<20 where slowest.wants(timeNs: 7) {
            slowest.add(.init(timeNs: 7, conversation: index, session: .zero, sentNs: 0))
        }
        #expect(slowest.entries.map(\.conversation) == Array(0..<10))
    }
}
