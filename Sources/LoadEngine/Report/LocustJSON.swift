import FoundationEssentials

/// The result in the structure of Locust's `--json`: one object for each conversation.
///
/// The counts per second are left out: they would grow with the length of the run.
public struct LocustJSON: Encodable {
    fileprivate struct Entry: Encodable {
        let name: String
        let method = "POST"
        let startTime: Double
        let lastRequestTimestamp: Double
        var requests: UInt64 = 0
        let withoutTime: UInt64 = 0
        var failures: UInt64 = 0
        var totalResponseTimeMs = 0.0
        var maxResponseTimeMs = 0.0
        var minResponseTimeMs: Double?
        var contentBytes: UInt64 = 0
        var responseTimes: [String: UInt64] = [:]

        enum CodingKeys: String, CodingKey {
            case name, method
            case startTime = "start_time"
            case lastRequestTimestamp = "last_request_timestamp"
            case requests = "num_requests"
            case withoutTime = "num_none_requests"
            case failures = "num_failures"
            case totalResponseTimeMs = "total_response_time"
            case maxResponseTimeMs = "max_response_time"
            case minResponseTimeMs = "min_response_time"
            case contentBytes = "total_content_length"
            case responseTimes = "response_times"
        }
    }

    fileprivate var entries: [Entry] = []

    /// Prepares the structure of a result.
    ///
    /// - Parameters:
    ///   - summary: The result.
    ///   - grouping: What becomes one entry.
    public init(_ summary: Summary, by grouping: RowGrouping = .conversation) {
        let start = (try? Date(summary.run.startedAt, strategy: .iso8601))?.timeIntervalSince1970 ?? 0
        entries = ReportRow.rows(of: summary.rows, by: grouping, endpoint: summary.run.path).map { row in
            Entry(row, startTime: start, endTime: start + summary.run.durationS)
        }
    }

    /// Encodes the list of entries.
    ///
    /// - Parameter encoder: Where to.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        try entries.encode(to: encoder)
    }

    /// The structure as JSON text, ended by a line end.
    ///
    /// - Returns: UTF-8.
    /// - Throws: What the encoder throws.
    public func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }
}

extension LocustJSON.Entry {
    fileprivate init(_ row: ReportRow, startTime: Double, endTime: Double) {
        name = row.name
        self.startTime = startTime
        lastRequestTimestamp = endTime
        requests = row.requests
        failures = row.failures
        contentBytes = row.bytes
        let responses = row.responses
        guard responses.count > 0 else { return }
        totalResponseTimeMs = Nanoseconds.milliseconds(responses.sumNs)
        maxResponseTimeMs = Nanoseconds.milliseconds(responses.maximumNs)
        minResponseTimeMs = Nanoseconds.milliseconds(responses.minimumNs)
        responses.forEachBucket { valueNs, count in
            responseTimes["\(Self.locustBucketMs(valueNs))", default: 0] += count
        }
    }

    /// Locust's rounding: whole milliseconds below 100, then two digits.
    private static func locustBucketMs(_ valueNs: UInt64) -> UInt64 {
        let milliseconds = (Nanoseconds.milliseconds(valueNs)).rounded()
        let step: Double = milliseconds < 100 ? 1 : milliseconds < 1000 ? 10 : milliseconds < 10_000 ? 100 : 1000
        return UInt64((milliseconds / step).rounded() * step)
    }
}
