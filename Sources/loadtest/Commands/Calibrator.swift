import LoadEngine

/// Measures on this machine what a turn, an event and a stream cost, in two short runs against a mock assistant.
enum Calibrator {
    private static let streams = 1_000
    private static let streamsPerSecond = 500.0
    private static let eventsPerStream = 40
    private static let shortTurns = 10_000
    private static let shortUsers = 200

    /// Measures.
    ///
    /// - Returns: What things cost here.
    /// - Throws: `EngineError` when a run cannot be made, or did not go as it must.
    static func run() async throws -> Calibration {
        DescriptorLimit.raise()
        // First the many streams: later ones would find memory that others gave back.
        var memory: [(streams: Double, bytes: Double)] = []
        let paced = try await summary(
            mock: ["--first-token", "100ms", "--interval", "100ms", "--jitter", "50"]
                + ["--events", "\(eventsPerStream)"],
            users: streams,
            perSecond: streamsPerSecond,
            turns: streams
        ) { run in
            // The state is told once a second: while the streams begin, and when all are there.
            while run.snapshot().phase != .finished {
                let live = Double(run.snapshot().activeTurns)
                if live > memory.last?.streams ?? 0 { memory.append((live, Double(ProcessUsage.residentBytes))) }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        let short = try await summary(
            mock: ["--first-token", "0", "--events", "1"],
            users: shortUsers,
            perSecond: 10_000,
            turns: shortTurns
        ) { _ in }
        guard let first = memory.first, let last = memory.last, last.streams > first.streams else {
            throw EngineError(operation: "calibrate", reason: "the machine is too busy to tell its memory; try again")
        }
        let bytesPerStream = max((last.bytes - first.bytes) / (last.streams - first.streams), 0)
        return Calibration(
            short: short,
            paced: paced,
            bytesPerStream: bytesPerStream,
            bytesPerProcess: max(first.bytes - first.streams * bytesPerStream, 0)
        )
    }

    private static func summary(
        mock: [String],
        users: Int,
        perSecond: Double,
        turns: Int,
        whileRunning: (LoadRun) async throws -> Void
    ) async throws -> Summary {
        try await MockProcess.run(arguments: ["--port", "0"] + mock) { mock in
            let conversation = Conversation(
                name: "calibration",
                invocations: turns,
                turns: [.init(role: "user", content: "How much does a turn cost?")]
            )
            var configuration = EngineConfiguration(host: mock.url, conversations: [conversation])
            configuration.users = users
            configuration.spawnRate = perSecond
            let run = try LoadRun.start(configuration)
            try await whileRunning(run)
            let summary = try await run.result()
            guard summary.turns.completed == UInt64(turns) else {
                throw EngineError(
                    operation: "calibrate",
                    reason: "\(summary.turns.failed) of \(turns) turns against the mock assistant failed: "
                        + summary.outcomes.keys.sorted().joined(separator: ", ")
                )
            }
            return summary
        }.result
    }
}
