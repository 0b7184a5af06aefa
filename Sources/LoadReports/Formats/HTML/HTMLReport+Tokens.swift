// What servers say of their answers: tokens, and why they ended. Nothing for a run whose servers say nothing.

extension HTMLReport {
    /// The tables of tokens and of finish reasons, where there are any.
    func tokenTables(_ rows: [ReportRow], _ total: ReportRow) -> [HTML] {
        (total.tally.tokens == nil ? [] : [tokenTable(rows, total).html])
            + (total.tally.finishReasons.isEmpty ? [] : [reasonTable(rows, total).html])
    }

    private func tokenTable(_ rows: [ReportRow], _ total: ReportRow) -> HTMLTable {
        func cells(_ row: ReportRow) -> [HTML] {
            let tpot = row.metric(.tpot)
            let times = [tpot?.p50Ms, tpot?.p95Ms, tpot?.p99Ms].map { $0?.grouped(2) ?? "–" }
            guard let tokens = row.tally.tokens else {
                return named(row.name, ["0"] + Array(repeating: "–", count: 5) + times)
            }
            let counts = [tokens.turns, tokens.input, tokens.cached, tokens.reasoning, tokens.output].map(\.grouped)
            return named(row.name, counts + [perSecond(tokens.output)] + times)
        }
        return HTMLTable(
            caption: "Tokens",
            note: "as the server says, of the completed turns of which it does; tpot in ms: \(Metric.tpot.formula)",
            columns: [.text(rowTitle)]
                + [
                    "Turns", "Input", "Cached", "Reasoning", "Output", "Output/s", "tpot p50", "tpot p95", "tpot p99",
                ].map(HTMLTable.Column.number),
            rows: rows.map(cells),
            total: cells(total)
        )
    }

    private func reasonTable(_ rows: [ReportRow], _ total: ReportRow) -> HTMLTable {
        let names = total.tally.finishReasons.entries.map(\.name)
        func cells(_ row: ReportRow) -> [HTML] {
            named(row.name, names.map { row.tally.finishReasons[$0].grouped })
        }
        return HTMLTable(
            caption: "Finish reasons",
            note: "of completed turns, in the words of the server",
            columns: [.text(rowTitle)] + names.map(HTMLTable.Column.number),
            rows: rows.map(cells),
            total: cells(total)
        )
    }
}
