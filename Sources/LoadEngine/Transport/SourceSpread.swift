/// Which source address a connection is made from.
///
/// All users of one multi have the same: they share its idle connections, so that an address for each user would not stay
/// evenly used.
package struct SourceSpread: Sendable {
    /// How many addresses there are; 0 when the system chooses.
    package let addressCount: Int
    /// The part of the run that this process plays.
    package let share: RunShare

    package init(addressCount: Int, share: RunShare) {
        self.addressCount = addressCount
        self.share = share
    }

    /// The index of a multi's address; nil when the system chooses.
    func addressIndex(ofMulti multi: Int) -> Int? {
        addressCount == 0 ? nil : share.number(of: multi) % addressCount
    }

    /// How many connections each address gets at most; one number when the system chooses.
    ///
    /// - Parameters:
    ///   - users: The users of the whole run.
    ///   - processes: How many processes share them.
    ///   - addressCount: How many addresses there are, 0 when the system chooses.
    ///   - layout: How users are dealt out to multis.
    ///   - policy: How many connections the users of a multi have.
    /// - Returns: One number for each address.
    package static func connectionsPerAddress(
        users: Int,
        processes: Int,
        addressCount: Int,
        layout: MultiLayout = MultiLayout(),
        policy: ConnectionPolicy = ConnectionPolicy()
    ) -> [Int] {
        var counts = [Int](repeating: 0, count: max(addressCount, 1))
        for index in 0..<processes {
            let share = RunShare(index: index, count: processes)
            let spread = SourceSpread(addressCount: addressCount, share: share)
            let usersHere = share.part(of: users)
            for multi in 0..<layout.multis(users: usersHere) {
                let users = layout.users(ofMulti: multi, of: usersHere)
                counts[spread.addressIndex(ofMulti: multi) ?? 0] += policy.connections(users: users)
            }
        }
        return counts
    }
}
