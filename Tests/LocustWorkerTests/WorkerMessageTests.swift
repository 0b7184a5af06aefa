import LocustWorker
import Testing

@Suite("What a worker says")
struct WorkerMessageTests {
    private let table = ClassTable([
        ClassTable.Entry(name: "ChatA", users: 1), ClassTable.Entry(name: "ChatB", users: 1),
    ])

    @Test("is byte for byte what Locust's own workers say")
    func captures() {
        let messages: [(WorkerMessage, [UInt8])] = [
            (.heartbeat(.running, WorkerUsage()), Captures.heartbeatFromWorker),
            (.spawning, Captures.spawningFromWorker),
            (.spawningComplete(table), Captures.spawningCompleteFromWorker),
            (.stats(idle), Captures.idleStatsFromWorker),
            (.stats(busy), Captures.statsFromWorker),
            (
                .logs(["[2026-11-23 16:41:51,712] vm/INFO/locust.main: Starting Locust 2.47.0"]),
                Captures.logsFromWorker
            ),
            (.quit, Captures.quitFromWorker),
        ]
        for (message, bytes) in messages { #expect(message.encoded(node: Captures.node) == bytes) }
        #expect(
            WorkerMessage.clientStopped.encoded(node: "vm_ae273ad084f04d2a8171debf230e062b")
                == Captures.clientStoppedFromWorker
        )
    }

    @Test("is ready without a version of Locust, for which a master takes -1")
    func ready() throws {
        let text: PackValue = .text(Captures.node)
        #expect(
            try PackDecoder.decode(WorkerMessage.clientReady.encoded(node: Captures.node))
                == .array([.text("client_ready"), .int(-1), text])
        )
        #expect(
            PackEncoder.encode(.array([.text("client_ready"), .text("2.47.0"), text])) == Captures.clientReadyFromWorker
        )
    }

    @Test("has in an exception both of what a master needs to read on")
    func exception() throws {
        let value = try PackDecoder.decode(WorkerMessage.exception("no host").encoded(node: "n"))
        guard case .array(let parts) = value else { throw MessageProblem("\(value)") }
        #expect(parts[1]["msg"] == .text("no host") && parts[1]["traceback"] == .text("no host"))
    }

    // MARK: The reports of the captures

    private var idle: StatsReport {
        var report = StatsReport(
            total: StatsReport.Entry(name: "Aggregated", method: "", startS: 1_795_452_111.7129848)
        )
        report.classes = table.empty
        return report
    }

    private typealias Seconds = [Int: UInt64]

    private func entry(
        _ name: String,
        _ method: String,
        requests: UInt64,
        last: Double,
        start: Double,
        total: Double,
        most: Double,
        least: Double?,
        bytes: UInt64,
        times: [(Double, UInt64)],
        perSecond: Seconds,
        failures: Seconds = [:]
    ) -> StatsReport.Entry {
        var entry = StatsReport.Entry(name: name, method: method, startS: start)
        entry.lastRequestS = last
        entry.requests = requests
        entry.failures = failures.values.reduce(0, +)
        entry.totalMs = total
        entry.maximumMs = most
        entry.minimumMs = least
        entry.contentBytes = bytes
        entry.times = times.map { StatsReport.TimeCount(ms: $0.0, count: $0.1) }
        func list(_ seconds: Seconds) -> [StatsReport.SecondCount] {
            seconds.sorted { $0.key < $1.key }.map { StatsReport.SecondCount(second: $0.key, count: $0.value) }
        }
        entry.requestsPerSecond = list(perSecond)
        entry.failuresPerSecond = list(failures)
        return entry
    }

    private var busy: StatsReport {
        let second = 1_795_452_112
        let perSecond: Seconds = [second: 2, second + 1: 6, second + 2: 4]
        var report = StatsReport(
            total: entry(
                "Aggregated",
                "",
                requests: 30,
                last: 1_795_452_114.565954,
                start: 1_795_452_112.5541816,
                total: 128963.52000000002,
                most: 58760.9,
                least: 42,
                bytes: 25086,
                times: [(87, 3), (100, 12), (42, 5), (150, 3), (3400, 2), (59000, 2), (1200, 2)],
                perSecond: [second: 5, second + 1: 15, second + 2: 10],
                failures: [second + 1: 1]
            )
        )
        report.total.requestsWithoutTime = 1
        var untimed = entry(
            "none-time",
            "ASYNC",
            requests: 1,
            last: 1_795_452_113.364075,
            start: 1_795_452_113.3640711,
            total: 0,
            most: 0,
            least: nil,
            bytes: 10,
            times: [],
            perSecond: [second + 1: 1]
        )
        untimed.requestsWithoutTime = 1
        report.entries = [
            entry(
                "/v1/chat/completions",
                "POST",
                requests: 12,
                last: 1_795_452_114.565944,
                start: 1_795_452_112.559104,
                total: 127558.32,
                most: 58760.9,
                least: 87.4,
                bytes: 24576,
                times: [(87, 3), (150, 3), (3400, 2), (59000, 2), (1200, 2)],
                perSecond: perSecond,
                failures: [second + 1: 1]
            ),
            entry(
                "conv_a.json",
                "TTFT",
                requests: 12,
                last: 1_795_452_114.5659578,
                start: 1_795_452_112.5591183,
                total: 1195.2,
                most: 99.6,
                least: 99.6,
                bytes: 0,
                times: [(100, 12)],
                perSecond: perSecond
            ),
            entry(
                "/v1/messages",
                "POST",
                requests: 5,
                last: 1_795_452_114.5646584,
                start: 1_795_452_112.5591826,
                total: 210,
                most: 42,
                least: 42,
                bytes: 500,
                times: [(42, 5)],
                perSecond: [second: 1, second + 1: 2, second + 2: 2]
            ),
            untimed,
        ]
        report.failures = [
            StatsReport.Failure(
                key: "c59f3b774ca05c392766c42fbd99f0ace1a9392dd6e018c1ad6cc6186329728f",
                name: "/v1/chat/completions",
                method: "POST",
                error: "ValueError('HTTP 503 overloaded')",
                count: 1,
                firstSeenS: 1_795_452_113.961138,
                lastSeenS: 1_795_452_113.961138
            )
        ]
        report.classes = ClassTable([
            ClassTable.Entry(name: "ChatA", users: 3), ClassTable.Entry(name: "ChatB", users: 1),
        ])
        return report
    }
}
