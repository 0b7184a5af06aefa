import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("The deadlines of all users")
struct DeadlineListsTests {
    private static let partners: [Deadline: Deadline] = [
        .connect: .drain, .drain: .connect, .firstToken: .stall, .stall: .firstToken,
        .turn: .abandon, .abandon: .turn, .idle: .read, .read: .idle,
    ]

    @Test("expire in the order of their time, renewed and disarmed ones left out, as in a plain table")
    func againstModel() {
        for seed in UInt64(1)...20 {
            var random = SeededRandom(seed: seed)
            let users = StableSlab<UserSlot>()
            defer { users.destroy() }
            for _ in 0..<30 { _ = users.append(UserSlot()) }
            func timeoutNs(_ deadline: Deadline) -> UInt64 {
                deadline == .turn ? Nanoseconds.never : UInt64(deadline.rawValue + 1) * 1_000
            }
            let lists = DeadlineLists(of: users, timeoutNs: timeoutNs)
            defer { lists.destroy() }
            var model: [Deadline: [Int: UInt64]] = [:]
            var nowNs: UInt64 = 0
            for _ in 0..<5_000 {
                nowNs += random.next() % 40
                let deadline = Deadline.allCases[Int(random.next() % UInt64(Deadline.allCases.count))]
                let user = Int(random.next() % 30)
                switch random.next() % 8 {
                case 0...4:
                    // Never two at the same time that share an entry.
                    if let other = Self.partners[deadline] {
                        lists.disarm(other, user: user)
                        model[other]?[user] = nil
                    }
                    lists.arm(deadline, user: user, nowNs: nowNs)
                    if deadline != .turn {
                        let slackNs = deadline == .stall ? timeoutNs(.stall) / 64 : 0
                        model[deadline, default: [:]][user] = nowNs + timeoutNs(deadline) + slackNs
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

    @Test("let that of a stall pass after its whole timeout and before a 64th more, however often it is renewed")
    func stall() {
        for seed in UInt64(1)...20 {
            var random = SeededRandom(seed: seed)
            let users = StableSlab<UserSlot>()
            defer { users.destroy() }
            for _ in 0..<10 { _ = users.append(UserSlot()) }
            let lists = DeadlineLists(of: users) { $0 == .stall ? 6_400 : Nanoseconds.never }
            defer { lists.destroy() }
            var nowNs: UInt64 = 1
            var renewedNs = [UInt64](repeating: nowNs, count: 10)
            for user in 0..<10 { lists.arm(.stall, user: user, nowNs: nowNs) }
            var waiting = Set(0..<10)
            for _ in 0..<20_000 where !waiting.isEmpty {
                nowNs += random.next() % 40
                // The later, the fewer go on.
                let user = Int(random.next() % 10)
                if waiting.contains(user), nowNs < 20_000 + UInt64(user) * 5_000 {
                    lists.renewStall(user: user, users[user], nowNs: nowNs)
                    renewedNs[user] = nowNs
                }
                while let user = lists.takeExpired(.stall, nowNs: nowNs) {
                    waiting.remove(user)
                    let silenceNs = nowNs - renewedNs[user]
                    #expect(silenceNs >= 6_400 && silenceNs <= 6_500 + 40, "seed \(seed), user \(user)")
                }
            }
            #expect(waiting.isEmpty)
            #expect(lists.nextNs == Nanoseconds.never)
        }
    }

    @Test("do not renew that of a stall when it is switched off")
    func noStall() {
        let users = StableSlab<UserSlot>()
        defer { users.destroy() }
        _ = users.append(UserSlot())
        let lists = DeadlineLists(of: users) { _ in Nanoseconds.never }
        defer { lists.destroy() }
        lists.arm(.stall, user: 0, nowNs: 1)
        lists.renewStall(user: 0, users[0], nowNs: 2)
        #expect(lists.nextNs == Nanoseconds.never)
    }
}
