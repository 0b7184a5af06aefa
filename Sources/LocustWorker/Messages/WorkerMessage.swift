/// What a worker says.
package enum WorkerMessage: Sendable, Equatable {
    /// How grave what is told is, by the words of Python's log.
    package enum Level: String, Sendable {
        case info, warning, error
    }

    /// It wants to work, in whatever version of Locust.
    case clientReady
    case heartbeat(WorkerState, WorkerUsage)
    case spawning
    case spawningComplete(ClassTable)
    case stats(StatsReport)
    case clientStopped
    case quit
    /// It could not do what it was asked for.
    case exception(String)
    /// The last lines of its log, all of them.
    case logs([String])
    // To the master's locustfile.
    /// All invocations of its part of a test have been played.
    case drained(test: String)
    /// Its turns have ended, as `finish` has asked.
    case finished
    /// It cannot play its part of the test.
    case refused(String)
    /// It has come back, under another name or not, and plays that part of a test.
    case resumed(ShardOrder)
    /// A line for the master's log.
    case note(Level, String)

    /// The bytes of the message.
    ///
    /// - Parameter node: The name of the worker, as the master knows it.
    /// - Returns: One MessagePack value.
    package func encoded(node: String) -> [UInt8] {
        PackEncoder.encode(.array([.text(type), data(node), .text(node)]))
    }

    private var type: String {
        switch self {
        case .clientReady: "client_ready"
        case .heartbeat: "heartbeat"
        case .spawning: "spawning"
        case .spawningComplete: "spawning_complete"
        case .stats: "stats"
        case .clientStopped: "client_stopped"
        case .quit: "quit"
        case .exception: "exception"
        case .logs: "logs"
        case .drained: "drained"
        case .finished: "finished"
        case .refused: "refused"
        case .resumed: "resumed"
        case .note: "note"
        }
    }

    private func data(_ node: String) -> PackValue {
        switch self {
        // No version of Locust: the master does not compare it with its own.
        case .clientReady: .int(-1)
        case .spawning, .clientStopped, .quit, .finished: .null
        case .drained(let test): .object(["test": .text(test)])
        case .heartbeat(let state, let usage):
            .object([
                "state": .text(state.rawValue), "current_cpu_usage": .double(usage.cpuPercent),
                "current_memory_usage": .count(usage.memoryBytes),
            ])
        case .spawningComplete(let classes):
            .object(["user_classes_count": classes.packed, "user_count": .count(UInt64(max(classes.users, 0)))])
        case .stats(let report): report.packed
        // Without both a master reads no message any more, of no worker. Exceptions are grouped by the traceback.
        case .exception(let text): .object(["msg": .text(text), "traceback": .text(text)])
        case .logs(let lines): .object(["worker_id": .text(node), "logs": .array(lines.map { .text($0) })])
        case .refused(let text): .object(["msg": .text(text)])
        case .resumed(let order):
            .object([
                "test": .text(order.test), "index": order.share.map { .int(Int64($0.index)) } ?? .null,
                "count": .int(Int64(order.share?.count ?? 0)),
            ])
        case .note(let level, let text): .object(["level": .text(level.rawValue), "msg": .text(text)])
        }
    }
}

/// How far a worker is, as a master counts it; other words would take it out of all its counts.
package enum WorkerState: String, Sendable {
    case ready, spawning, running
}

/// What a worker uses of its machine.
package struct WorkerUsage: Sendable, Equatable {
    /// 100 is one core.
    package var cpuPercent: Double
    /// What is resident.
    package var memoryBytes: UInt64

    package init(cpuPercent: Double = 0, memoryBytes: UInt64 = 0) {
        self.cpuPercent = cpuPercent
        self.memoryBytes = memoryBytes
    }
}
