/// What the loop counts of a whole run.
package struct RecordedRun: Sendable, Equatable {
    package var total = TallyCounts()
    package var gauges = Gauges()
    /// Those of the outcomes whose turns had had a content event.
    package var outcomesAfterFirstToken = OutcomeCounts()
    /// When the last turn ended; 0 while none has.
    package var lastEndNs: UInt64 = 0

    package init() {}

    package subscript(counter: Counter) -> UInt64 {
        @inline(__always) get { total[counter] }
        @inline(__always) set { total[counter] = newValue }
    }

    /// Counts from now on: what runs counts as just begun.
    mutating func reset() {
        total.reset()
        total[.usersPeak] = gauges.usersActive
        outcomesAfterFirstToken = OutcomeCounts()
        lastEndNs = 0
    }
}
