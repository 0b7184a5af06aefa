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
    /// All durations in nanoseconds, in HdrHistogram's interchange format (V2, zlib, base64); nil where it was left out.
    public var hdr: String?

    enum CodingKeys: String, CodingKey {
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
    package init?(_ samples: some DurationSamples, withHistogram: Bool = false) {
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
        hdr = withHistogram ? samples.text : nil
    }

    /// The durations again; nil without `hdr`, or when it is not one of this project's.
    package var durations: RecordedDurations? {
        hdr.flatMap {
            RecordedDurations(
                text: $0,
                sumNs: UInt64((meanMs * 1e6 * Double(count)).rounded()),
                minimumNs: UInt64((minMs * 1e6).rounded()),
                maximumNs: UInt64((maxMs * 1e6).rounded())
            )
        }
    }

    /// The distribution of all durations together.
    ///
    /// Percentiles come from the added histograms; they are never averaged.
    /// - Parameter parts: All with `hdr`; one without it is left out.
    /// - Returns: Nil without samples.
    static func merged(_ parts: [MetricSummary]) -> MetricSummary? {
        var all = RecordedDurations()
        for part in parts { if let durations = part.durations { all.add(durations) } }
        return MetricSummary(all, withHistogram: true)
    }
}

extension [String: MetricSummary] {
    /// The distributions of several parts of a run, by the metric's label.
    static func merged(_ parts: [[String: MetricSummary]]) -> [String: MetricSummary] {
        guard parts.count > 1 else { return parts.first ?? [:] }
        var result: [String: MetricSummary] = [:]
        for label in Set(parts.flatMap(\.keys)) {
            result[label] = MetricSummary.merged(parts.compactMap { $0[label] })
        }
        return result
    }
}
