/// How many users each class has: of a master's table, or of what is reported to it.
package struct ClassTable: Sendable, Equatable {
    /// One class, which is one conversation.
    package struct Entry: Sendable, Equatable {
        package let name: String
        package var users: Int

        package init(name: String, users: Int) {
            self.name = name
            self.users = users
        }
    }

    /// In the order of the master's message.
    package private(set) var entries: [Entry]

    package init(_ entries: [Entry] = []) {
        self.entries = entries
    }

    /// All users together.
    package var users: Int { entries.reduce(0) { $0 + $1.users } }

    /// The same classes without users.
    package var empty: ClassTable { ClassTable(entries.map { Entry(name: $0.name, users: 0) }) }

    /// The same classes with another number of users in all, in the same proportions as far as whole numbers can.
    ///
    /// The engine plays one queue, in which the mix of conversations is constant: that of its users is known by the table alone.
    /// - Parameter users: How many there are in all.
    /// - Returns: The table, whose sum is exactly that; without a single class there is none.
    package func scaled(to users: Int) -> ClassTable {
        let total = self.users
        guard total != users, !entries.isEmpty else { return self }
        // Of a table without users nothing is known: they are where the first ones would be.
        let weights = total > 0 ? entries.map(\.users) : entries.map { _ in 1 }
        let sum = weights.reduce(0, +)
        var scaled = self
        var rests: [(place: Int, rest: Int)] = []
        for (place, weight) in weights.enumerated() {
            let (whole, rest) = (users * weight).quotientAndRemainder(dividingBy: sum)
            scaled.entries[place].users = whole
            rests.append((place, rest))
        }
        let missing = users - scaled.users
        for (place, _) in rests.sorted(by: { $0.rest > $1.rest }).prefix(missing) { scaled.entries[place].users += 1 }
        return scaled
    }

    /// As messages have it.
    var packed: PackValue { .map(entries.map { PackValue.Member(.text($0.name), .count(UInt64(max($0.users, 0)))) }) }
}
