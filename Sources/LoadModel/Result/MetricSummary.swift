/// How a metric's durations are distributed.
public struct MetricSummary: Codable, Sendable, Equatable {
    /// How many durations there are.
    public var count: UInt64
    /// The least, in milliseconds.
    public var minMs: Double
    /// The arithmetic mean, in milliseconds.
    public var meanMs: Double
    /// The median, in milliseconds; like all percentiles exact to three digits.
    public var p50Ms: Double
    /// The 90th percentile, in milliseconds.
    public var p90Ms: Double
    /// The 95th percentile, in milliseconds.
    public var p95Ms: Double
    /// The 99th percentile, in milliseconds.
    public var p99Ms: Double
    /// The 99.9th percentile, in milliseconds.
    public var p999Ms: Double
    /// The greatest, in milliseconds.
    public var maxMs: Double
    /// The durations themselves; nil when what was read had no `hdr`.
    package let durations: Distribution?

    package enum CodingKeys: String, CodingKey {
        case count, hdr
        case minMs = "min_ms"
        case meanMs = "mean_ms"
        case p50Ms = "p50_ms"
        case p90Ms = "p90_ms"
        case p95Ms = "p95_ms"
        case p99Ms = "p99_ms"
        case p999Ms = "p999_ms"
        case maxMs = "max_ms"
    }

    /// Nil without samples: none of the numbers would be true.
    package init?(_ samples: some DurationSamples) {
        guard samples.count > 0 else { return nil }
        let percentiles = samples.percentilesNs([50, 90, 95, 99, 99.9]).map(Nanoseconds.milliseconds)
        count = samples.count
        minMs = Nanoseconds.milliseconds(samples.minimumNs)
        meanMs = samples.meanNs / 1e6
        p50Ms = percentiles[0]
        p90Ms = percentiles[1]
        p95Ms = percentiles[2]
        p99Ms = percentiles[3]
        p999Ms = percentiles[4]
        maxMs = Nanoseconds.milliseconds(samples.maximumNs)
        // As it is, where it is one already: not a second time in memory.
        let all = samples as? Distribution ?? Distribution(samples)
        durations = all.hasBuckets ? all : nil
    }

    /// All durations in nanoseconds, in HdrHistogram's interchange format (V2, zlib, base64).
    public var hdr: String? { durations?.text }

    /// Reads a distribution.
    ///
    /// - Parameter decoder: Where from.
    /// - Throws: What the decoder throws.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func milliseconds(_ key: CodingKeys) throws -> Double { try container.decode(Double.self, forKey: key) }
        count = try container.decode(UInt64.self, forKey: .count)
        minMs = try milliseconds(.minMs)
        meanMs = try milliseconds(.meanMs)
        p50Ms = try milliseconds(.p50Ms)
        p90Ms = try milliseconds(.p90Ms)
        p95Ms = try milliseconds(.p95Ms)
        p99Ms = try milliseconds(.p99Ms)
        p999Ms = try milliseconds(.p999Ms)
        maxMs = try milliseconds(.maxMs)
        let exactNs = { (milliseconds: Double) in UInt64((min(max(milliseconds, 0), 1e12) * 1e6).rounded()) }
        let sum = min(max(meanMs, 0) * Double(count), 1e12)
        let (least, greatest) = (exactNs(minMs), exactNs(maxMs))
        durations = try container.decodeIfPresent(String.self, forKey: .hdr).map { [count] text in
            let read = Distribution(text: text, sumNs: exactNs(sum), minimumNs: least, maximumNs: greatest)
            guard let read, read.count == count else {
                // Without it, sums of several distributions would leave this one out.
                throw DecodingError.dataCorruptedError(
                    forKey: .hdr,
                    in: container,
                    debugDescription: "expected a histogram of loadtest with \(count) samples, found "
                        + (read.map { "one with \($0.count)" } ?? "something else")
                )
            }
            return read
        }
    }

    /// Writes the distribution, with `hdr`.
    ///
    /// - Parameter encoder: Where to.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try encodeNumbers(to: &container)
        try container.encodeIfPresent(hdr, forKey: .hdr)
    }

    /// Writes everything but `hdr`.
    package func encodeNumbers(to container: inout KeyedEncodingContainer<CodingKeys>) throws {
        try container.encode(count, forKey: .count)
        try container.encode(minMs, forKey: .minMs)
        try container.encode(meanMs, forKey: .meanMs)
        try container.encode(p50Ms, forKey: .p50Ms)
        try container.encode(p90Ms, forKey: .p90Ms)
        try container.encode(p95Ms, forKey: .p95Ms)
        try container.encode(p99Ms, forKey: .p99Ms)
        try container.encode(p999Ms, forKey: .p999Ms)
        try container.encode(maxMs, forKey: .maxMs)
    }

    /// The distribution as it was read; of one without `hdr` the percentiles that were stated.
    var distribution: Distribution {
        func exactNs(_ milliseconds: Double) -> UInt64 { Nanoseconds.ofMilliseconds(milliseconds) }
        return durations
            ?? Distribution(
                count: count,
                sumNs: exactNs(meanMs * Double(count)),
                minimumNs: exactNs(minMs),
                maximumNs: exactNs(maxMs),
                percentilesNs: [
                    50: exactNs(p50Ms), 90: exactNs(p90Ms), 95: exactNs(p95Ms), 99: exactNs(p99Ms),
                    99.9: exactNs(p999Ms),
                ]
            )
    }
}
