// The tables of what failed, of the conversations, and of what was run with what.

extension HTMLReport {
    /// Of failures by row, the most that a page shows: there may be a dozen for each row.
    private static let mostFailures = 1_000

    /// What failed and why, in all and for each row.
    var failureTables: [HTML] {
        let (rows, total) = reportRows
        guard total.failures > 0 else { return ["<p class=\"nothing\">No turn failed.</p>"] }
        let byRow = rows.flatMap { row in row.failuresByKind.map { (row, $0) } }.sorted { $0.1.count > $1.1.count }
        return [failureTable(total).html] + (rows.count > 1 ? [failureTable(byRow).html] : [])
    }

    private func failureTable(_ total: ReportRow) -> HTMLTable {
        let failures = total.failuresByKind.sorted { $0.count > $1.count }
        return HTMLTable(
            caption: "Failures by reason",
            note: "times in UTC",
            columns: [
                .text("Reason"), .number("Turns"), .number("% of turns"), .number("Before first token"),
                .number("After first token"), .text("First seen"), .text("Last seen"), .long("Example"),
            ],
            rows: failures.map { failure in
                let detail = details[failure.label]
                let codes = (detail?.codes ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.grouped)" }
                let status: HTML = codes.isEmpty ? "" : "<small>status \(codes.joined(separator: ", "))</small>"
                let counts = [
                    failure.count.grouped, (Share.of(failure.count, in: total.requests) * 100).fixed(2),
                    detail?.beforeFirstToken.grouped ?? "–", detail?.afterFirstToken.grouped ?? "–",
                ]
                return ["\(.name(failure.label))\(status)"] + counts.map { "\($0)" } + seen(failure.times)
                    + [detail?.examples.first.map { "<code>\($0)</code>" } ?? "–"]
            }
        )
    }

    private func failureTable(_ failures: [(row: ReportRow, failure: ReportRow.Failure)]) -> HTMLTable {
        let shown = failures.prefix(Self.mostFailures)
        let cut = shown.count == failures.count ? "" : "; the \(shown.count) most frequent of \(failures.count)"
        return HTMLTable(
            caption: "Failures by row",
            note: "times in UTC\(cut)",
            columns: [
                .text(rowTitle), .text("Reason"), .number("Turns"), .number("% of turns"), .text("First seen"),
                .text("Last seen"),
            ],
            rows: shown.map { row, failure in
                [
                    .name(row.name), "\(failure.label)", "\(failure.count.grouped)",
                    "\((Share.of(failure.count, in: row.requests) * 100).fixed(2))",
                ] + seen(failure.times)
            }
        )
    }

    private func seen(_ times: FailureTimes?) -> [HTML] {
        [times?.firstSeen, times?.lastSeen].map { time in
            time.map { "<time>\(String($0.replacing("T", with: " ").filter { $0 != "Z" }))</time>" } ?? "–"
        }
    }

    /// Each conversation over all its invocations, and the slowest invocations.
    var conversationTables: [HTML] {
        guard !summary.byConversation.isEmpty else { return [] }
        let slowest = summary.slowestConversations
        return [conversationTable.html] + (slowest.isEmpty ? [] : [slowestTable(slowest).html])
    }

    private var conversationTable: HTMLTable {
        let hasObjectives = summary.result.hasObjectives
        let titles =
            ["Planned", "Completed", "Failed", "Cancelled", "Not started"] + (hasObjectives ? ["Good"] : [])
            + ["p50", "p95", "p99", "Max"]
        return HTMLTable(
            caption: "Conversations",
            note: "conversation_time in ms: \(Metric.conversationTime.formula)",
            columns: [.text("Conversation")] + titles.map(HTMLTable.Column.number),
            rows: summary.byConversation.map { result in
                let counts = result.counts
                let numbers = [counts.planned, counts.completed, counts.failed, counts.cancelled, counts.notStarted]
                return conversationCells(result.conversation, numbers, result.good, result.conversationTime)
            },
            total: conversationCells(
                "All",
                [
                    summary.conversations.planned, summary.conversations.completed, summary.conversations.failed,
                    summary.conversations.cancelled, summary.conversations.notStarted,
                ],
                summary.goodput?.goodConversations,
                metrics[Metric.conversationTime.label]
            )
        )
    }

    private func conversationCells(_ name: String, _ counts: [UInt64], _ good: UInt64?, _ time: MetricSummary?)
        -> [HTML]
    {
        let numbers = counts + (summary.result.hasObjectives ? [good ?? 0] : [])
        let times = [time?.p50Ms, time?.p95Ms, time?.p99Ms, time?.maxMs].map { $0?.grouped(2) ?? "–" }
        return named(name, numbers.map(\.grouped) + times)
    }

    private func slowestTable(_ slowest: [SlowConversation]) -> HTMLTable {
        HTMLTable(
            caption: "Slowest conversations",
            note: "the start is that of the first send, in seconds since the start of the run",
            columns: [.text("Conversation"), .text("Session"), .number("Time (ms)"), .number("Start (s)")],
            rows: slowest.map { entry in
                [
                    .name(entry.conversation), "<code>\(entry.session)</code>", "\(entry.timeMs.grouped(2))",
                    "\(entry.startS.grouped(2))",
                ]
            }
        )
    }

    /// What was asked of the run, and whether it was so; nothing for a run without thresholds.
    var thresholdTables: [HTML] {
        guard !summary.thresholds.isEmpty else { return [] }
        let failed = summary.thresholds.count { !$0.ok }
        return [
            HTMLTable(
                caption: failed == 0
                    ? "All thresholds were kept"
                    : "\(failed) of \(counted(summary.thresholds.count, "threshold")) failed",
                columns: [.text("Threshold"), .number("Observed"), .text("Result")],
                rows: summary.thresholds.map { threshold in
                    [
                        "<code>\(threshold.expr)</code>", "\(threshold.observedText)",
                        threshold.ok ? "<span class=\"good\">kept</span>" : "<span class=\"bad\">failed</span>",
                    ]
                }
            ).html
        ]
    }

    /// What was run, what the generator itself used, and every option that is known.
    var factTables: HTML {
        let options = summary.configuration.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        return """
            <div class="facts">
            \(runTable)
            \(generatorTable)
            \(shareTable)
            \(options.isEmpty ? "" : table("Options", options))
            </div>
            """
    }

    private var generatorTable: HTML {
        let generator = summary.generator
        let cores = summary.run.durationS > 0 ? generator.cpuS / summary.run.durationS : 0
        var rows: [(String, String)] = [
            ("Processes", "\(summary.run.processes)"),
            ("CPU time", "\((generator.cpuS * 1e3).readableMs) (\((cores * 100).fixed(1)) % of one core)"),
            ("Peak resident memory", Double.readable(bytes: generator.peakRssBytes)),
            ("Connections opened", generator.connectionsOpened.grouped),
            ("Kept connections that the server had closed", summary[.staleReuse].grouped),
        ]
        if let version = generator.libcurl { rows.append(("libcurl", generator.libcurlNote ?? version)) }
        for usage in generator.addresses ?? [] { rows.append(("Address of the host", usage.text)) }
        if let canary = generator.canary {
            rows.append(("Canary ticks", canary.count.grouped))
            rows.append(
                (
                    "Canary p50, p99, max",
                    [canary.p50Ms, canary.p99Ms, canary.maxMs].map(\.readableMs).joined(separator: ", ")
                )
            )
        }
        if let limit = generator.maxErrorMs { rows.append(("Limit of the canary's p99", limit.readableMs)) }
        if let iteration = generator.loopIteration {
            let lengths = [iteration.p99Ms, iteration.maxMs].map(\.readableMs)
            rows.append(("Iterations of the loop", iteration.count.grouped))
            rows.append(("Loop iteration p99, max", lengths.joined(separator: ", ")))
        }
        return table("The generator", rows)
    }

    private var runTable: HTML {
        let run = summary.run
        let facts = [
            ("Host", run.host), ("Path of a turn", run.path), ("Started at", run.startedAt),
            ("Users", "\(run.users)"), ("A stall is a gap over", summary.stalls.afterMs.readableMs),
            ("Objectives", summary.goodput?.objectives.joined(separator: ", ") ?? "none"),
        ]
        return table("The run", facts)
    }

    /// The shares that were merged, or which this is; nothing for a whole run.
    private var shareTable: HTML {
        let run = summary.run
        if let share = run.share {
            return table("The share", [("Share", share.text), ("Run", share.plan), ("Machine", share.machine)])
        }
        guard let plan = run.shares?.first?.plan else { return "" }
        let rows = run.offsets.sorted { $0.share.index < $1.share.index }.map { share, offsetMs -> [HTML] in
            [
                "\(share.text)", "\(share.machine)", "\(share.startedAt)", "\(offsetMs.grouped(0))",
                "\(share.clockErrorMs?.grouped(1) ?? "unknown")", "\(share.durationS.grouped(1))",
            ]
        }
        return HTMLTable(
            caption: "Shares",
            note: "of the run \(plan); times by the clock of each machine, whose error by its kernel may be so much",
            columns: [.text("Share"), .text("Machine"), .text("Began")]
                + ["After the first (ms)", "Clock ± (ms)", "Duration (s)"].map(HTMLTable.Column.number),
            rows: rows
        ).html
    }

    private func table(_ caption: String, _ rows: [(String, String)]) -> HTML {
        let lines = rows.map {
            "<tr><th scope=\"row\" class=\"t\">\($0.0)</th><td class=\"t long\">\($0.1)</td></tr>" as HTML
        }
        return """
            <div class="scroll" role="region" aria-label="\(caption)" tabindex="0">
            <table>
            <caption>\(caption)</caption>
            <tbody>
            \(HTML(lines: lines))
            </tbody>
            </table>
            </div>
            """
    }
}
