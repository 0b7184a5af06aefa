/// When there is to be one user more or less, by stages of users.
///
/// Within a stage the number goes evenly from where it is to the target: the user with the number n, from 0, starts when the
/// line comes to n on its way up, and is too many when it comes to n on its way down. The parts of a run that processes share
/// have every N-th user of it, so that their sum is always that of the whole.
/// - Isolation: loop
struct UserSteps {
    private let stages: [LoadStages.Stage]
    private let startNs: UInt64
    private let share: RunShare
    private var stage = 0
    /// Since the start, when the stage begins.
    private var stageNs: UInt64 = 0
    /// How many users there are at the beginning of the stage, and now, in the whole run.
    private var from = 0
    private var count = 0
    /// When the next step is, `Nanoseconds.never` for none.
    private(set) var nextNs = Nanoseconds.never
    private var isMore = false

    /// Makes the steps from nobody on.
    ///
    /// - Parameters:
    ///   - stages: The stages, whose targets are users.
    ///   - startNs: When they begin.
    ///   - share: Which of the whole run's users these are.
    init(_ stages: LoadStages, startNs: UInt64, share: RunShare) {
        self.stages = stages.stages
        self.startNs = startNs
        self.share = share
        findNext()
    }

    /// Takes the next step.
    ///
    /// - Returns: When it is, and whether there is to be one user more, or less.
    mutating func next() -> (atNs: UInt64, isMore: Bool) {
        defer { findNext() }
        return (nextNs, isMore)
    }

    private mutating func findNext() {
        while stage < stages.count {
            let target = Int(stages[stage].target)
            let durationNs = stages[stage].duration.nanosecondsClamped
            guard count != target else {
                stage += 1
                stageNs += durationNs
                from = count
                continue
            }
            isMore = count < target
            let user = isMore ? count : count - 1
            count += isMore ? 1 : -1
            guard user % share.count == share.index else { continue }
            let way = Double(abs(user - from)) / Double(abs(target - from))
            nextNs = startNs + stageNs + UInt64((way * Double(durationNs)).rounded())
            return
        }
        nextNs = Nanoseconds.never
    }
}
