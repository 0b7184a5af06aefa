import FoundationEssentials

/// The result in the structure of Locust's `--json`: one object for each row, with the same keys.
///
/// When turns ended is known by the conversation and the interval of the run's series: the counts per second of longer
/// intervals, and of the single turns of a conversation, are spread so that their sums are right.
public struct LocustJSON: Encodable {
    private var entries: [Entry] = []

    /// Prepares the structure of a result.
    ///
    /// - Parameters:
    ///   - summary: The result.
    ///   - grouping: What becomes one entry.
    public init(_ summary: Summary, by grouping: RowGrouping = .conversation) {
        entries = ReportRow.rows(of: summary.rows, by: grouping, endpoint: summary.run.path).map { row in
            Entry(row, of: summary)
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
        var text = Shown.json(try encoder.encode(self))
        text.append(UInt8(ascii: "\n"))
        return text
    }
}

/// One object of the list.
private struct Entry {
    let name: String
    let startTime: Double
    let lastRequestTimestamp: Double
    let requests: UInt64
    let failures: UInt64
    let contentBytes: UInt64
    let responses: Distribution
    var responseTimes: [String: UInt64] = [:]
    let requestsPerSecond: [String: UInt64]
    let failuresPerSecond: [String: UInt64]

    init(_ row: ReportRow, of summary: Summary) {
        func counts(_ list: KeyPath<TimePoint, CountList>) -> CountsPerSecond {
            CountsPerSecond(summary.series) { point in
                row.conversations.reduce(0) { $0 + UInt64(point[keyPath: list][$1]) }
            }
        }
        name = row.name
        startTime = StartText.moment(of: summary.run.startedAt)?.timeIntervalSince1970 ?? 0
        let ended = counts(\.turnsByConversation)
        let durationS = summary.run.durationS
        lastRequestTimestamp = startTime + min(ended.lastS ?? durationS, durationS)
        requests = row.requests
        failures = row.failures
        contentBytes = row.contentBytes
        responses = row.responses
        requestsPerSecond = ended.spread(requests, from: startTime, durationS: durationS)
        failuresPerSecond = counts(\.failuresByConversation).spread(failures, from: startTime, durationS: durationS)
        responses.forEachBucket { valueNs, count in
            responseTimes["\(LocustNumbers.bucketMs(min(valueNs, responses.maximumNs)))", default: 0] += count
        }
    }
}

extension Entry: Encodable {
    private enum CodingKeys: String, CodingKey {
        case name, method
        case lastRequestTimestamp = "last_request_timestamp"
        case startTime = "start_time"
        case requests = "num_requests"
        case withoutTime = "num_none_requests"
        case failures = "num_failures"
        case totalResponseTimeMs = "total_response_time"
        case maxResponseTimeMs = "max_response_time"
        case minResponseTimeMs = "min_response_time"
        case contentBytes = "total_content_length"
        case responseTimes = "response_times"
        case requestsPerSecond = "num_reqs_per_sec"
        case failuresPerSecond = "num_fail_per_sec"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(LocustNumbers.method, forKey: .method)
        try container.encode(lastRequestTimestamp, forKey: .lastRequestTimestamp)
        try container.encode(startTime, forKey: .startTime)
        try container.encode(requests, forKey: .requests)
        // Those of a process that was lost, whose last times never came.
        try container.encode(requests - min(responses.count, requests), forKey: .withoutTime)
        try container.encode(failures, forKey: .failures)
        try container.encode(Nanoseconds.milliseconds(responses.sumNs), forKey: .totalResponseTimeMs)
        try container.encode(Nanoseconds.milliseconds(responses.maximumNs), forKey: .maxResponseTimeMs)
        let leastMs = responses.count > 0 ? Nanoseconds.milliseconds(responses.minimumNs) : nil
        // null without a time, as Locust's, not a missing key.
        try container.encode(leastMs, forKey: .minResponseTimeMs)
        try container.encode(contentBytes, forKey: .contentBytes)
        try container.encode(responseTimes, forKey: .responseTimes)
        try container.encode(requestsPerSecond, forKey: .requestsPerSecond)
        try container.encode(failuresPerSecond, forKey: .failuresPerSecond)
    }
}
