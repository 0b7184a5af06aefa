import FoundationEssentials

/// The state of a run in the structure of Locust's `/stats/requests`.
///
/// Times are milliseconds. Rates and percentiles called current are those of the last ten seconds.
package struct LocustStatus: Encodable, Sendable {
    private let state: LiveState.State
    private let userCount: UInt64
    private let totalPerS: Double
    private let totalFailuresPerS: Double
    private let failRatio: Double
    private let currentPerS: Double
    private let currentFailuresPerS: Double
    private let currentPercentiles: CurrentPercentiles
    private let errors: [ErrorRow]
    private let stats: [StatsRow]

    private enum CodingKeys: String, CodingKey {
        case state, errors, stats
        case userCount = "user_count"
        case totalPerS = "total_rps"
        case totalFailuresPerS = "total_fail_per_sec"
        case failRatio = "fail_ratio"
        case currentPerS = "current_rps"
        case currentFailuresPerS = "current_fail_per_sec"
        case currentPercentiles = "current_response_time_percentiles"
    }

    /// Prepares the structure.
    ///
    /// - Parameters:
    ///   - table: The rows.
    ///   - rates: The rates of the same rows and of their total.
    ///   - recent: The response times of the last seconds.
    ///   - state: How far the run is.
    package init(_ table: ReportTable, rates: RecentRates, recent: RecentResponses, state: LiveState.State) {
        let total = StatsRow(table.total, in: table, rates, method: "")
        self.state = state
        userCount = table.activeUsers
        totalPerS = total.perS
        totalFailuresPerS = total.failuresPerS
        failRatio = Share.of(table.total.failures, in: table.total.requests)
        currentPerS = total.currentPerS
        currentFailuresPerS = total.currentFailuresPerS
        currentPercentiles = CurrentPercentiles(recent.durations)
        errors = table.rows.lazy.flatMap { row in row.failuresByKind.map { ErrorRow($0, of: row.name) } }
            .prefix(LiveState.mostRows).map { $0 }
        stats =
            table.rows.prefix(LiveState.mostRows).map { StatsRow($0, in: table, rates, method: LocustNumbers.method) }
            + [total]
    }
}

/// The percentiles that Locust's page has in its chart; 0 without any request.
private struct CurrentPercentiles: Encodable, Sendable {
    private let medianMs: UInt64
    private let p95Ms: UInt64

    private enum CodingKeys: String, CodingKey {
        case medianMs = "response_time_percentile_0.5"
        case p95Ms = "response_time_percentile_0.95"
    }

    init(_ durations: Distribution) {
        let isMeasured = durations.count > 0
        medianMs = isMeasured ? LocustNumbers.wholeMs(durations.percentileNs(50)) : 0
        p95Ms = isMeasured ? LocustNumbers.wholeMs(durations.percentileNs(95)) : 0
    }
}

/// One kind of failure of a row.
private struct ErrorRow: Encodable, Sendable {
    private let name: String
    private let failure: ReportRow.Failure

    private enum CodingKeys: String, CodingKey {
        case error, method, name, occurrences
        case firstSeen = "first_seen"
        case lastSeen = "last_seen"
    }

    init(_ failure: ReportRow.Failure, of name: String) {
        self.name = name
        self.failure = failure
    }

    func encode(to encoder: any Encoder) throws {
        func seconds(_ time: String?) -> Double? {
            time.flatMap { try? Date($0, strategy: .iso8601) }?.timeIntervalSince1970
        }
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(failure.label, forKey: .error)
        try container.encode(LocustNumbers.method, forKey: .method)
        try container.encode(name, forKey: .name)
        try container.encode(failure.count, forKey: .occurrences)
        // null, not a missing key.
        try container.encode(seconds(failure.times?.firstSeen), forKey: .firstSeen)
        try container.encode(seconds(failure.times?.lastSeen), forKey: .lastSeen)
    }
}

private struct StatsRow: Encodable, Sendable {
    let method: String
    let name: String
    let requests: UInt64
    let failures: UInt64
    let averageMs: Double
    let medianMs: Double
    let minimumMs: Double
    let maximumMs: Double
    let p95Ms: UInt64
    let p99Ms: UInt64
    let averageBytes: Double
    let currentPerS: Double
    let currentFailuresPerS: Double
    let perS: Double
    let failuresPerS: Double

    private enum CodingKeys: String, CodingKey {
        case method, name
        case requests = "num_requests"
        case failures = "num_failures"
        case averageMs = "avg_response_time"
        case medianMs = "median_response_time"
        case minimumMs = "min_response_time"
        case maximumMs = "max_response_time"
        case p95Ms = "response_time_percentile_0.95"
        case p99Ms = "response_time_percentile_0.99"
        case averageBytes = "avg_content_length"
        case currentPerS = "current_rps"
        case currentFailuresPerS = "current_fail_per_sec"
        case perS = "total_rps"
        case failuresPerS = "total_fail_per_sec"
    }

    init(_ row: ReportRow, in table: ReportTable, _ rates: RecentRates, method: String) {
        let (responses, times) = (row.responses, row.times)
        self.method = method
        name = row.name
        requests = row.requests
        failures = row.failures
        averageMs = times.averageMs
        medianMs = times.wholeMedianMs
        minimumMs = times.leastMs.rounded()
        maximumMs = times.greatestMs.rounded()
        p95Ms = LocustNumbers.wholeMs(responses.percentileNs(95))
        p99Ms = LocustNumbers.wholeMs(responses.percentileNs(99))
        averageBytes = row.averageBytes
        currentPerS = rates.requestsPerS(ofRow: row.name)
        currentFailuresPerS = rates.failuresPerS(ofRow: row.name)
        perS = table.perS(row.requests)
        failuresPerS = table.perS(row.failures)
    }
}
