/// The deadlines a turn can miss.
///
/// Each has one constant timeout for the whole run.
package enum Deadline: Int, CaseIterable, Sendable {
    /// From the send to a connection.
    case connect
    /// From the send to the first content event.
    case firstToken
    /// From the last byte, once there was a content event.
    case idle
    /// From the send to the end marker.
    case turn
    /// From the outcome to the end of the response.
    case drain
}

/// The deadlines of all users: one list per constant timeout, ordered by time because every entry is put at the end.
///
/// So arming, renewing and disarming cost a few memory accesses, and no timer is armed per event. Like `StableSlab` it is
/// a handle to its memory.
/// - Isolation: loop
package struct DeadlineLists {
    /// One user's place in one list.
    ///
    /// Lies in the user's slot.
    package struct Entry {
        fileprivate var previous: Int32 = -1
        fileprivate var next: Int32 = -1
        fileprivate(set) var deadlineNs = Nanoseconds.never

        package init() {}
    }

    private struct List {
        var first: Int32 = -1
        var last: Int32 = -1
    }

    private let users: StableSlab<UserSlot>
    /// `Nanoseconds.never` switches a deadline off.
    private let timeoutsNs: InlineArray<5, UInt64>
    /// `Shape:` one for each deadline.
    private let lists: UnsafeMutablePointer<List>

    /// Makes empty lists.
    ///
    /// - Parameters:
    ///   - users: All slots; the entries lie in them.
    ///   - timeoutNs: The timeout of a deadline, `Nanoseconds.never` for none.
    package init(of users: StableSlab<UserSlot>, timeoutNs: (Deadline) -> UInt64) {
        precondition(Deadline.allCases.count == 5, "one list for each deadline")
        self.users = users
        timeoutsNs = InlineArray { index in Deadline(rawValue: index).map(timeoutNs) ?? Nanoseconds.never }
        lists = .allocate(capacity: Deadline.allCases.count)
        lists.initialize(repeating: List(), count: Deadline.allCases.count)
    }

    /// Gives the lists' memory back.
    package func destroy() {
        lists.deallocate()
    }

    /// Puts a user at the end of a list, taking it out first if it is in it.
    ///
    /// - Parameters:
    ///   - deadline: Which list.
    ///   - user: The user's slot.
    ///   - nowNs: Must never go back.
    package func arm(_ deadline: Deadline, user: Int, nowNs: UInt64) {
        let index = deadline.rawValue
        let timeoutNs = timeoutsNs[index]
        guard timeoutNs != Nanoseconds.never else { return }
        let id = Int32(truncatingIfNeeded: user)
        let (deadlineNs, overflow) = nowNs.addingReportingOverflow(timeoutNs)
        if lists[index].last != id {
            remove(user, from: index)
            let last = lists[index].last
            users[user].pointee.deadlines[index].previous = last
            if last >= 0 {
                users[Int(last)].pointee.deadlines[index].next = id
            } else {
                lists[index].first = id
            }
            lists[index].last = id
        }
        users[user].pointee.deadlines[index].deadlineNs = overflow ? Nanoseconds.never - 1 : deadlineNs
    }

    /// Takes a user out of a list, if it is in it.
    package func disarm(_ deadline: Deadline, user: Int) {
        remove(user, from: deadline.rawValue)
    }

    /// Takes a user out of all lists.
    package func disarmAll(user: Int) {
        for index in 0..<Deadline.allCases.count { remove(user, from: index) }
    }

    private func remove(_ user: Int, from index: Int) {
        let entry = users[user].pointee.deadlines[index]
        guard entry.deadlineNs != Nanoseconds.never else { return }
        if entry.previous >= 0 {
            users[Int(entry.previous)].pointee.deadlines[index].next = entry.next
        } else {
            lists[index].first = entry.next
        }
        if entry.next >= 0 {
            users[Int(entry.next)].pointee.deadlines[index].previous = entry.previous
        } else {
            lists[index].last = entry.previous
        }
        users[user].pointee.deadlines[index] = Entry()
    }

    /// The earliest deadline of all, `Nanoseconds.never` when none is armed.
    package var nextNs: UInt64 {
        var earliest = Nanoseconds.never
        for index in 0..<Deadline.allCases.count where lists[index].first >= 0 {
            earliest = min(earliest, users[Int(lists[index].first)].pointee.deadlines[index].deadlineNs)
        }
        return earliest
    }

    /// Takes out the first user of a list whose deadline has passed.
    package func takeExpired(_ deadline: Deadline, nowNs: UInt64) -> Int? {
        let first = Int(lists[deadline.rawValue].first)
        guard first >= 0, users[first].pointee.deadlines[deadline.rawValue].deadlineNs <= nowNs else { return nil }
        disarm(deadline, user: first)
        return first
    }
}
