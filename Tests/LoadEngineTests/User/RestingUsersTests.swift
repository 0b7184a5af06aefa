import Testing

@testable import LoadEngine

@Suite("Users that wait by themselves")
struct RestingUsersTests {
    @Test("go on by their times, none before its own")
    func order() {
        var resting = RestingUsers()
        #expect(resting.nextNs == .max)
        var random = SeededRandom(seed: 1)
        let dues = (0..<500).map { _ in UInt64.random(in: 1...200, using: &random) }
        for (user, due) in dues.enumerated() { resting.add(user, dueNs: due) }
        var taken: [(user: Int, dueNs: UInt64)] = []
        for nowNs: UInt64 in stride(from: 0, through: 200, by: 7) {
            while let next = resting.take(nowNs: nowNs) {
                #expect(next.dueNs <= nowNs && next.dueNs + 7 > nowNs && next.dueNs == dues[next.user])
                taken.append(next)
            }
            #expect(resting.nextNs > nowNs)
        }
        while let next = resting.take(nowNs: 200) { taken.append(next) }
        #expect(taken.map(\.dueNs) == dues.sorted())
        #expect(Set(taken.map(\.user)).count == dues.count)
    }
}
