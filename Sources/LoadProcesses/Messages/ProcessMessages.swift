import LoadEngine

/// What the program tells each of the processes that share a run.
enum ParentMessage: Codable {
    /// The plan, with the process's share. The first message.
    case prepare(RunPlan)
    /// Start at this moment, in nanoseconds of the monotonic clock.
    case begin(startNs: UInt64)
    /// The number of users of the whole run, and how many start per second, as if each of its processes had as many as
    /// this one; nil for the rate so far.
    case setUsers(Int, spawnRate: Double?)
    /// How often conversations of the whole run arrive, from a moment of the monotonic clock on.
    case setArrivalRate(ArrivalRate, atNs: UInt64)
    /// Count from now on; at the end of the warm-up, with what was counted kept apart.
    case resetStatistics(endsWarmUp: Bool)
    /// End the run; at once, running turns are cancelled, as by a second interruption.
    case stop(StopReason, atOnce: Bool)
}

/// What a process that plays a part of a run tells the program.
enum ChildMessage: Codable {
    /// The plan has come.
    case isPrepared
    /// What has changed of the state of its part, and what has happened since the message before, in the order of time: once
    /// a second, less often when there is much to tell.
    case progress(SnapshotChanges, [TimePoint])
    /// Its part has ended; what has changed since the message before, and all that happened over time; the last message.
    case ended(Summary.Run, SnapshotChanges, TimeSeries)
    /// It cannot go on; the last message.
    case failed(operation: String, reason: String)

    /// Whether no other follows it.
    var isLast: Bool {
        switch self {
        case .ended, .failed: true
        case .isPrepared, .progress: false
        }
    }
}
