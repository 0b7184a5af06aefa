/// When users start: one type for every model of arrival, of which only the next moment is asked.
///
/// A closed model starts so many users, and each of them keeps its place until it ends.
/// - Isolation: loop
package struct Arrivals {
    private let schedule: SpawnSchedule
    private let count: Int
    private let share: RunShare
    private var taken = 0
    /// When the next user is to start, in nanoseconds of the schedule's clock; `Nanoseconds.never` when none is.
    package private(set) var nextNs = Nanoseconds.never

    /// Nobody.
    package static let none = Arrivals(ramp: SpawnSchedule(startNs: 0, rate: 1), count: 0, share: .whole)

    /// Makes the arrivals of a closed model: so many users at a constant rate.
    ///
    /// - Parameters:
    ///   - schedule: When each user of the whole run starts.
    ///   - count: How many users of this part of the run start.
    ///   - share: Which of the whole run's users they are.
    package init(ramp schedule: SpawnSchedule, count: Int, share: RunShare) {
        self.schedule = schedule
        self.count = count
        self.share = share
        findNext()
    }

    /// Takes the next user.
    ///
    /// - Returns: When it is to start; nil when there is none.
    package mutating func next() -> UInt64? {
        guard nextNs != Nanoseconds.never else { return nil }
        defer { findNext() }
        taken += 1
        return nextNs
    }

    private mutating func findNext() {
        nextNs = taken < count ? schedule.startNs(of: share.number(of: taken)) : Nanoseconds.never
    }
}
