#if canImport(Glibc)
import Glibc
#endif

/// How long a user waits before it goes on: before a turn, or between two conversations.
public enum ThinkTime: Hashable, Sendable {
    /// Not at all.
    case off
    /// Always as long.
    case constant(Duration)
    /// Any time between two as likely as any other.
    case uniform(Duration, Duration)
    /// As between events that know nothing of each other: short times are the most likely, and a few are long.
    case exponential(mean: Duration)
    /// As people take to read and write: half of the times are shorter than the median, and a few much longer. `sigma` is the
    /// standard deviation of the times' natural logarithm: 68 % lie between median ÷ e^sigma and median × e^sigma.
    case logNormal(median: Duration, sigma: Double)

    /// The longest time that there can be, 24 hours: what chance makes longer is this long.
    public static let longest: Duration = .seconds(24 * 3600)
    private static let longestNs = longest.nanosecondsClamped

    /// The next time to wait.
    ///
    /// - Parameter random: Where chance comes from; the same numbers give the same times.
    /// - Returns: Nanoseconds, at most `longest`.
    public func nextNs(using random: inout some RandomNumberGenerator) -> UInt64 {
        switch self {
        case .off: return 0
        case .constant(let time): return min(time.nanosecondsClamped, Self.longestNs)
        case .uniform(let first, let second):
            let (low, high) = (first.nanosecondsDouble, second.nanosecondsDouble)
            return Self.capped(low + (high - low) * random.fraction())
        case .exponential(let mean):
            return Self.capped(mean.nanosecondsDouble * random.exponential())
        case .logNormal(let median, let sigma):
            return Self.capped(median.nanosecondsDouble * exp(sigma * random.normal()))
        }
    }

    private static func capped(_ nanoseconds: Double) -> UInt64 {
        // NaN is neither.
        guard nanoseconds > 0 else { return 0 }
        return nanoseconds < Double(longestNs) ? UInt64(nanoseconds) : longestNs
    }
}

extension Duration {
    fileprivate var nanosecondsDouble: Double { Double(nanosecondsClamped) }
}
