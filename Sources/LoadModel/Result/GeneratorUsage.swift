/// What the generator itself used, and how late it was: the error bar of all other numbers.
public struct GeneratorUsage: Codable, Sendable {
    /// Processor time of the process during the run, user and system, in seconds.
    public var cpuS: Double
    /// The process's largest resident size, in bytes.
    public var peakRssBytes: UInt64
    /// Connections that were made.
    public var connectionsOpened: UInt64
    /// The version of libcurl that it ran on.
    public var libcurl: String?
    /// What that version costs and a newer one would not; nil when nothing.
    public var libcurlNote: String?
    /// What each address of the host got; nil unless it has several.
    public var addresses: [AddressUsage]?
    /// How late the loop was in reading canaries, which is the error bar.
    public package(set) var canaryDelays = Distribution()
    /// How long the loop was busy between two waits.
    public package(set) var loopIterations = Distribution()
    /// What `canary.p99_ms` may be at most, in milliseconds, for the other numbers to be taken as true.
    public var maxErrorMs: Double?
    /// The processes that were lost during the run, and how.
    public var lostProcesses: [String]?
    /// How the mock assistant of the run ended by itself, and the run with it, as in "signal 9"; nil when it did not.
    public var lostMock: String?
    /// What has become of the event log; nil for a run without one.
    public var eventLog: EventLogUsage?

    /// Makes the usage of a run without its lateness.
    package init(cpuS: Double = 0, peakRssBytes: UInt64 = 0, connectionsOpened: UInt64 = 0) {
        self.cpuS = cpuS
        self.peakRssBytes = peakRssBytes
        self.connectionsOpened = connectionsOpened
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

    /// The delay with which the loop reads a timestamp that another thread writes at a steady beat; nil before the first.
    ///
    /// It is the delay with which the loop reads everything else. It counts from the intended beat, so that beats which a
    /// busy machine left out count as well.
    public var canary: MetricSummary? { MetricSummary(canaryDelays) }
    /// How long the loop was busy between two waits; nil before its first iteration.
    public var loopIteration: MetricSummary? { MetricSummary(loopIterations) }

    /// The usage of several processes together: sums, and the lateness of all their loops.
    static func merged(_ parts: [GeneratorUsage]) -> GeneratorUsage {
        var all = GeneratorUsage(
            cpuS: parts.reduce(0) { $0 + $1.cpuS },
            peakRssBytes: parts.reduce(0) { $0 + $1.peakRssBytes },
            connectionsOpened: parts.reduce(0) { $0 + $1.connectionsOpened }
        )
        all.libcurl = parts.lazy.compactMap(\.libcurl).first
        all.libcurlNote = parts.lazy.compactMap(\.libcurlNote).first
        all.addresses = AddressUsage.merged(parts.compactMap(\.addresses))
        for part in parts {
            all.canaryDelays.add(part.canaryDelays)
            all.loopIterations.add(part.loopIterations)
        }
        let lost = parts.flatMap { $0.lostProcesses ?? [] }
        all.lostProcesses = lost.isEmpty ? nil : lost
        all.lostMock = parts.lazy.compactMap(\.lostMock).first
        all.eventLog = .merged(parts.compactMap(\.eventLog))
        return all
    }

    /// What has come since an earlier moment; memory that was taken stays taken.
    func since(_ earlier: GeneratorUsage) -> GeneratorUsage {
        var new = self
        new.cpuS = max(cpuS - earlier.cpuS, 0)
        new.connectionsOpened -= min(earlier.connectionsOpened, connectionsOpened)
        new.addresses = addresses.map { AddressUsage.difference($0, since: earlier.addresses ?? []) }
        new.canaryDelays = canaryDelays.since(earlier.canaryDelays)
        new.loopIterations = loopIterations.since(earlier.loopIterations)
        return new
    }
}
