/// What Locust's tables do not know: conversations, outcomes, first tokens and gaps.
public struct StreamingReport {
    private let summary: Summary

    /// Prepares the report of a result.
    ///
    /// - Parameter summary: The result.
    public init(_ summary: Summary) {
        self.summary = summary
    }

    /// The report, each line ended.
    public var text: String {
        (countLines + [""] + metricLines + outcomeLines).joined(separator: "\n") + "\n"
    }

    private var countLines: [String] {
        let conversations = summary.conversations
        let turns = summary.turns
        let events = summary.events
        return [
            "Conversations  \(conversations.planned) planned, \(conversations.completed) completed, "
                + "\(conversations.failed) failed, \(conversations.cancelled) cancelled, "
                + "\(conversations.notStarted) not started",
            "Turns          \(turns.started) started, \(turns.completed) completed, \(turns.failed) failed, "
                + "\(turns.cancelled) cancelled, \(turns.peakConcurrent) at most at the same time",
            "Events         \(events.total) (\(events.perS.fixed(1))/s), \(events.bytes) bytes",
            "Generator      \(summary.generator.cpuS.fixed(2)) s of CPU in \(summary.run.durationS.fixed(2)) s, "
                + "\(summary.generator.peakRssBytes / (1 << 20)) MiB, "
                + "\(summary.generator.connectionsOpened) connections opened"
                + (summary.generator.staleReuse > 0 ? ", \(summary.generator.staleReuse) reused stale" : ""),
        ]
    }

    private var metricLines: [String] {
        let titles = ["count", "min", "avg", "p50", "p90", "p95", "p99", "p99.9", "max"]
        let head = "Streaming (ms)".padded(18) + titles.map { $0.leading(10) }.joined()
        let rows = Metric.allCases.compactMap { metric -> String? in
            guard let value = summary.metrics[metric.label] else { return nil }
            let times = [
                value.minMs, value.meanMs, value.p50Ms, value.p90Ms, value.p95Ms, value.p99Ms, value.p999Ms,
                value.maxMs,
            ]
            return metric.label.padded(18) + "\(value.count)".leading(10)
                + times.map { $0.fixed(2).leading(10) }.joined()
        }
        return [head, String(repeating: "-", count: head.count)] + rows
    }

    private var outcomeLines: [String] {
        let rows = TurnOutcome.allCases.compactMap { outcome -> String? in
            guard let detail = summary.outcomeDetails[outcome.label], let count = summary.outcomes[outcome.label] else {
                return nil
            }
            let codes = (detail.codes ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            return outcome.label.padded(22) + "\(count)".leading(10) + "\(detail.beforeFirstToken)".leading(16)
                + "\(detail.afterFirstToken)".leading(16)
                + (codes.isEmpty ? "" : "  status " + codes.joined(separator: ", "))
        }
        guard !rows.isEmpty else { return [] }
        let head = "Outcome".padded(22) + "turns".leading(10) + "before token".leading(16) + "after token".leading(16)
        return ["", head, String(repeating: "-", count: head.count)] + rows
    }
}
