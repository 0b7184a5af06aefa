/// How long users wait whose turns do not reach the server, so that an outage costs the invocations of its time and not the
/// queue.
public enum Backoff: String, CaseIterable, Sendable, Codable {
    /// From 100 ms, doubled each time up to 5 s, and up to a fifth more or less; from the beginning after a turn that did
    /// reach it.
    case on
    /// Not at all.
    case off

    /// How long a user waits before it goes on.
    ///
    /// - Parameters:
    ///   - misses: How many of its turns in a row have not reached the server, at least 1.
    ///   - random: Where chance comes from: who was refused at the same time does not come back at the same time.
    /// - Returns: Nanoseconds.
    static func waitNs(misses: UInt8, using random: inout some RandomNumberGenerator) -> UInt64 {
        let middleNs = min(firstNs << min(UInt64(misses) - 1, mostDoublings), mostNs)
        return middleNs - middleNs / 5 + UInt64.random(in: 0...middleNs / 5 * 2, using: &random)
    }

    private static var firstNs: UInt64 { 100 * Nanoseconds.perMillisecond }
    private static var mostNs: UInt64 { 5 * Nanoseconds.perSecond }
    /// Enough to be over the most.
    private static var mostDoublings: UInt64 { 6 }
}
