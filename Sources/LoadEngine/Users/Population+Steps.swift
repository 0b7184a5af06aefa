/// One user more or less, as stages say.
extension Population {
    /// When there is to be one more or less next.
    var nextStepNs: UInt64 {
        guard phase == .running, glance.pointee.hasInvocations else { return Nanoseconds.never }
        return steps?.nextNs ?? Nanoseconds.never
    }

    /// Does all steps whose time has come.
    func takeSteps(nowNs: UInt64) {
        while nextStepNs <= nowNs, let (atNs, isMore) = steps?.next() {
            if isMore { addUser(intendedNs: atNs, nowNs: nowNs) } else { removeUser() }
        }
    }

    private func addUser(intendedNs: UInt64, nowNs: UInt64) {
        // Who is leaving stays.
        while retiredCount > 0, let user = leaving.popLast() {
            guard users[user].pointee.isActive, users[user].pointee.isRetired else { continue }
            users[user].pointee.isRetired = false
            retiredCount -= 1
            stayingBelow = max(stayingBelow, user + 1)
            return
        }
        spawn(intendedNs: intendedNs, nowNs: nowNs)
    }

    /// The one that came last leaves, as far as places tell.
    private func removeUser() {
        var user = min(stayingBelow, users.count) - 1
        // Not from the end each time: of many users that are to leave at once each would pass all before it.
        while user >= 0, !users[user].pointee.isActive || users[user].pointee.isRetired { user -= 1 }
        stayingBelow = max(user, 0)
        if user >= 0 { retire(user: user) }
    }

    /// A user is too many: it leaves after its turn or its conversation, or at once when it waits for something else.
    func retire(user: Int) {
        let slot = users[user]
        slot.pointee.isRetired = true
        retiredCount += 1
        if hasStages {
            // All others have left, or stay.
            if retiredCount == 1 { leaving.removeAll(keepingCapacity: true) }
            leaving.append(user)
        }
        // Who waits for a row of data has taken an invocation, which is not to be lost.
        guard slot.pointee.isResting, slot.pointee.intendedNs != Nanoseconds.never else { return }
        if slot.pointee.conversation < 0 || settings.rampDown == .turn { endRest(user: user) }
    }
}
