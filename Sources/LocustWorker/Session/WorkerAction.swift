/// What a session wants done.
package enum WorkerAction: Sendable, Equatable {
    case send(WorkerMessage)
    /// Send a heartbeat, with what the process uses.
    case beat(WorkerState)
    /// Send what has come since the last report, with these users.
    case report(ClassTable)
    /// Close the connection and open another: under the same name, or under a new one.
    case open(asNew: Bool)
    case start(WorkerRun)
    /// Change the number of users of the run that goes on; further ones start at that many per second.
    case setUsers(Int, spawnRate: Double)
    /// End the run that goes on: its turns get the stop timeout, or none.
    case stop(atOnce: Bool)
    case resetStatistics
    /// Forget the run that was started last: it is to be ended, if it begins after all.
    case forget
    /// Tell somebody who looks on.
    case say(String)
    /// Be no worker any more.
    case end(WorkerEnd)
}

/// A run that a master asks for.
package struct WorkerRun: Sendable, Equatable {
    /// Counts the runs of a worker: what is told of another one is of no interest.
    package var number: Int
    /// With the users that it begins with, at least one.
    package var order: SpawnOrder
    package var spawnRate: Double
    package var shard: ShardOrder?
}

/// Why a worker ends.
package enum WorkerEnd: Sendable, Equatable {
    /// The master has said so.
    case quit
    case interrupted
    /// No master has answered for so long.
    case noMaster(Duration)
}

/// What a session is told.
package enum WorkerEvent: Sendable, Equatable {
    case connected
    case disconnected
    case message(MasterMessage)
    /// Something came that cannot be understood.
    case nonsense(MessageProblem)
    case runStarted(Int)
    case runFailed(Int, String)
    /// A run has ended, whyever; `failure` says why it could not go on.
    case runEnded(Int, failure: String?)
    case interrupted
    /// Time has passed.
    case tick
}

/// How a run is, as far as a session has to know it.
package struct RunGlance: Sendable, Equatable {
    package var activeUsers: Int
    /// The most users that there can be: no more than there are invocations left.
    package var mostUsers: Int

    package init(activeUsers: Int = 0, mostUsers: Int = .max) {
        self.activeUsers = activeUsers
        self.mostUsers = mostUsers
    }
}
