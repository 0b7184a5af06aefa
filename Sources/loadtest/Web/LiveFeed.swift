import FoundationEssentials
import LoadEngine
import LoadReports

/// What `/live` sends: made once a second, whoever listens.
actor LiveFeed {
    /// What a page needs once.
    struct Hello: Encodable {
        struct Script: Encodable {
            let name: String
            let turns: Int
            let invocations: Int
        }

        /// A metric, and what it measures; in the order of all reports.
        struct Measured: Encodable {
            let name: String
            let formula: String
        }

        /// A file to keep.
        struct Download: Encodable {
            /// Where it is, below the page.
            let path: String
            let title: String
            let about: String
            /// Whether it is there only once the run has ended.
            let isAfterRun: Bool
            /// Whether a browser shows what is there, and keeps it only where it is asked to.
            let isShown: Bool

            private enum CodingKeys: String, CodingKey {
                case path, title, about
                case isAfterRun = "is_after_run"
                case isShown = "is_shown"
            }
        }

        /// What numbers may be at most.
        struct Limits: Encodable {
            let users = EngineConfiguration.mostUsers
            let invocations = Conversation.maximumInvocations
        }

        let version: String
        let defaults: Defaults
        let limits = Limits()
        let isMock: Bool
        /// Whether the form's host cannot be another.
        let isHostLocked: Bool
        let conversations: [Script]
        let metrics = Metric.allCases.map { Measured(name: $0.label, formula: $0.formula) }
        let downloads = ReportFormat.all.compactMap { format in
            format.download.map {
                Download(
                    path: $0.path,
                    title: $0.title,
                    about: $0.about,
                    isAfterRun: $0.isAfterRun,
                    isShown: format.page != nil
                )
            }
        }
        let configuration: [String: String]
        let hasCharts: Bool
        let chartsNote: String

        private enum CodingKeys: String, CodingKey {
            case version, defaults, limits, conversations, metrics, downloads, configuration
            case isMock = "is_mock"
            case isHostLocked = "is_host_locked"
            case hasCharts = "has_charts"
            case chartsNote = "charts_note"
        }
    }

    private struct LogLines: Encodable {
        let lines: [WebLog.Line]
        let replaces: Bool
    }

    /// How far a listener is.
    private struct Seen: Hashable {
        var generation = WebMoment.Generation()
        var intervalS = 0.0
        var points = 0
        var logLines = 0

        init(_ moment: WebMoment, logLines: Int) {
            generation = moment.generation
            intervalS = moment.series.intervalS
            points = moment.series.points.count
            self.logLines = logLines
        }
    }

    private struct Listener {
        let continuation: AsyncStream<[UInt8]>.Continuation
        var seen: Seen
    }

    /// How long a page waits before it connects again, in ms.
    private static let retryMs = 1_000
    private static let interval = Duration.seconds(1)
    /// How many seconds a listener may be behind; what comes then it misses.
    static let mostWaiting = 16
    /// Of more listeners the oldest are sent away.
    ///
    /// They come again, as pages do; who only wants to be in the way keeps nobody out.
    static let mostListeners = 64

    private let runs: WebRuns
    private let log: WebLog
    private let hello: Hello
    private var listeners: [Int: Listener] = [:]
    private var nextListener = 0

    init(_ runs: WebRuns, log: WebLog, hello: Hello) {
        self.runs = runs
        self.log = log
        self.hello = hello
    }

    /// Everything from now on, with what there was so far at its beginning.
    ///
    /// A listener that does not keep up misses seconds, and gets what it has missed as soon as it keeps up again.
    func events() async -> AsyncStream<[UInt8]> {
        let moment = await runs.sharedMoment()
        let (stream, continuation) = AsyncStream.makeStream(
            of: [UInt8].self,
            bufferingPolicy: .bufferingOldest(Self.mostWaiting)
        )
        let id = nextListener
        nextListener += 1
        continuation.onTermination = { [weak self] _ in Task { await self?.remove(id) } }
        let (lines, count) = log.lines(after: 0)
        var beginning = Array("retry: \(Self.retryMs)\n\n".utf8)
        beginning += Self.event("hello", hello)
        beginning += Self.event("state", moment.state)
        beginning += Self.event("charts", moment.charts)
        beginning += Self.event("log", LogLines(lines: lines, replaces: true))
        continuation.yield(beginning)
        listeners[id] = Listener(continuation: continuation, seen: Seen(moment, logLines: count))
        while listeners.count > Self.mostListeners, let oldest = listeners.keys.min() {
            listeners.removeValue(forKey: oldest)?.continuation.finish()
        }
        return stream
    }

    private func remove(_ id: Int) { listeners[id] = nil }

    /// Sends once a second, for as long as the program lives.
    func run() async {
        while !Task.isCancelled {
            await tell()
            try? await Task.sleep(for: Self.interval)
        }
    }

    /// Sends what is new.
    func tell() async {
        let moment = await runs.tick()
        guard !listeners.isEmpty else { return }
        let state = Self.event("state", moment.state)
        // Most have seen the same.
        var news: [Seen: [UInt8]] = [:]
        let now = Seen(moment, logLines: log.count)
        for (id, listener) in listeners {
            let bytes = news[listener.seen] ?? state + changes(from: listener.seen, to: now, moment)
            news[listener.seen] = bytes
            if case .enqueued = listener.continuation.yield(bytes) { listeners[id]?.seen = now }
        }
    }

    /// What is new besides the state.
    private func changes(from seen: Seen, to now: Seen, _ moment: WebMoment) -> [UInt8] {
        var bytes: [UInt8] = []
        if now.generation != seen.generation || now.intervalS != seen.intervalS
            || !(seen.points...seen.points + 1).contains(now.points)
        {
            bytes += Self.event("charts", moment.charts)
        } else {
            for point in moment.newPoints(shown: seen.points) { bytes += Self.event("point", point) }
        }
        // Lines that come meanwhile are told the next time.
        let lines = log.lines(after: seen.logLines).lines.prefix(now.logLines - seen.logLines)
        if !lines.isEmpty { bytes += Self.event("log", LogLines(lines: Array(lines), replaces: false)) }
        return bytes
    }

    private static func event(_ name: String, _ value: some Encodable) -> [UInt8] {
        // JSON has no line ends of its own.
        let json = (try? JSONEncoder().encode(value)).map { Shown.json($0) } ?? Array("null".utf8)
        return Array("event: \(name)\ndata: ".utf8) + json + Array("\n\n".utf8)
    }
}
