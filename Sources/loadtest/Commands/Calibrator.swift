import LoadEngine

/// Measures on this machine what a turn, an event and a stream cost, in short runs against a mock assistant.
///
/// What depends on how busy the machine is, is measured twice.
enum Calibrator {
    private static let mostStreams = 1_000
    /// With fewer the memory of a stream is lost in that of the process.
    private static let leastStreams = 50
    /// Of the most streams; fewer have more events, one after another as fast as is needed for as many per second.
    private static let eventsPerStream = 25
    private static let intervalUs = 100_000
    private static let shortTurns = 5_000
    private static let mostShortUsers = 200
    /// Descriptors for what the mocks are started with.
    private static let spareDescriptors = 16

    /// Measures.
    ///
    /// - Returns: What things cost here.
    /// - Throws: `EngineError` when a run cannot be made, or did not go as it must.
    static func run() async throws -> Calibration {
        DescriptorLimit.raise()
        try await DescriptorLimit.takeOwn()
        let streams = try affordableStreams()
        let began = ProcessorTimes.now()
        // First the memory of many streams, as they come: later ones would find memory that others gave back.
        var memory: [(streams: Double, bytes: Double)] = []
        let first = try await measure(streams: streams) { run in
            // The state is told once a second: while the streams begin, and when all are there.
            while run.snapshot().phase != .finished {
                let live = Double(run.snapshot().activeTurns)
                if live > memory.last?.streams ?? 0 { memory.append((live, Double(ProcessUsage.residentBytes))) }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        let second = try await measure(streams: streams) { _ in }
        guard let few = memory.first, let many = memory.last, many.streams > few.streams else {
            throw EngineError(operation: "calibrate", reason: "the machine is too busy to tell its memory; try again")
        }
        let bytesPerStream = max((many.bytes - few.bytes) / (many.streams - few.streams), 0)
        let ended = ProcessorTimes.now()
        return Calibration(
            [first, second],
            bytesPerStream: bytesPerStream,
            bytesPerProcess: max(few.bytes - few.streams * bytesPerStream, 0),
            othersShare: ended.flatMap { began?.othersShare(until: $0) }
        )
    }

    /// As many streams as the open files allow, here and in the mock, which may have as many.
    private static func affordableStreams() throws -> Int {
        let facts = SystemFacts.current()
        let affordable = RunNeeds.users(descriptors: facts.openFilesLimit - facts.openFiles - spareDescriptors)
        guard affordable >= leastStreams else {
            throw EngineError(
                operation: "calibrate",
                reason:
                    "that takes \(leastStreams) connections or more, and \(facts.openFilesLimit) open files are too "
                    + "few for them; raise the hard limit (ulimit -Hn)"
            )
        }
        return min(affordable, mostStreams)
    }

    private static func measure(
        streams: Int,
        whileRunning: (LoadRun) async throws -> Void
    ) async throws -> Calibration.Pair {
        let paced = try await summary(
            mock: ["--first-token", "100ms", "--interval", "\(intervalUs * streams / mostStreams)us", "--jitter", "50"]
                + ["--events", "\(eventsPerStream * mostStreams / streams)"],
            users: streams,
            perSecond: Double(streams) / 2,
            turns: streams,
            whileRunning: whileRunning
        )
        let short = try await summary(
            mock: ["--first-token", "0", "--events", "1"],
            users: min(mostShortUsers, streams),
            perSecond: 10_000,
            turns: shortTurns
        ) { _ in }
        return Calibration.Pair(short: short, paced: paced)
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
