/// The response times of the last ten seconds of a run, from its states.
///
/// As Locust's current percentiles: those of a whole run would hide what happens now.
package struct RecentResponses: Sendable {
    private struct Moment {
        let resets: Int
        let elapsedS: Double
        /// All since the start of the run.
        let responses: RecordedDurations
    }

    private static let windowS = 10.0
    /// Those of the window, and the one before them.
    private var moments: [Moment] = []

    package init() {}

    /// Takes a state; one after a reset, or that is earlier than the last or has fewer requests, is the first of a new run.
    package mutating func add(_ table: ReportTable) {
        let moment = Moment(
            resets: table.resets ?? moments.last?.resets ?? 0,
            elapsedS: table.durationS,
            responses: table.total.responses
        )
        if let last = moments.last {
            let isEarlier = moment.elapsedS < last.elapsedS || moment.responses.count < last.responses.count
            if isEarlier || moment.resets != last.resets { moments = [] }
        }
        moments.append(moment)
        while moments.count > 2, moments[1].elapsedS <= moment.elapsedS - Self.windowS { moments.removeFirst() }
    }

    /// Those of the window.
    package var durations: RecordedDurations {
        guard let first = moments.first, let last = moments.last else { return RecordedDurations() }
        // Before its first state a run had none.
        return last.elapsedS <= Self.windowS ? last.responses : last.responses.since(first.responses)
    }
}
