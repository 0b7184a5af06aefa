/// What Locust's tables do not know: conversations, outcomes, first tokens and gaps, and the generator's own lateness.
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
        let head =
            shareLines + countLines + tokenLines + finishLines + otherLines + answerLines + goodputLines + [
                generatorLine
            ]
            + libraryLines + addressLines + eventLogLines + [
                ""
            ]
        let lines = head + metricLines + stretchLines + outcomeLines + slowestLines + errorBarLines
        return lines.joined(separator: "\n") + "\n"
    }

    /// How many shares are told of one by one.
    private static let mostShares = 20

    private var shareLines: [String] {
        if let share = summary.run.share {
            return ["Share          \(share.text) of the run \(share.plan), on \(share.machine)"]
        }
        let offsets = summary.run.offsets
        guard let first = offsets.first, let last = offsets.last else { return [] }
        var lines = [
            "Shares         \(offsets.count) of \(first.share.count) of the run \(first.share.plan); the last began "
                + "\(last.ms.fixed(0)) ms after the first, by their own clocks"
        ]
        if let clocks = summary.run.clocksOfShares { lines.append("               clocks: \(clocks)") }
        guard offsets.count <= Self.mostShares else { return lines }
        return lines
            + offsets.map { share, offsetMs in
                "               \(share.text) began +\(offsetMs.fixed(0)) ms, on \(share.machine)"
            }
    }

    private var countLines: [String] {
        let conversations = summary.conversations
        let turns = summary.turns
        let events = summary.events
        let delayed = summary.result.total[.conversationsDelayed]
        return [
            "Conversations  \(conversations.planned) planned, \(conversations.completed) completed, "
                + "\(conversations.failed) failed, \(conversations.cancelled) cancelled, "
                + "\(conversations.notStarted) not started" + (delayed > 0 ? "; \(delayed) found no free user" : ""),
            "Turns          \(turns.started) started, \(turns.completed) completed, \(turns.failed) failed, "
                + (turns.abandoned > 0 ? "\(turns.abandoned) abandoned, " : "")
                + "\(turns.cancelled) cancelled, \(turns.peakConcurrent) at most at the same time",
            "Events         \(events.total) (\(events.perS.fixed(1))/s), \(counted(events.bytes, "byte")) "
                + "(\((events.bytesPerS / 1_000).fixed(1)) kB/s)",
            "Stalls         \(counted(summary.stalls.total, "gap")) over \(summary.stalls.afterMs.fixed(0)) ms in "
                + "\(counted(summary.stalls.turns, "turn")) (\((summary.stalls.rate * 100).fixed(2))%)"
                // Those of cancelled turns are in the event log only.
                + (turns.cancelled == 0
                    ? ""
                    : turns.abandoned > 0
                        ? " of the completed, failed and abandoned ones" : " of the completed and failed ones"),
        ]
    }

    private var tokenLines: [String] {
        guard let tokens = summary.tokens else { return [] }
        let perS = summary.run.durationS > 0 ? Double(tokens.output) / summary.run.durationS : 0
        let counts = TokenCounts.kinds.filter { tokens[keyPath: $0.count] > 0 || $0.count == \.output }.map { kind in
            "\(tokens[keyPath: kind.count]) \(kind.name)" + (kind.count == \.output ? " (\(perS.fixed(1))/s)" : "")
        }
        return [
            "Tokens         \(counts.joined(separator: ", ")), told of \(tokens.turns) of "
                + counted(summary.turns.completed, "completed turn")
        ]
    }

    private var finishLines: [String] {
        guard !summary.finishReasons.isEmpty else { return [] }
        return [
            "Finish reasons "
                + summary.finishReasons.entries.map { "\($0.name) \($0.count)" }.joined(separator: ", ")
        ]
    }

    private var otherLines: [String] {
        guard let others = summary.otherEvents else { return [] }
        let share = Share.of(others.count, in: summary.events.total) * 100
        return [
            "Other events   \(others.count) of no rule of the profile (\(share.fixed(2))%)"
                + (others.unreadable > 0 ? ", \(others.unreadable) of them not JSON" : "")
        ]
    }

    private var answerLines: [String] {
        guard let answers = summary.answers, answers.onePiece > 0 || answers.withoutContent > 0 else { return [] }
        return [
            "Answers        \(answers.onePiece) in one piece (\((answers.onePieceRate * 100).fixed(2))%), "
                + "\(answers.withoutContent) without content (\((answers.withoutContentRate * 100).fixed(2))%)"
        ]
    }

    private var generatorLine: String {
        "Generator      \(summary.generator.cpuS.fixed(2)) s of CPU in \(summary.run.durationS.fixed(2)) s, "
            + "\(summary.generator.peakRssBytes / (1 << 20)) MiB, "
            + "\(counted(summary.generator.connectionsOpened, "connection")) opened"
            + (summary[.staleReuse] > 0 ? ", \(summary[.staleReuse]) reused stale" : "")
    }

    private var libraryLines: [String] { summary.generator.libcurlNote.map { ["               " + $0] } ?? [] }

    private var addressLines: [String] {
        (summary.generator.addresses ?? []).enumerated().map { index, usage in
            (index == 0 ? "Addresses      " : "               ") + usage.text
        }
    }

    private var eventLogLines: [String] {
        guard let log = summary.generator.eventLog else { return [] }
        return [
            "Event log      \(counted(log.lines, "line"))"
                + (log.dropped > 0 ? ", \(log.dropped) dropped" : "")
                + (log.cut > 0 ? ", \(log.cut) cut" : "")
                + (log.error.map { ": \($0)" } ?? "")
        ]
    }

    private var goodputLines: [String] {
        guard let goodput = summary.goodput else { return [] }
        func share(_ good: UInt64, of all: UInt64, _ share: Double) -> String {
            "\(good) of \(all) (\((share * 100).fixed(2))%)"
        }
        let conversations = summary.conversations.completed + summary.conversations.failed
        let turns = summary.turns.completed + summary.turns.failed
        return [
            "Goodput        conversations \(share(goodput.goodConversations, of: conversations, goodput.conversations)), "
                + "turns \(share(goodput.goodTurns, of: turns, goodput.turns)); objectives: "
                + goodput.objectives.joined(separator: ", ")
        ]
    }

    private var metricLines: [String] { Self.lines(of: summary.metrics, titled: "Streaming (ms)") }

    /// The same of the steady stretch and of the warm-up.
    private var stretchLines: [String] {
        summary.result.stretches.flatMap { stretch in
            ["", stretch.name.padded(15) + stretch.sentence]
                + Self.lines(of: stretch.metrics, titled: "\(stretch.name) (ms)")
        }
    }

    private static func lines(of metrics: [String: MetricSummary], titled title: String) -> [String] {
        let titles = ["count", "min", "avg", "p50", "p90", "p95", "p99", "p99.9", "max"]
        let rows = Metric.allCases.compactMap { metric -> (name: String, numbers: [String])? in
            guard let value = metrics[metric.label] else { return nil }
            let times = [
                value.minMs, value.meanMs, value.p50Ms, value.p90Ms, value.p95Ms, value.p99Ms, value.p999Ms,
                value.maxMs,
            ]
            return (metric.label, ["\(value.count)"] + times.map { $0.fixed(2) })
        }
        // Of 17 minutes on a time has ten characters.
        let width = max((rows.flatMap(\.numbers).map(\.count).max() ?? 0) + 1, 10)
        // Those of an open model have longer names.
        let nameWidth = max(rows.map(\.name.count).max() ?? 0, 18)
        let head = title.padded(nameWidth) + titles.map { $0.leading(width) }.joined()
        return [head, String(repeating: "-", count: head.count)]
            + rows.map { $0.name.padded(nameWidth) + $0.numbers.map { $0.leading(width) }.joined() }
    }

    private var outcomeLines: [String] {
        let details = summary.outcomeDetails
        let rows = TurnOutcome.allCases.compactMap { outcome -> String? in
            guard let detail = details[outcome.label] else { return nil }
            let count = summary.result[outcome]
            let codes = (detail.codes ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            return outcome.label.padded(22) + "\(count)".leading(10) + "\(detail.beforeFirstToken)".leading(16)
                + "\(detail.afterFirstToken)".leading(16)
                + (codes.isEmpty ? "" : "  status " + codes.joined(separator: ", "))
        }
        guard !rows.isEmpty else { return [] }
        let head = "Outcome".padded(22) + "turns".leading(10) + "before token".leading(16) + "after token".leading(16)
        return ["", head, String(repeating: "-", count: head.count)] + rows
    }

    private var slowestLines: [String] {
        guard !summary.slowestConversations.isEmpty else { return [] }
        let width = max((summary.slowestConversations.map(\.conversation.count).max() ?? 0) + 2, 22)
        let head =
            "Slowest conversations".padded(width) + "time (ms)".leading(12) + "began at (s)".leading(14) + "  session"
        let rows = summary.slowestConversations.map { slow in
            slow.conversation.padded(width) + slow.timeMs.fixed(1).leading(12) + slow.startS.fixed(2).leading(14)
                + "  " + slow.session
        }
        return ["", head, String(repeating: "-", count: head.count + 29)] + rows
    }

    private var errorBarLines: [String] {
        let generator = summary.generator
        var lines = [""]
        if let canary = generator.canary, let limitMs = generator.maxErrorMs {
            lines.append(
                "Error bar      canary p50 \(canary.p50Ms.fixed(2)), p99 \(canary.p99Ms.fixed(2)), "
                    + "max \(canary.maxMs.fixed(2)) ms (\(counted(canary.count, "tick")), limit \(limitMs.fixed(2)) ms)"
                    + (generator.loopIteration.map {
                        "; loop iteration p99 \($0.p99Ms.fixed(2)), max \($0.maxMs.fixed(2)) ms"
                    } ?? "")
            )
        }
        lines.append("Verdict        " + verdict)
        lines += summary.losses.map { "               \($0)" }
        // It stands before all tables.
        lines += summary.warnings.filter { $0 != summary.unreachable }.map { "Warning        \($0)" }
        return lines
    }

    /// Of so few ticks the 99th percentile is the one that was latest.
    private static let leastTicksInWords: UInt64 = 100

    private var verdict: String {
        guard summary.run.verdict != .interrupted else { return interruption }
        let ticks = summary.generator.canary?.count ?? 0
        guard let canary = summary.generator.canary, let limitMs = summary.generator.maxErrorMs,
            ticks >= Self.leastTicksInWords
        else {
            // The word in the summary and in JUnit's file is told as well.
            return "not judged: only \(counted(ticks, "tick")), \(Self.leastTicksInWords) are needed"
                + (summary.run.verdict == .generatorBound ? " (by those the summary says generator_bound)" : "")
        }
        let judged = "canary p99 \(canary.p99Ms.fixed(2)) ms, limit \(limitMs.fixed(2)) ms"
        guard summary.run.verdict == .generatorBound else { return "valid: \(judged)" }
        // One late process among many hardly shows in the percentiles of all.
        let who =
            ErrorBar.isExceeded(by: summary.generator.canaryDelays, limitMs: limitMs)
            ? "the generator itself" : "one of its processes"
        return "generator_bound: \(judged): \(who) was late, its delays are in the times above; use fewer users, "
            + "--processes, or a machine of its own"
            + (ErrorBar.isJudged(summary) ? "" : " (exit code 4 needs \(ErrorBar.leastTicksText(summary)))")
    }

    private var interruption: String {
        guard summary.generator.lostProcesses == nil else {
            return "interrupted: what a lost process did after its last report is not in the numbers"
        }
        guard summary.generator.lostMock == nil else { return "interrupted: there was nothing more to play against" }
        let canary = summary.generator.canaryDelays
        let isLate =
            canary.count >= Self.leastTicksInWords
            && ErrorBar.isExceeded(by: canary, limitMs: summary.generator.maxErrorMs ?? .infinity)
        return "interrupted" + (isLate ? "; the generator was late, too" : "")
    }
}
