/// The file's `generator`; without histograms what a page is told of it.
package struct GeneratorOfFile: Codable {
    let canary: LatenessOfFile?
    let loopIteration: LatenessOfFile?
    /// Turns that met a kept connection the server had closed.
    let staleReuse: UInt64
    private var others: GeneratorUsage

    package init(_ result: RunResult, withHistograms: Bool = true) {
        others = result.generator
        staleReuse = result[.staleReuse]
        canary = others.canary.map { LatenessOfFile($0, .canary, withHistogram: withHistograms) }
        loopIteration = others.loopIteration.map { LatenessOfFile($0, .loopIteration, withHistogram: withHistograms) }
    }

    /// The generator as it was counted.
    var usage: GeneratorUsage {
        var usage = others
        usage.canaryDelays = canary?.distribution ?? Distribution()
        usage.loopIterations = loopIteration?.distribution ?? Distribution()
        return usage
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: FileKey.self)
        others = GeneratorUsage(
            cpuS: try container.decode(Double.self, forKey: "cpu_s"),
            peakRssBytes: try container.decode(UInt64.self, forKey: "peak_rss_bytes"),
            connectionsOpened: try container.decode(UInt64.self, forKey: "connections_opened")
        )
        staleReuse = try container.decode(UInt64.self, forKey: "stale_reuse")
        others.libcurl = try container.decodeIfPresent(String.self, forKey: "libcurl")
        others.libcurlNote = try container.decodeIfPresent(String.self, forKey: "libcurl_note")
        others.addresses = try container.decodeIfPresent([AddressUsage].self, forKey: "addresses")
        others.maxErrorMs = try container.decodeIfPresent(Double.self, forKey: "max_error_ms")
        others.lostProcesses = try container.decodeIfPresent([String].self, forKey: "lost_processes")
        others.lostMock = try container.decodeIfPresent(String.self, forKey: "lost_mock")
        others.eventLog = try container.decodeIfPresent(EventLogUsage.self, forKey: "event_log")
        canary = try LatenessOfFile(.canary, in: container)
        loopIteration = try LatenessOfFile(.loopIteration, in: container)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: FileKey.self)
        try container.encode(others.cpuS, forKey: "cpu_s")
        try container.encode(others.peakRssBytes, forKey: "peak_rss_bytes")
        try container.encode(others.connectionsOpened, forKey: "connections_opened")
        try container.encode(staleReuse, forKey: "stale_reuse")
        try container.encodeIfPresent(others.libcurl, forKey: "libcurl")
        try container.encodeIfPresent(others.libcurlNote, forKey: "libcurl_note")
        try container.encodeIfPresent(others.addresses, forKey: "addresses")
        try container.encodeIfPresent(others.maxErrorMs, forKey: "max_error_ms")
        try container.encodeIfPresent(others.lostProcesses, forKey: "lost_processes")
        try container.encodeIfPresent(others.lostMock, forKey: "lost_mock")
        try container.encodeIfPresent(others.eventLog, forKey: "event_log")
        try canary?.encode(to: &container)
        try loopIteration?.encode(to: &container)
    }
}
