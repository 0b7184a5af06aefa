// What a reader sees first: whether the numbers can be trusted, and those that matter most.

extension HTMLReport {
    /// The verdict and the error bar, explained in a sentence.
    var verdict: HTML {
        let (mark, name): (String, String) =
            switch summary.run.verdict {
            case .valid: ("good", "Valid measurement")
            case .generatorBound: ("bad", "Generator-bound")
            case .interrupted: ("warn", "Interrupted")
            }
        let lost = summary.losses.map { "<p>Lost: \($0)</p>" as HTML }
        let log = (summary.generator.eventLog?.shortcomings ?? []).map { "<p>Note: \($0)</p>" as HTML }
        // Amid a run they would be of what may still come.
        let unreachable = goesOn ? nil : summary.unreachable
        let warnings = goesOn ? [] : summary.warnings.filter { $0 != unreachable }
        let first =
            unreachable.map { "<p><strong class=\"bad\">No turn reached the server:</strong> \($0)</p>" as HTML } ?? ""
        let others = warnings.map { "<p><strong>Warning:</strong> \($0)</p>" as HTML }
        return """
            <div class="verdict \(mark)">
            \(first)<p>\(unfinished)<strong>\(name).</strong> \(verdictSentence)</p>\(HTML(lines: lost + log + others))\(thresholdSentence)
            </div>
            """
    }

    private var unfinished: HTML {
        goesOn ? "<strong>The run goes on</strong>: this is what there was when the page was written. " : ""
    }

    private var verdictSentence: HTML {
        let generator = summary.generator
        guard let canary = generator.canary else {
            let short = "No canary tick was read, so the error of the times is not known"
            return summary.run.verdict == .interrupted
                ? "\(short)." : "\(short): the run was too short."
        }
        let limit = generator.maxErrorMs.map { " (\($0.readableMs) is allowed)" } ?? ""
        let lateness =
            "99 % of its \(canary.count.grouped) canary ticks were read within \(canary.p99Ms.readableMs)\(limit)"
        switch summary.run.verdict {
        case .valid:
            return "The generator was punctual: \(lateness), so the times below are true to about that."
        case .interrupted where generator.lostProcesses != nil:
            return """
                What a lost process did after its last report is not in the numbers below; of the generator, \
                \(lateness).
                """
        case .interrupted:
            return """
                The run was stopped before its end: everything below is of the time until then; of the generator, \
                \(lateness).
                """
        case .generatorBound:
            let tooFew = !ErrorBar.isJudged(summary) ? " Few ticks were read, so this says little." : ""
            return """
                The generator itself was late: \(lateness), and its delays are in the times below; use fewer users, \
                <code>--processes</code>, or a machine of its own.\(tooFew)
                """
        }
    }

    private var thresholdSentence: HTML {
        let all = summary.thresholds.count
        let failed = summary.thresholds.count { !$0.ok }
        guard all > 0 else { return "" }
        let found: HTML =
            failed == 0
            ? "<strong>Every threshold was kept.</strong>"
            : "<strong class=\"bad\">\("\(failed) of \(counted(all, "threshold"))") failed.</strong>"
        let ended = summary.thresholds.first { $0.endedRunAfterS != nil }.map { threshold -> HTML in
            let afterMs = (threshold.endedRunAfterS ?? 0) * 1e3
            return "<code>\(threshold.expr)</code> ended the run after \(afterMs.readableMs)."
        }
        return "<p>\(found) \(ended ?? "") <a href=\"#thresholds\">Thresholds</a></p>"
    }

    /// The numbers that matter most.
    var cards: HTML {
        let hasAnswers = metrics[Metric.answerTTFT.label] != nil
        let all: [HTML?] = [
            conversationCard, turnCard, failureCard, eventCard, summary.tokens.map(tokenCard), userCard, durationCard,
            latencyCard(.ttft), hasAnswers ? latencyCard(.answerTTFT) : nil, latencyCard(.responseTime), stallCard,
        ]
        return """
            <ul class="cards">
            \(HTML(lines: (all + [summary.goodput.map(goodputCard)]).compactMap { $0 }))
            </ul>
            """
    }

    private func card(_ title: String, _ value: String, _ more: String, isBad: Bool = false) -> HTML {
        """
        <li class="card\(isBad ? " bad" : "")"><h3>\(title)</h3><p class="value">\(value)</p>
        <p class="more">\(more)</p></li>
        """
    }

    private var conversationCard: HTML {
        let counts = summary.conversations
        let others = [(counts.failed, "failed"), (counts.cancelled, "cancelled"), (counts.notStarted, "not started")]
            .filter { $0.0 > 0 }.map { "\($0.0.grouped) \($0.1)" }
        let of = "completed of \(counts.planned.grouped)"
        return card("Conversations", counts.completed.grouped, ([of] + others).joined(separator: ", "))
    }

    private var turnCard: HTML {
        let counts = summary.turns
        let cut = [(counts.abandoned, "abandoned"), (counts.cancelled, "cancelled")].filter { $0.0 > 0 }
            .map { ", \($0.0.grouped) \($0.1)" }.joined()
        let perS = summary.run.durationS > 0 ? Double(counts.completed + counts.failed) / summary.run.durationS : 0
        return card(
            "Turns",
            counts.completed.grouped,
            "completed of \(counts.started.grouped)\(cut), \(perS.grouped(1))/s"
        )
    }

    private var failureCard: HTML {
        let counts = summary.turns
        let share = Share.of(counts.failed, in: counts.completed + counts.failed)
        return card(
            "Failures",
            counts.failed.grouped,
            counts.failed == 0 ? "no turn failed" : "\(share.readablePercent) of the turns",
            isBad: counts.failed > 0
        )
    }

    private var eventCard: HTML {
        let events = summary.events
        return card(
            "Events/s",
            events.perS.grouped(1),
            "\(events.total.grouped) \(plural(events.total, "event")), \(Double.readable(bytes: events.bytes))"
        )
    }

    private func tokenCard(_ tokens: TokenCounts) -> HTML {
        let perS = summary.run.durationS > 0 ? Double(tokens.output) / summary.run.durationS : 0
        let counts = TokenCounts.kinds.filter { tokens[keyPath: $0.count] > 0 || $0.count == \.output }
        return card(
            "Output tokens/s",
            perS.grouped(1),
            counts.map { "\(tokens[keyPath: $0.count].grouped) \($0.name)" }.joined(separator: ", ")
                + ", as the server says"
        )
    }

    private var userCard: HTML {
        card(
            "Users",
            UInt64(max(summary.run.users, 0)).grouped,
            (summary.peakUsers.map { "at most \($0.grouped) at work, " } ?? "at most ")
                + "\(summary.turns.peakConcurrent.grouped) \(plural(summary.turns.peakConcurrent, "stream")) at once"
        )
    }

    private var durationCard: HTML {
        let opened = summary.generator.connectionsOpened
        return card(
            "Duration",
            (summary.run.durationS * 1e3).readableMs,
            "\(opened.grouped) \(plural(opened, "connection")) opened"
        )
    }

    private func latencyCard(_ metric: Metric) -> HTML {
        let values = metrics[metric.label]
        func percentile(_ name: String, _ value: Double?) -> HTML {
            "<div><dt>\(name)</dt><dd>\(value?.readableMs ?? "–")</dd></div>"
        }
        let percentiles = [
            percentile("p50", values?.p50Ms), percentile("p95", values?.p95Ms), percentile("p99", values?.p99Ms),
        ]
        return """
            <li class="card wide"><h3>\(metric.label)</h3>
            <dl>\(HTML(lines: percentiles))</dl>
            <p class="more">\(metric.formula)</p></li>
            """
    }

    private var stallCard: HTML {
        let stalls = summary.stalls
        return card(
            "Stalls",
            stalls.rate.readablePercent,
            "of the turns; \(stalls.total.grouped) \(plural(stalls.total, "gap")) over \(stalls.afterMs.readableMs)"
        )
    }

    private func goodputCard(_ goodput: Goodput) -> HTML {
        card(
            "Goodput",
            goodput.conversations.readablePercent,
            "of the conversations, \(goodput.turns.readablePercent) of the turns kept to "
                + goodput.objectives.joined(separator: ", ")
        )
    }
}
