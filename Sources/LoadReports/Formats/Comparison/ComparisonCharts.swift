import FoundationEssentials

/// What the page of a comparison draws its charts from: the lines of both runs in each.
struct ComparisonCharts: Encodable {
    /// What a chart shows of a run's own.
    private struct Choice {
        let id: String
        /// The lines by their labels in the charts of a run, the dashed ones first.
        let lines: [(label: String, isDashed: Bool)]
    }

    private static let choices = [
        Choice(id: Metric.ttft.label, lines: [("p50", true), ("p95", false)]),
        Choice(id: Metric.responseTime.label, lines: [("p50", true), ("p95", false)]),
        Choice(id: "throughput", lines: [("turns/s", false)]),
        Choice(id: "load", lines: [("users", true), ("active streams", false)]),
        Choice(
            id: "distribution",
            lines: [(Metric.ttft.label, false), (Metric.interEvent.label, true), (Metric.responseTime.label, false)]
        ),
    ]

    /// The end of the longer run, in seconds.
    let lastS: Double
    /// The places of the percentiles of whom there are more.
    let tails: [Double]
    /// Those that have something to show.
    let charts: [ChartData.Chart]

    enum CodingKeys: String, CodingKey {
        case charts, tails
        case lastS = "last"
    }

    /// Takes what the charts show out of two results.
    init(_ comparison: RunComparison) {
        let sides = [
            ("before", ChartData(comparison.before), ["c1", "muted", "c3"]),
            ("after", ChartData(comparison.after), ["c2", "bad", "good"]),
        ]
        lastS = sides.compactMap { $0.1.timesS.last }.max() ?? 0
        tails = sides.map(\.1.tails).max { $0.count < $1.count } ?? []
        charts = Self.choices.compactMap { choice in
            let series = sides.flatMap { name, data, colors -> [ChartData.Series] in
                guard let chart = data.charts.first(where: { $0.id == choice.id }) else { return [] }
                return choice.lines.enumerated().compactMap { index, line in
                    guard let found = chart.series.first(where: { $0.label == line.label }) else { return nil }
                    return ChartData.Series(
                        label: "\(line.label) \(name)",
                        // Of two lines the dashed one is told apart by that.
                        color: choice.lines.count > 2 ? colors[index] : colors[0],
                        unit: found.unit,
                        isLimit: line.isDashed,
                        values: found.values,
                        places: chart.isTail ? data.tails : data.timesS
                    )
                }
            }
            guard !series.isEmpty else { return nil }
            let isTail = choice.id == "distribution"
            return ChartData.Chart(id: choice.id, isTail: isTail, isLogarithmic: isTail, series: series)
        }
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: Shown.json(try encoder.encode(self)), as: UTF8.self)
    }
}
