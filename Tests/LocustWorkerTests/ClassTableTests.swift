import LocustWorker
import Testing

@Suite("The users that are reported of each class")
struct ClassTableTests {
    private func table(_ users: Int...) -> ClassTable {
        ClassTable(users.enumerated().map { ClassTable.Entry(name: "c\($0.offset)", users: $0.element) })
    }

    @Test(
        "are in the proportions that the master asked for, and as many as there are",
        arguments: [
            ([3, 1], 4, [3, 1]), ([3, 1], 2, [2, 0]), ([3, 1], 8, [6, 2]), ([3, 1], 0, [0, 0]),
            ([1, 1, 1], 2, [1, 1, 0]),
            ([0, 0], 3, [2, 1]), ([0, 5], 1, [0, 1]), ([7], 3, [3]),
        ] as [([Int], Int, [Int])]
    )
    func scaled(asked: [Int], users: Int, expected: [Int]) {
        let asked = ClassTable(asked.enumerated().map { ClassTable.Entry(name: "c\($0.offset)", users: $0.element) })
        let scaled = asked.scaled(to: users)
        #expect(scaled.entries.map(\.users) == expected)
        #expect(scaled.entries.map(\.name) == asked.entries.map(\.name))
    }

    @Test("sum up to any number of users")
    func sums() {
        let asked = table(7, 0, 13, 1)
        for users in 0...200 {
            let scaled = asked.scaled(to: users)
            #expect(scaled.users == users && scaled.entries.allSatisfy { $0.users >= 0 })
        }
    }

    @Test("are none where there are no classes")
    func none() { #expect(ClassTable().scaled(to: 5).entries.isEmpty) }
}
