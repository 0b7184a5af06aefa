/// Conversions between the engine's only unit of time, nanoseconds of CLOCK_MONOTONIC in a `UInt64`, and what people
/// read and write.
public enum Nanoseconds {
    /// Nanoseconds of a second.
    public static var perSecond: UInt64 { 1_000_000_000 }
    /// Nanoseconds of a millisecond.
    public static var perMillisecond: UInt64 { 1_000_000 }

    /// A deadline that never comes.
    public static var never: UInt64 { .max }

    /// The milliseconds of a number of nanoseconds.
    public static func milliseconds(_ value: UInt64) -> Double { Double(value) / 1e6 }

    /// What is written in milliseconds, wherever it comes from: negative ones and NaN are 0, those of over 584 years
    /// `never`.
    public static func ofMilliseconds(_ value: Double) -> UInt64 {
        let nanoseconds = (value * 1e6).rounded()
        return nanoseconds > 0 ? UInt64(exactly: nanoseconds) ?? never : 0
    }

    /// The seconds of a number of nanoseconds.
    public static func seconds(_ value: UInt64) -> Double { Double(value) / 1e9 }
}

extension Duration {
    /// The duration in nanoseconds; negative ones become 0, those of over 584 years `UInt64.max`.
    public var nanosecondsClamped: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: Nanoseconds.perSecond)
        guard !overflow else { return .max }
        let (sum, carry) = whole.addingReportingOverflow(UInt64(attoseconds / 1_000_000_000))
        return carry ? .max : sum
    }
}
