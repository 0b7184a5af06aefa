/// When users start: one type for every model of arrival, of which only the next moment is asked.
///
/// A closed model starts so many users, and each of them keeps its place until it ends. In an open model a user starts for
/// each conversation that arrives, or one that has just ended its own takes it.
/// - Isolation: loop
package struct Arrivals {
    private enum Model {
        case ramp(SpawnSchedule, count: Int, share: RunShare, taken: Int)
        case open(ArrivalSchedule)
    }

    private var model: Model
    /// A copy of an open model's schedule that is further on than those that were taken, and by how many.
    private var due: (schedule: ArrivalSchedule, ahead: UInt64)?
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
        model = .ramp(schedule, count: count, share: share, taken: 0)
        setNext()
    }

    /// Makes the arrivals of an open model.
    ///
    /// - Parameter schedule: When conversations arrive.
    package init(open schedule: ArrivalSchedule) {
        model = .open(schedule)
        due = (schedule, 0)
        setNext()
    }

    /// Changes the rate of an open model from a moment on; who has arrived before stays so.
    ///
    /// - Parameters:
    ///   - rate: The rate.
    ///   - atNs: The moment.
    package mutating func change(to rate: ArrivalRate, atNs: UInt64) {
        guard case .open(var schedule) = model else { return }
        schedule.change(to: rate, atNs: atNs)
        model = .open(schedule)
        due?.schedule.change(to: rate, atNs: atNs)
        setNext()
    }

    /// Takes the next arrival.
    ///
    /// - Returns: When it is; nil when there is none.
    package mutating func next() -> UInt64? {
        guard nextNs != Nanoseconds.never else { return nil }
        let takenNs = nextNs
        switch model {
        case .ramp(let schedule, let count, let share, let taken):
            model = .ramp(schedule, count: count, share: share, taken: taken + 1)
        case .open(var schedule):
            _ = schedule.next()
            model = .open(schedule)
            if let (_, ahead) = due { if ahead > 0 { due?.ahead -= 1 } else { due?.schedule = schedule } }
        }
        setNext()
        return takenNs
    }

    /// Counts those that have arrived by a moment and were not taken.
    ///
    /// - Parameter nowNs: The moment, never before that of an earlier call.
    /// - Returns: How many; 0 in a closed model.
    package mutating func waiting(nowNs: UInt64) -> UInt64 {
        guard var (schedule, ahead) = due else { return 0 }
        while schedule.nextNs <= nowNs {
            _ = schedule.next()
            ahead += 1
        }
        due = (schedule, ahead)
        return ahead
    }

    private mutating func setNext() {
        nextNs =
            switch model {
            case .ramp(let schedule, let count, let share, let taken):
                taken < count ? schedule.startNs(of: share.number(of: taken)) : Nanoseconds.never
            case .open(let schedule): schedule.nextNs
            }
    }
}
