/// The response times of the last ten seconds of a run, from its states.
package struct RecentResponses: Sendable {
    /// All since the start of the run.
    private var moments = RecentMoments<Distribution>()

    package init() {}

    /// Takes a state; one after a reset, or that is earlier than the last or has fewer requests, is the first of a new run.
    package mutating func add(_ table: ReportTable) {
        let responses = table.total.responses
        if let last = moments.last, table.durationS < last.elapsedS || responses.count < last.value.count {
            moments.forget()
        }
        moments.add(responses, atS: table.durationS, resets: table.resets)
    }

    /// Those of the window.
    package var durations: Distribution {
        guard let first = moments.first, let last = moments.last else { return Distribution() }
        // Before its first state a run had none.
        return last.elapsedS <= RecentMoments<Distribution>.windowS ? last.value : last.value.since(first.value)
    }
}
