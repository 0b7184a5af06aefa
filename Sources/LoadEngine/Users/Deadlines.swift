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
    /// From the last content event, whatever other bytes come.
    case stall
    /// From the send to the end marker.
    case turn
    /// From the send to when the user leaves; of turns that are left so.
    case abandon
    /// From a content event to when its user reads on, where users read slowly; no byte is waited for meanwhile.
    case read
    /// From the outcome to the end of the response.
    case drain

    /// Where a user's place in the list is among its entries.
    ///
    /// What never waits at the same time shares an entry: a connection is waited for before the outcome and the end of the
    /// response after it, the first content event before any other. Of the two that run from the send to the outcome the
    /// earlier one is waited for; and while a user does not read, no byte is.
    fileprivate var entry: Int {
        switch self {
        case .connect, .drain: 0
        case .firstToken, .stall: 1
        case .idle, .read: 2
        case .turn, .abandon: 3
        }
    }

    fileprivate var bit: UInt8 { 1 << UInt8(truncatingIfNeeded: rawValue) }
}

/// The deadlines of all users: one list per constant timeout, ordered by time because every entry is put at the end.
///
/// So arming, renewing and disarming cost a few memory accesses, and no timer is armed per event. Like `StableSlab` it is
/// a handle to its memory.
/// - Isolation: loop
package struct DeadlineLists {
    /// One user's place in one list.
    fileprivate struct Entry {
        var previous: Int32 = -1
        var next: Int32 = -1
        var deadlineNs = Nanoseconds.never
    }

    /// One user's places in all lists.
    ///
    /// Lies in the user's slot.
    package struct Places {
        fileprivate var entries = InlineArray<4, Entry>(repeating: Entry())
        /// A bit for each deadline whose list the user is in.
        fileprivate var armed: UInt8 = 0

        package init() {}
    }

    private struct List {
        var first: Int32 = -1
        var last: Int32 = -1
    }

    private let users: StableSlab<UserSlot>
    /// `Nanoseconds.never` switches a deadline off.
    private let timeoutsNs: InlineArray<8, UInt64>
    /// Without the 64th that it may pass too late; less than any time when it is switched off.
    private let stallTimeoutNs: Int64
    /// Whether users leave turns or read slowly.
    private let hasRareOnes: Bool
    /// `Shape:` one for each deadline.
    private let lists: UnsafeMutablePointer<List>

    /// Makes empty lists.
    ///
    /// - Parameters:
    ///   - users: All slots; the entries lie in them.
    ///   - timeoutNs: The timeout of a deadline, `Nanoseconds.never` for none.
    package init(of users: StableSlab<UserSlot>, timeoutNs: (Deadline) -> UInt64) {
        precondition(Deadline.allCases.count == 8, "one list for each deadline")
        self.users = users
        let stallNs = timeoutNs(.stall)
        let (latestNs, overflow) = stallNs.addingReportingOverflow(stallNs / 64)
        timeoutsNs = InlineArray { index in
            let deadline = Deadline(rawValue: index)
            guard deadline != .stall else { return overflow ? Nanoseconds.never : latestNs }
            return deadline.map(timeoutNs) ?? Nanoseconds.never
        }
        hasRareOnes = timeoutNs(.abandon) != Nanoseconds.never || timeoutNs(.read) != Nanoseconds.never
        stallTimeoutNs = overflow ? .min : Int64(clamping: stallNs)
        lists = .allocate(capacity: Deadline.allCases.count)
        lists.initialize(repeating: List(), count: Deadline.allCases.count)
    }

    /// Gives the lists' memory back.
    package func destroy() {
        lists.deallocate()
    }

    /// Puts a user at the end of a list, taking it out first if it is in it.
    ///
    /// It must be in no other list that has the same entry.
    /// - Parameters:
    ///   - deadline: Which list.
    ///   - user: The user's slot.
    ///   - nowNs: Must never go back.
    package func arm(_ deadline: Deadline, user: Int, nowNs: UInt64) {
        let timeoutNs = timeoutsNs[deadline.rawValue]
        guard timeoutNs != Nanoseconds.never else { return }
        let list = lists + deadline.rawValue
        let id = Int32(truncatingIfNeeded: user)
        let (deadlineNs, overflow) = nowNs.addingReportingOverflow(timeoutNs)
        if list.pointee.last != id {
            if isArmed(deadline, user: user) { unlink(deadline, user: user) }
            let last = list.pointee.last
            users[user].pointee.deadlines.entries[deadline.entry].previous = last
            users[user].pointee.deadlines.entries[deadline.entry].next = -1
            if last >= 0 {
                users[Int(last)].pointee.deadlines.entries[deadline.entry].next = id
            } else {
                list.pointee.first = id
            }
            list.pointee.last = id
            users[user].pointee.deadlines.armed |= deadline.bit
        }
        users[user].pointee.deadlines.entries[deadline.entry].deadlineNs = overflow ? Nanoseconds.never - 1 : deadlineNs
    }

    /// Arms the stall deadline of a user who has it already, unless that was within the last 64th of its timeout.
    ///
    /// It is done at every content event, by whoever has the slot at hand, so it must cost next to nothing: the deadline may pass that 64th too late, never
    /// too early.
    @inline(__always)
    package func renewStall(user: Int, _ slot: UnsafeMutablePointer<UserSlot>, nowNs: UInt64) {
        // It may have passed unnoticed.
        let restNs = Int64(bitPattern: slot.pointee.deadlines.entries[Deadline.stall.entry].deadlineNs &- nowNs)
        if restNs < stallTimeoutNs { arm(.stall, user: user, nowNs: nowNs) }
    }

    /// Takes a user out of a list, if it is in it.
    package func disarm(_ deadline: Deadline, user: Int) {
        guard isArmed(deadline, user: user) else { return }
        unlink(deadline, user: user)
        users[user].pointee.deadlines.armed &= ~deadline.bit
    }

    /// Takes a user out of all lists.
    package func disarmAll(user: Int) {
        var left = users[user].pointee.deadlines.armed
        users[user].pointee.deadlines.armed = 0
        while left != 0, let deadline = Deadline(rawValue: left.trailingZeroBitCount) {
            unlink(deadline, user: user)
            left &= left - 1
        }
    }

    /// Whether a user is in a list.
    package func isArmed(_ deadline: Deadline, user: Int) -> Bool {
        users[user].pointee.deadlines.armed & deadline.bit != 0
    }

    /// Joins those before and after a user in a list that it is in.
    private func unlink(_ deadline: Deadline, user: Int) {
        let list = lists + deadline.rawValue
        let entry = users[user].pointee.deadlines.entries[deadline.entry]
        if entry.previous >= 0 {
            users[Int(entry.previous)].pointee.deadlines.entries[deadline.entry].next = entry.next
        } else {
            list.pointee.first = entry.next
        }
        if entry.next >= 0 {
            users[Int(entry.next)].pointee.deadlines.entries[deadline.entry].previous = entry.previous
        } else {
            list.pointee.last = entry.previous
        }
    }

    /// The earliest deadline of all, `Nanoseconds.never` when none is armed.
    package var nextNs: UInt64 {
        // One by one, and the rare ones only where there are any: each iteration of the loop asks.
        let begins = min(nextNs(of: .connect), nextNs(of: .firstToken))
        let goesOn = min(nextNs(of: .idle), nextNs(of: .stall))
        let earliest = min(min(begins, goesOn), min(nextNs(of: .turn), nextNs(of: .drain)))
        return hasRareOnes ? min(earliest, min(nextNs(of: .abandon), nextNs(of: .read))) : earliest
    }

    /// The earliest one of a list, `Nanoseconds.never` when none is armed.
    @inline(__always)
    package func nextNs(of deadline: Deadline) -> UInt64 {
        let first = Int(lists[deadline.rawValue].first)
        return first >= 0 ? deadlineNs(deadline, user: first) : Nanoseconds.never
    }

    /// Takes out the first user of a list whose deadline has passed.
    package func takeExpired(_ deadline: Deadline, nowNs: UInt64) -> Int? {
        let first = Int(lists[deadline.rawValue].first)
        guard first >= 0, deadlineNs(deadline, user: first) <= nowNs else { return nil }
        disarm(deadline, user: first)
        return first
    }

    private func deadlineNs(_ deadline: Deadline, user: Int) -> UInt64 {
        users[user].pointee.deadlines.entries[deadline.entry].deadlineNs
    }
}
