/// How Locust shows durations: in whole milliseconds, the nearest, not those of its mean and its extremes.
enum LocustNumbers {
    /// The percentiles of its tables and files.
    static let percentiles: [(title: String, rank: Double)] = [
        ("50%", 50), ("66%", 66), ("75%", 75), ("80%", 80), ("90%", 90), ("95%", 95), ("98%", 98), ("99%", 99),
        ("99.9%", 99.9), ("99.99%", 99.99), ("100%", 100),
    ]

    /// The method of every request.
    static let method = "POST"

    /// The nearest whole number of milliseconds.
    static func wholeMs(_ valueNs: UInt64) -> UInt64 { UInt64(Nanoseconds.milliseconds(valueNs).rounded()) }

    /// The bucket that Locust counts a duration in: whole milliseconds below 100, then two digits.
    static func bucketMs(_ valueNs: UInt64) -> UInt64 {
        let milliseconds = Nanoseconds.milliseconds(valueNs)
        let step: Double = milliseconds < 100 ? 1 : milliseconds < 1000 ? 10 : milliseconds < 10_000 ? 100 : 1000
        return UInt64((milliseconds / step).rounded(.toNearestOrEven) * step)
    }

    /// A number as Python writes one that is whole where it can be.
    static func text(_ value: Double) -> String { Int64(exactly: value).map { "\($0)" } ?? "\(value)" }
}
