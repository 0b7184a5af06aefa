@testable import LoadEngine
@testable import LoadModel

/// All that a recorder has counted, for tests that look at all of it.
struct Recorded {
    let counters: RecordedRun
    let rows: PagedArray<Tally>
    let conversations: PagedArray<Tally>
    let canary: Distribution
    let loopIteration: Distribution
    let slowest: SlowestConversations
    let details: OutcomeDetails
    private let total: Tally
    private let notes: [String: OutcomeNotes]

    func total(of metric: Metric) -> Distribution { total[metric] ?? Distribution() }

    var outcomeDetails: [String: Summary.OutcomeDetail] {
        var result = RunFacts(conversations: []).nothing
        result.total = total
        result.notes = notes
        return result.outcomeDetails
    }

    fileprivate init(_ recorder: MetricsRecorder) {
        counters = recorder.counters.pointee
        rows = recorder.rowTallies
        conversations = recorder.conversationTallies
        canary = recorder.canaryDelays
        loopIteration = recorder.loopIterations
        slowest = recorder.slowest
        details = recorder.details
        total = recorder.total
        notes = recorder.notes
    }
}

extension MetricsRecorder {
    var metrics: Recorded { Recorded(self) }
}
