/// The numbers by which a master counts times, which it merges and finds percentiles in as they are.
///
/// Locust's own workers round to two digits; a master takes whatever numbers come. Here they are whole milliseconds, and
/// tenths below ten of them, which is what gaps between tokens need.
package enum LocustBuckets {
    private static let fineMs = 10.0
    private static let finePerMs = 10.0

    /// The number that stands for a time.
    ///
    /// - Parameter ns: The time in nanoseconds.
    /// - Returns: Milliseconds; the same number for the same time on every worker.
    package static func ms(_ ns: UInt64) -> Double {
        let ms = Nanoseconds.milliseconds(ns)
        return ms < fineMs ? (ms * finePerMs).rounded() / finePerMs : ms.rounded()
    }

    /// The durations as a master counts them.
    ///
    /// - Parameter durations: Those of a row since the last report.
    /// - Returns: The numbers, in rising order.
    package static func times(of durations: Distribution) -> [StatsReport.TimeCount] {
        var times: [StatsReport.TimeCount] = []
        durations.forEachBucket { valueNs, count in
            // The greatest of a bucket may be more than the greatest duration.
            let ms = ms(min(valueNs, durations.maximumNs))
            if let last = times.indices.last, times[last].ms == ms {
                times[last].count += count
            } else {
                times.append(StatsReport.TimeCount(ms: ms, count: count))
            }
        }
        return times
    }
}
