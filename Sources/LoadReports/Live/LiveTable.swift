/// A run that goes on, as the lines of a terminal.
package struct LiveTable {
    /// One line, and how it is to be shown.
    package struct Line {
        package enum Style {
            case plain
            case strong
            case faint
            case bad
        }

        package var text: String
        package var style = Style.plain
    }

    /// What does not change while a run goes on.
    package struct Facts {
        package var host: String
        package var path: String
        package var grouping: RowGrouping
        /// Nil for a run that ends when every conversation was played.
        package var runTimeS: Double?
        /// What keys do, in a line; nil where there are none.
        package var keys: String?

        package init(host: String, path: String, grouping: RowGrouping, runTimeS: Double?) {
            self.host = Shown.withoutSecrets(host)
            self.path = Shown.withoutSecrets(path)
            self.grouping = grouping
            self.runTimeS = runTimeS
        }
    }

    private let facts: Facts
    private var rates = RecentRates()
    private var maker: ReportTableMaker

    package init(_ facts: Facts) {
        self.facts = facts
        maker = ReportTableMaker(by: facts.grouping, endpoint: facts.path)
    }

    /// The lines for a snapshot, as many and as long as fit.
    ///
    /// - Parameters:
    ///   - snapshot: The state of the run; snapshots come in the order of time.
    ///   - columns: The terminal's width.
    ///   - rows: The terminal's height.
    /// - Returns: At least one line.
    package mutating func lines(of snapshot: RunSnapshot, columns: Int, rows: Int) -> [Line] {
        let whole = maker.table(of: snapshot)
        let (entries, total) = (whole.rows, whole.total)
        // More do not fit, however high a terminal is.
        rates.add(snapshot, rows: entries.prefix(rows) + [total])
        let head = headLines(snapshot, columns: columns)
        let keys = snapshot.phase == .running ? facts.keys.map { [Line(text: $0, style: .faint)] } ?? [] : []
        let tail = streamingLines(snapshot) + [Line(text: generatorText(snapshot), style: .faint)] + keys
        // The rest is for the table: its head, two rules and the total, and a blank line before and after.
        let room = rows - 1 - head.count - tail.count - 6
        var all = head
        if room > 0 || entries.isEmpty {
            all += [Line(text: "")] + table(entries, total, columns: columns, most: max(room, 1)) + [Line(text: "")]
        }
        all += tail
        return all.prefix(max(rows - 1, 1)).map {
            Line(text: String(Shown.line($0.text).prefix(columns)), style: $0.style)
        }
    }

    /// The state in one line, for where there is no terminal.
    ///
    /// - Parameter snapshot: The state of the run; snapshots come in the order of time.
    /// - Returns: Without an end of line.
    package mutating func line(of snapshot: RunSnapshot) -> String {
        rates.add(snapshot, rows: [])
        let turns = snapshot.turns
        var parts = [
            "\(clock(snapshot.elapsedS)) \(lineState(snapshot))\(counted(snapshot.activeUsers, "user")), "
                + counted(snapshot.activeTurns, "stream"),
            "conversations \(ended(snapshot))\(snapshot.result.isEndless ? "" : "/\(snapshot.conversations.planned)") "
                + "(\(snapshot.conversations.failed) failed)",
            "turns \(turns.completed) ok, \(turns.failed) failed" + abandoned(turns),
            "\(rates.eventsPerS.fixed(0)) events/s",
        ]
        if snapshot.arrivalsWaiting > 0 { parts.insert("\(snapshot.arrivalsWaiting) wait for a user", at: 1) }
        if snapshot.tokens != nil { parts.append("\(rates.perS(.outputTokens).fixed(0)) output tokens/s") }
        if let ttft = snapshot.result[.ttft].flatMap({ MetricSummary($0) }) {
            parts.append("ttft p50 \(ttft.p50Ms.fixed(1)) p95 \(ttft.p95Ms.fixed(1)) ms")
        }
        if let left = timeLeft(snapshot) { parts.append("\(left) left") }
        return Shown.line(parts.joined(separator: " | "))
    }

    private func lineState(_ snapshot: RunSnapshot) -> String {
        snapshot.phase == .stopping ? "stopping, " : snapshot.isWarmingUp ? "warming up, " : ""
    }

    private func abandoned(_ turns: TurnCounts) -> String {
        turns.abandoned > 0 ? ", \(turns.abandoned) abandoned" : ""
    }

    // MARK: The head

    private func headLines(_ snapshot: RunSnapshot, columns: Int) -> [Line] {
        let state =
            switch snapshot.phase {
            case .running: snapshot.isWarmingUp ? "  warming up" : ""
            case .stopping: "  stopping"
            case .finished: "  finished"
            }
        let counts = snapshot.conversations
        let done = ended(snapshot)
        let isEndless = snapshot.result.isEndless
        let share = Share.of(done, in: counts.planned)
        let width = min(max(columns / 5, 8), 30)
        let filled = Int(share * Double(width))
        let bar = String(repeating: "=", count: filled) + String(repeating: " ", count: width - filled)
        var progress =
            (isEndless
                ? counted(done, "conversation")
                : "[\(bar)] \((share * 100).fixed(0)) %  \(done) of \(counted(counts.planned, "conversation"))")
            + (counts.failed > 0 ? ", \(counts.failed) failed" : "") + "  \(rates.conversationsPerS.fixed(1))/s"
        if let left = timeLeft(snapshot) { progress += "  \(left) left" }
        let turns = snapshot.turns
        return [
            Line(text: "\(clock(snapshot.elapsedS))  \(facts.host)\(state)", style: .strong),
            Line(text: progress, style: counts.failed > 0 ? .bad : .plain),
            Line(
                text: "users \(snapshot.activeUsers)  "
                    + (snapshot.arrivalsWaiting > 0 ? "waiting for one \(snapshot.arrivalsWaiting)  " : "")
                    + "streams \(snapshot.activeTurns)  "
                    + "connections \(snapshot.openConnections)  turns \(turns.completed) completed, \(turns.failed) failed"
                    + abandoned(turns) + "  "
                    + "\(rates.eventsPerS.fixed(0)) events/s  \((rates.bytesPerS / 1_000).fixed(1)) kB/s"
                    + (snapshot.tokens == nil ? "" : "  \(rates.perS(.outputTokens).fixed(0)) output tokens/s")
            ),
        ]
    }

    private func ended(_ snapshot: RunSnapshot) -> UInt64 {
        let counts = snapshot.conversations
        return counts.completed + counts.failed + counts.cancelled
    }

    /// How long the run may still take: to the end of its time, or of its conversations at the present rate.
    private func timeLeft(_ snapshot: RunSnapshot) -> String? {
        guard snapshot.phase == .running else { return nil }
        let conversations = Double(
            snapshot.conversations.planned - min(ended(snapshot), snapshot.conversations.planned)
        )
        let byRate =
            rates.conversationsPerS > 0 && !snapshot.result.isEndless ? conversations / rates.conversationsPerS : nil
        // The run's time goes on from its true start.
        let beforeS = snapshot.result.warmUp?.durationS ?? 0
        let byTime = facts.runTimeS.map { max($0 - beforeS - snapshot.elapsedS, 0) }
        return [byRate, byTime].compactMap { $0 }.min().map { clock($0.rounded(.up)) }
    }

    private func clock(_ seconds: Double) -> String {
        let whole = Int(min(max(seconds, 0), 359_999_999))
        return [whole / 3600, whole / 60 % 60, whole % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }

    // MARK: The table

    private static let titles = ["# reqs", "# fails", "Avg", "Min", "Max", "Med", "req/s", "failures/s"]
    private static let widths = [9, 15, 8, 7, 8, 7, 9, 11]

    private func table(_ entries: [ReportRow], _ total: ReportRow, columns: Int, most: Int) -> [Line] {
        let shown = entries.prefix(entries.count > most ? most - 1 : most)
        let longest = (shown.map(\.name.count) + [total.name.count]).max() ?? 0
        let nameWidth = min(max(columns - Self.widths.reduce(0, +), 10), max(longest, 10))
        func row(_ name: String, _ values: [String]) -> String {
            let cut = name.count > nameWidth ? name.prefix(nameWidth - 1) + "…" : Substring(name)
            return String(cut).padded(nameWidth) + zip(values, Self.widths).map { $0.leading($1) }.joined()
        }
        let head = row("Name", Self.titles)
        let rule = Line(text: String(repeating: "-", count: head.count), style: .faint)
        var lines = [Line(text: head, style: .strong), rule]
        lines += shown.map { Line(text: row($0.name, values(of: $0)), style: $0.failures > 0 ? .bad : .plain) }
        if shown.count < entries.count {
            lines.append(Line(text: "and \(entries.count - shown.count) more, in the tables at the end", style: .faint))
        }
        return lines + [rule, Line(text: row(total.name, values(of: total)), style: .strong)]
    }

    private func values(of row: ReportRow) -> [String] {
        let share = Share.of(row.failures, in: row.requests) * 100
        let times =
            row.responses.count == 0 ? Array(repeating: "-", count: 4) : row.times.wholeMs.map { "\($0)" }
        return ["\(row.requests)", "\(row.failures)(\(share.fixed(2))%)"] + times
            + [rates.requestsPerS(ofRow: row.name).fixed(1), rates.failuresPerS(ofRow: row.name).fixed(1)]
    }

    // MARK: Streams and the generator

    private func streamingLines(_ snapshot: RunSnapshot) -> [Line] {
        let titles = ["count", "p50", "p90", "p95", "p99", "max"]
        let head = "Streaming (ms)".padded(16) + titles.map { $0.leading(10) }.joined()
        let answers: [Metric] = snapshot.result[.answerTTFT] == nil ? [] : [.answerTTFT]
        let rows = ([.ttft] + answers + [.interEvent, .responseTime]).map { metric in
            guard let value = snapshot.result[metric].flatMap({ MetricSummary($0) }) else {
                return Line(text: metric.label.padded(16) + "0".leading(10))
            }
            let times = [value.p50Ms, value.p90Ms, value.p95Ms, value.p99Ms, value.maxMs]
            let text = metric.label.padded(16) + "\(value.count)".leading(10)
            return Line(text: text + times.map { $0.fixed(1).leading(10) }.joined())
        }
        let stalls = snapshot.stalls
        var text = "stalls \(stalls.total) in \(counted(stalls.turns, "turn")) (\((stalls.rate * 100).fixed(2)) %)"
        if let goodput = snapshot.goodput {
            text +=
                "  goodput \((goodput.conversations * 100).fixed(1)) % of conversations, "
                + "\((goodput.turns * 100).fixed(1)) % of turns"
        }
        return [Line(text: head, style: .strong)] + rows + [Line(text: text)]
    }

    private func generatorText(_ snapshot: RunSnapshot) -> String {
        let generator = snapshot.generator
        var text = "generator: \((rates.cpuShare * 100).fixed(0)) % of a core, \(generator.peakRssBytes >> 20) MiB"
        if let canary = generator.canary {
            text += ", canary p99 \(canary.p99Ms.fixed(2)) ms, max \(canary.maxMs.fixed(2)) ms"
        }
        if let turn = generator.loopIteration { text += ", loop iteration p99 \(turn.p99Ms.fixed(2)) ms" }
        return text
    }
}
