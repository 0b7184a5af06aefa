extension StatsReport.Progress {
    /// With more conversations only their sum is told: it goes with every report.
    private static let mostParts = 1_000
    /// What that is called.
    private static let nameOfSum = "all conversations"

    /// How far a run is with each of its conversations.
    ///
    /// - Parameters:
    ///   - result: What has been counted.
    ///   - planned: The invocations of each conversation, in the order of the result.
    init(_ result: RunResult, planned: [UInt64]) {
        let parts = zip(result.layout.names, zip(result.conversationTallies, planned)).compactMap { name, one in
            one.1 == 0 ? nil : Part(name: name, planned: one.1, ended: Self.ended(one.0))
        }
        guard parts.count > Self.mostParts else {
            self.init(parts)
            return
        }
        let sums = parts.reduce((0, 0)) { ($0.0 + $1.planned, $0.1 + $1.ended) }
        self.init([Part(name: Self.nameOfSum, planned: sums.0, ended: sums.1)])
    }

    /// Those that the end of the run has cancelled are not finished.
    private static func ended(_ tally: Tally) -> UInt64 {
        tally[.conversationsCompleted] + tally[.conversationsFailed] + tally[.conversationsForgotten]
    }
}
