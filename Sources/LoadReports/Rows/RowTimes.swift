/// The response times of a row, as all tables, files and pages show them, in milliseconds; 0 without any.
struct RowTimes {
    let averageMs: Double
    let leastMs: Double
    let greatestMs: Double
    let medianMs: Double
    /// The median as Locust has it: whole, but never beyond the least and the greatest.
    let wholeMedianMs: Double
    let isMeasured: Bool

    init(_ responses: Distribution) {
        isMeasured = responses.count > 0
        averageMs = responses.meanNs / 1e6
        leastMs = isMeasured ? Nanoseconds.milliseconds(responses.minimumNs) : 0
        greatestMs = Nanoseconds.milliseconds(responses.maximumNs)
        medianMs = Nanoseconds.milliseconds(responses.percentileNs(50))
        wholeMedianMs = min(max(medianMs.rounded(), leastMs), greatestMs)
    }

    /// Average, least, greatest and median as Locust's tables have them, at the end and while the run goes on: the median is
    /// the nearest whole number, what is below a millisecond of the others is left out.
    var wholeMs: [UInt64] { [averageMs, leastMs, greatestMs, wholeMedianMs].map { UInt64(min(max($0, 0), 1e18)) } }
}
