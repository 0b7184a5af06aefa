/// How late the generator was, as the file's `generator` has it: a few numbers, and the histogram.
struct LatenessOfFile {
    /// What was late, which decides on the keys.
    enum Kind {
        case canary
        case loopIteration

        /// Its key; of the second also the former one, which is written as well for one version, for readers that look for it.
        var keys: [FileKey] {
            switch self {
            case .canary: ["canary"]
            case .loopIteration: ["loop_iteration", "loop_turn"]
            }
        }

        var countKey: FileKey { self == .canary ? "ticks" : "count" }

        /// Whether the median is written.
        var hasMedian: Bool { self == .canary }
    }

    let kind: Kind
    let count: UInt64
    let maxMs: Double
    let hdr: String?
    /// The percentiles that are written, in milliseconds.
    private let p50Ms: Double?
    private let p99Ms: Double

    init(_ lateness: MetricSummary, _ kind: Kind, withHistogram: Bool) {
        self.kind = kind
        count = lateness.count
        p50Ms = kind.hasMedian ? lateness.p50Ms : nil
        p99Ms = lateness.p99Ms
        maxMs = lateness.maxMs
        hdr = withHistogram ? lateness.hdr : nil
    }

    /// Nil when the file has none.
    init?(_ kind: Kind, in generator: KeyedDecodingContainer<FileKey>) throws {
        let key = try kind.keys.first { try generator.contains($0) && !generator.decodeNil(forKey: $0) }
        guard let key else { return nil }
        let container = try generator.nestedContainer(keyedBy: FileKey.self, forKey: key)
        self.kind = kind
        count = try container.decode(UInt64.self, forKey: kind.countKey)
        p50Ms = kind.hasMedian ? try container.decode(Double.self, forKey: "p50_ms") : nil
        p99Ms = try container.decode(Double.self, forKey: "p99_ms")
        maxMs = try container.decode(Double.self, forKey: "max_ms")
        hdr = try container.decodeIfPresent(String.self, forKey: "hdr")
    }

    func encode(to generator: inout KeyedEncodingContainer<FileKey>) throws {
        for key in kind.keys {
            var container = generator.nestedContainer(keyedBy: FileKey.self, forKey: key)
            try container.encode(count, forKey: kind.countKey)
            try container.encodeIfPresent(p50Ms, forKey: "p50_ms")
            try container.encode(p99Ms, forKey: "p99_ms")
            try container.encode(maxMs, forKey: "max_ms")
            try container.encodeIfPresent(hdr, forKey: "hdr")
        }
    }

    /// The delays, of whose sum and least the file tells nothing.
    var distribution: Distribution {
        let maximumNs = Nanoseconds.ofMilliseconds(maxMs)
        if let hdr, let read = Distribution(text: hdr, sumNs: 0, minimumNs: 0, maximumNs: maximumNs) { return read }
        var percentilesNs: [Double: UInt64] = [99: Nanoseconds.ofMilliseconds(p99Ms)]
        percentilesNs[50] = p50Ms.map(Nanoseconds.ofMilliseconds)
        return Distribution(count: count, sumNs: 0, minimumNs: 0, maximumNs: maximumNs, percentilesNs: percentilesNs)
    }
}
