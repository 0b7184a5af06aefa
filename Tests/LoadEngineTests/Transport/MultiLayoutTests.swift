import Testing

@testable import LoadEngine

@Suite("The multis of users")
struct MultiLayoutTests {
    @Test(
        "each have as many users as are counted for them",
        arguments: [1, 2, 3, 7],
        [0, 1, 2, 5, 99, 100, 101, 350, 1_234]
    )
    func counts(targets: Int, users: Int) {
        let layout = MultiLayout(targetCount: targets)
        let byMulti = Dictionary(grouping: 0..<users) { layout.multi(of: $0) }.mapValues(\.count)
        #expect(byMulti.count == layout.multis(users: users))
        #expect(byMulti.keys.allSatisfy { $0 < layout.multis(users: users) })
        for multi in 0..<layout.multis(users: users) {
            #expect(layout.users(ofMulti: multi, of: users) == byMulti[multi])
        }
        #expect(byMulti.values.allSatisfy { $0 <= CurlMulti.usersPerMulti })
    }

    @Test("go to each address as often, give or take one user")
    func spread() {
        let layout = MultiLayout(targetCount: 3)
        let counts = Dictionary(grouping: 0..<1_000) { layout.multi(of: $0) % 3 }.mapValues(\.count)
        #expect(counts.values.sorted() == [333, 333, 334])
    }
}
