import Testing

@testable import LoadEngine

@Suite("The deadlines of all users")
struct DeadlineListsTests {
    @Test("expire in the order of their time, renewed and disarmed ones left out, as in a plain table")
    func againstModel() {
        for seed in UInt64(1)...20 {
            var random = SeededRandom(seed: seed)
            let users = StableSlab<UserSlot>()
            defer { users.destroy() }
            for _ in 0..<30 { _ = users.append(UserSlot()) }
            let lists = DeadlineLists(of: users) { $0 == .turn ? Nanoseconds.never : UInt64($0.rawValue + 1) * 1_000 }
            defer { lists.destroy() }
            var model: [Deadline: [Int: UInt64]] = [:]
            var nowNs: UInt64 = 0
            for _ in 0..<5_000 {
                nowNs += random.next() % 40
                let deadline = Deadline.allCases[Int(random.next() % 5)]
                let user = Int(random.next() % 30)
                switch random.next() % 8 {
                case 0...4:
                    lists.arm(deadline, user: user, nowNs: nowNs)
                    if deadline != .turn {
                        model[deadline, default: [:]][user] = nowNs + UInt64(deadline.rawValue + 1) * 1_000
                    }
                case 5:
                    lists.disarm(deadline, user: user)
                    model[deadline]?[user] = nil
                case 6:
                    lists.disarmAll(user: user)
                    for deadline in Deadline.allCases { model[deadline]?[user] = nil }
                default:
                    for deadline in Deadline.allCases {
                        var expired: Set<Int> = []
                        while let user = lists.takeExpired(deadline, nowNs: nowNs) { expired.insert(user) }
                        let due = (model[deadline] ?? [:]).filter { $0.value <= nowNs }
                        #expect(expired == Set(due.keys), "seed \(seed)")
                        for user in due.keys { model[deadline]?[user] = nil }
                    }
                }
                let earliest = model.values.flatMap(\.values).min() ?? Nanoseconds.never
                #expect(lists.nextNs == earliest, "seed \(seed)")
            }
        }
    }
}
