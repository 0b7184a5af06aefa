/// What the generator itself used, and how late it was: the error bar of all other numbers.
public struct GeneratorUsage: Codable, Sendable {
    /// The delay with which the loop reads a timestamp that another thread writes at a steady beat.
    ///
    /// It is the delay with which the loop reads everything else. It counts from the intended beat, so that beats which a
    /// busy machine left out count as well.
    public struct Canary: Codable, Sendable {
        /// How many timestamps were read.
        public var ticks: UInt64
        /// The median, in milliseconds.
        public var p50Ms: Double
        /// The 99th percentile, in milliseconds.
        public var p99Ms: Double
        /// The greatest, in milliseconds.
        public var maxMs: Double
        /// All delays in nanoseconds, in HdrHistogram's interchange format.
        public var hdr: String?

        enum CodingKeys: String, CodingKey {
            case ticks, hdr
            case p50Ms = "p50_ms"
            case p99Ms = "p99_ms"
            case maxMs = "max_ms"
        }
    }

    /// How long the loop was busy between two waits.
    public struct LoopTurn: Codable, Sendable {
        /// How many turns the loop made.
        public var count: UInt64
        /// The 99th percentile, in milliseconds.
        public var p99Ms: Double
        /// The greatest, in milliseconds.
        public var maxMs: Double
        /// All lengths in nanoseconds, in HdrHistogram's interchange format.
        public var hdr: String?

        enum CodingKeys: String, CodingKey {
            case count, hdr
            case p99Ms = "p99_ms"
            case maxMs = "max_ms"
        }
    }

    /// Processor time of the process during the run, user and system, in seconds.
    public var cpuS: Double
    /// The process's largest resident size, in bytes.
    public var peakRssBytes: UInt64
    /// Connections that were made.
    public var connectionsOpened: UInt64
    /// Turns that met a kept connection the server had closed.
    public var staleReuse: UInt64
    /// The version of libcurl that it ran on.
    public var libcurl: String?
    /// What that version costs and a newer one would not; nil when nothing.
    public var libcurlNote: String?
    /// What each address of the host got; nil unless it has several.
    public var addresses: [AddressUsage]?
    /// How late the loop was; nil before the first tick.
    public var canary: Canary?
    /// How long the loop was busy at a time; nil before its first turn.
    public var loopTurn: LoopTurn?
    /// What `canary.p99_ms` may be at most, in milliseconds, for the other numbers to be taken as true.
    public var maxErrorMs: Double?
    /// The processes that were lost during the run, and how.
    public var lostProcesses: [String]?
    /// How the mock assistant of the run ended by itself, and the run with it, as in "signal 9"; nil when it did not.
    public var lostMock: String?
    /// What has become of the event log; nil for a run without one.
    public var eventLog: EventLogUsage?

    enum CodingKeys: String, CodingKey {
        case canary, addresses, libcurl
        case libcurlNote = "libcurl_note"
        case cpuS = "cpu_s"
        case peakRssBytes = "peak_rss_bytes"
        case connectionsOpened = "connections_opened"
        case staleReuse = "stale_reuse"
        case loopTurn = "loop_turn"
        case maxErrorMs = "max_error_ms"
        case lostProcesses = "lost_processes"
        case lostMock = "lost_mock"
        case eventLog = "event_log"
    }

    /// Makes the usage of a run without its lateness.
    package init(cpuS: Double, peakRssBytes: UInt64, connectionsOpened: UInt64, staleReuse: UInt64) {
        self.cpuS = cpuS
        self.peakRssBytes = peakRssBytes
        self.connectionsOpened = connectionsOpened
        self.staleReuse = staleReuse
    }

    /// What was lost during the run, a sentence each: not all that was asked for was measured.
    package var losses: [String] { (lostProcesses ?? []) + (lostMock.map { [Self.text(ofLostMock: $0)] } ?? []) }

    /// What it means that the mock assistant of a run has ended.
    ///
    /// - Parameter end: How it has ended, as in "signal 9".
    /// - Returns: A sentence.
    package static func text(ofLostMock end: String) -> String {
        "the mock assistant of this run ended by itself (\(end)), and the run with it"
    }

    /// Adds how late the loop was.
    mutating func setLateness(_ lateness: Lateness, withHistograms: Bool) {
        if let values = MetricSummary(lateness.canary) {
            canary = Canary(
                ticks: values.count,
                p50Ms: values.p50Ms,
                p99Ms: values.p99Ms,
                maxMs: values.maxMs,
                hdr: withHistograms ? values.hdr : nil
            )
        }
        if let values = MetricSummary(lateness.loopTurn) {
            loopTurn = LoopTurn(
                count: values.count,
                p99Ms: values.p99Ms,
                maxMs: values.maxMs,
                hdr: withHistograms ? values.hdr : nil
            )
        }
    }

    /// The usage of several processes together: sums, and the lateness of all their loops.
    static func merged(_ parts: [GeneratorUsage]) -> GeneratorUsage {
        var all = GeneratorUsage(
            cpuS: parts.reduce(0) { $0 + $1.cpuS },
            peakRssBytes: parts.reduce(0) { $0 + $1.peakRssBytes },
            connectionsOpened: parts.reduce(0) { $0 + $1.connectionsOpened },
            staleReuse: parts.reduce(0) { $0 + $1.staleReuse }
        )
        all.libcurl = parts.lazy.compactMap(\.libcurl).first
        all.libcurlNote = parts.lazy.compactMap(\.libcurlNote).first
        all.addresses = AddressUsage.merged(parts.compactMap(\.addresses))
        var lateness = Lateness()
        for part in parts {
            lateness.canary.add(text: part.canary?.hdr, maximumMs: part.canary?.maxMs)
            lateness.loopTurn.add(text: part.loopTurn?.hdr, maximumMs: part.loopTurn?.maxMs)
        }
        all.setLateness(lateness, withHistograms: true)
        let lost = parts.flatMap { $0.lostProcesses ?? [] }
        all.lostProcesses = lost.isEmpty ? nil : lost
        all.lostMock = parts.lazy.compactMap(\.lostMock).first
        all.eventLog = .merged(parts.compactMap(\.eventLog))
        return all
    }
}

extension RecordedDurations {
    /// Adds the samples of a written histogram; its mean is not known, which only a mean would miss.
    fileprivate mutating func add(text: String?, maximumMs: Double?) {
        guard let text, let maximumMs else { return }
        let maximumNs = Nanoseconds.ofMilliseconds(maximumMs)
        guard let other = RecordedDurations(text: text, sumNs: 0, minimumNs: 0, maximumNs: maximumNs) else { return }
        add(other)
    }
}
