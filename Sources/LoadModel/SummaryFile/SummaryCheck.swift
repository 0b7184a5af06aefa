import FoundationEssentials

/// What is wrong with the numbers of a summary as they stand to each other.
///
/// Reports count on it: what is checked here is what would otherwise end them, or what no run can have written.
struct SummaryCheck {
    private static let mostProblems = 20
    /// Sums in floating point may be off by so much.
    private static let tolerance = 1e-6

    private(set) var problems: [String] = []

    /// Checks a summary.
    init(_ summary: SummaryFile) {
        check(summary.run.run)
        check(summary.metrics, "$.metrics")
        for (key, stretch) in [("warm_up", summary.warmUp), ("steady", summary.steady)] {
            guard let stretch else { continue }
            check(stretch.metrics, "$.\(key).metrics")
            require(
                stretch.startS <= stretch.endS,
                "$.\(key).start_s",
                "at most end_s, \(stretch.endS)",
                "\(stretch.startS)"
            )
        }
        require(summary.stalls.rate <= 1, "$.stalls.rate", "a share from 0 to 1", "\(summary.stalls.rate)")
        if let goodput = summary.goodput {
            for (key, share) in [("conversations", goodput.conversations), ("turns", goodput.turns)] {
                require(share <= 1, "$.goodput.\(key)", "a share from 0 to 1", "\(share)")
            }
        }
        check(summary.rows)
        for (index, result) in summary.byConversation.enumerated() {
            guard let time = result.conversationTime else { continue }
            check(time, "$.by_conversation[\(index)].conversation_time")
        }
        check(summary.series)
        check(summary.generator)
    }

    private mutating func require(
        _ isRight: Bool,
        _ path: @autoclosure () -> String,
        _ expected: @autoclosure () -> String,
        _ found: @autoclosure () -> String
    ) {
        guard !isRight, problems.count < Self.mostProblems else { return }
        problems.append("\(path()): expected \(expected()), found \(found())")
    }

    private mutating func check(_ run: Summary.Run) {
        check(moment: run.startedAt, "$.run.started_at")
        require(run.processes >= 1, "$.run.processes", "1 or more", "\(run.processes)")
        if let share = run.share { check(share, "$.run.share") }
        for (index, share) in (run.shares ?? []).enumerated() { check(share, "$.run.shares[\(index)]") }
    }

    private mutating func check(_ share: ShareOfRun, _ path: @autoclosure () -> String) {
        require(
            (1...ShareOfRun.most).contains(share.count) && (1...max(share.count, 1)).contains(share.index),
            path() + ".index",
            "1 to count, which is at most \(ShareOfRun.most)",
            "\(share.index) of \(share.count)"
        )
        check(moment: share.startedAt, path() + ".started_at")
        for (key, moment) in [("start_at", share.startAt), ("begun_at", share.begunAt)] {
            if let moment { check(moment: moment, "\(path()).\(key)") }
        }
    }

    private mutating func check(moment text: String, _ path: @autoclosure () -> String) {
        let moment = StartText.moment(of: text)?.timeIntervalSince1970
        require(
            moment.map { (0...1e11).contains($0) } ?? false,
            path(),
            "a time such as 2026-01-02T03:04:05Z",
            Shown.text(text)
        )
    }

    private mutating func check(_ metrics: [String: MetricSummary], _ path: @autoclosure () -> String) {
        for (label, metric) in metrics.sorted(by: { $0.key < $1.key }) {
            check(metric, path() + Shown.subscripted(label))
        }
    }

    private mutating func check(_ metric: MetricSummary, _ path: @autoclosure () -> String) {
        require(metric.count > 0, path() + ".count", "1 or more", "0")
        let times = [
            ("p50_ms", metric.p50Ms), ("p90_ms", metric.p90Ms), ("p95_ms", metric.p95Ms), ("p99_ms", metric.p99Ms),
            ("p999_ms", metric.p999Ms), ("max_ms", metric.maxMs),
        ]
        for (lower, upper) in zip(times, times.dropFirst()) {
            require(lower.1 <= upper.1, "\(path()).\(lower.0)", "at most \(upper.0), \(upper.1)", "\(lower.1)")
        }
        let (least, greatest) = (metric.minMs * (1 - Self.tolerance), metric.maxMs * (1 + Self.tolerance))
        require(metric.minMs <= metric.maxMs, path() + ".min_ms", "at most max_ms, \(metric.maxMs)", "\(metric.minMs)")
        require(
            metric.meanMs >= least && metric.meanMs <= greatest,
            path() + ".mean_ms",
            "a time from min_ms to max_ms, \(metric.minMs) to \(metric.maxMs)",
            "\(metric.meanMs)"
        )
    }

    private mutating func check(_ rows: [RowOfFile]) {
        var last: RowOfFile?
        for (index, row) in rows.enumerated() {
            let next = last.map { $0.conversation == row.conversation ? $0.turn + 1 : 1 } ?? 1
            require(
                row.turn == 1 || row.turn == next,
                "$.rows[\(index)].turn",
                next == 1 ? "1" : "1 or \(next)",
                "\(row.turn)"
            )
            check(row.metrics, "$.rows[\(index)].metrics")
            last = row
        }
    }

    private mutating func check(_ series: TimeSeries) {
        let interval = series.intervalS
        require(
            interval >= 1 && interval <= 1e9 && interval == interval.rounded(),
            "$.series.interval_s",
            "a whole number of seconds, from 1",
            "\(interval)"
        )
        var end = 0.0
        for (index, point) in series.points.enumerated() {
            let path = "$.series.points[\(index)]"
            require(point.startS <= point.endS, path + ".start_s", "at most end_s, \(point.endS)", "\(point.startS)")
            // Of several processes each has its own second, a little off that of the others.
            let least = end - 2 * interval
            require(
                point.endS >= least,
                path + ".end_s",
                "intervals in the order of time, from \(least)",
                "\(point.endS)"
            )
            end = max(end, point.endS)
        }
    }

    private mutating func check(_ generator: GeneratorOfFile) {
        if let canary = generator.canary { check(canary, "$.generator.canary") }
        if let iteration = generator.loopIteration { check(iteration, "$.generator.loop_iteration") }
    }

    private mutating func check(_ lateness: LatenessOfFile, _ path: String) {
        guard let hdr = lateness.hdr else { return }
        let maximumNs = Nanoseconds.ofMilliseconds(lateness.maxMs)
        let read = Distribution(text: hdr, sumNs: 0, minimumNs: 0, maximumNs: maximumNs)
        require(
            read?.count == lateness.count,
            path + ".hdr",
            "a histogram of loadtest with \(lateness.count) samples",
            read.map { "one with \($0.count)" } ?? "something else"
        )
    }
}
