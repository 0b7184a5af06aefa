/// When users start: a constant rate from a base, as a pure function of the time.
package struct SpawnSchedule: Equatable {
    /// The time the schedule begins at.
    package let startNs: UInt64
    /// Users per second.
    package let rate: Double

    /// Makes a schedule.
    ///
    /// - Parameters:
    ///   - startNs: When the first user starts.
    ///   - rate: Users per second; over 0, infinity starts all at once.
    package init(startNs: UInt64, rate: Double) {
        self.startNs = startNs
        self.rate = rate
    }

    /// When a user starts.
    ///
    /// - Parameter index: The user's place in the schedule, from 0.
    /// - Returns: The start plus index / rate, in nanoseconds of the same clock.
    package func startNs(of index: Int) -> UInt64 {
        let offsetNs = (Double(index) / rate * 1e9).rounded()
        guard offsetNs < 1e18 else { return Nanoseconds.never }
        return startNs + UInt64(offsetNs)
    }
}
