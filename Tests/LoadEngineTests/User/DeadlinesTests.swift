import Testing

@testable import LoadEngine

@Suite("The deadlines of all users")
struct DeadlineListsTests {
    @Test("expire in the order of their time, renewed and disarmed ones left out, as in a plain table")
    func againstModel() {
        for seed in UInt64(1)...20 {
            var random = SeededRandom(seed: seed)
            var users = StableSlab<UserSlot>()
            defer { users.destroy() }
            for _ in 0..<30 { _ = users.append(UserSlot()) }
            var lists = DeadlineLists { $0 == .turn ? Nanoseconds.never : UInt64($0.rawValue + 1) * 1_000 }
            var model: [Deadline: [Int: UInt64]] = [:]
            var nowNs: UInt64 = 0
            for _ in 0..<5_000 {
                nowNs += random.next() % 40
                let deadline = Deadline.allCases[Int(random.next() % 5)]
                let user = Int(random.next() % 30)
                switch random.next() % 8 {
                case 0...4:
                    lists.arm(deadline, user: user, nowNs: nowNs, in: users)
                    if deadline != .turn {
                        model[deadline, default: [:]][user] = nowNs + UInt64(deadline.rawValue + 1) * 1_000
                    }
                case 5:
                    lists.disarm(deadline, user: user, in: users)
                    model[deadline]?[user] = nil
                case 6:
                    lists.disarmAll(user: user, in: users)
                    for deadline in Deadline.allCases { model[deadline]?[user] = nil }
                default:
                    for deadline in Deadline.allCases {
                        var expired: Set<Int> = []
                        while let user = lists.takeExpired(deadline, nowNs: nowNs, in: users) { expired.insert(user) }
                        let due = (model[deadline] ?? [:]).filter { $0.value <= nowNs }
                        #expect(expired == Set(due.keys), "seed \(seed)")
                        for user in due.keys { model[deadline]?[user] = nil }
                    }
                }
                let earliest = model.values.flatMap(\.values).min() ?? Nanoseconds.never
                #expect(lists.nextNs(in: users) == earliest, "seed \(seed)")
            }
        }
    }
}
