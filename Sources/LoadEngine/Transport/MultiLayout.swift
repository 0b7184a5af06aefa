/// Which multi carries a user, and to which of the target's addresses it goes first.
///
/// A multi resolves the target for all its users, so that those who go to different addresses are in different multis: users
/// are dealt out one by one to as many multis as there are addresses, and when these are full to as many further ones.
package struct MultiLayout: Sendable {
    /// How many addresses users are spread over, at least 1.
    let targetCount: Int

    package init(targetCount: Int = 1) {
        self.targetCount = max(targetCount, 1)
    }

    private var usersPerGroup: Int { CurlMulti.usersPerMulti * targetCount }

    /// The multi of a user, both from 0.
    func multi(of user: Int) -> Int {
        targetCount == 1
            ? user / CurlMulti.usersPerMulti : user / usersPerGroup * targetCount + user % targetCount
    }

    /// How many multis a number of users are in.
    package func multis(users: Int) -> Int {
        users / usersPerGroup * targetCount + min(users % usersPerGroup, targetCount)
    }

    /// How many of a number of users are in a multi.
    func users(ofMulti multi: Int, of users: Int) -> Int {
        let left = min(max(users - multi / targetCount * usersPerGroup, 0), usersPerGroup)
        return max(left - multi % targetCount + targetCount - 1, 0) / targetCount
    }
}
