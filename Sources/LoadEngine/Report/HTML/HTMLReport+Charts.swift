// The places of the charts, which the page's script fills.

extension HTMLReport {
    private struct Figure {
        let id: String
        let title: String
        /// What it shows, in a few words.
        let about: String
        /// What is said in its place when there is nothing to see.
        let nothing: String
    }

    private var allFigures: [Figure] {
        [
            Figure(
                id: "throughput",
                title: "Throughput",
                about: "Turns that ended and events that came, per second.",
                nothing: "No turn ended."
            ),
            Figure(
                id: "load",
                title: "Users, streams and connections",
                about: "Users at work, turns on their way, connections open.",
                nothing: "There were no users."
            ),
            Figure(
                id: Metric.ttft.label,
                title: "Time to first token",
                about: "Percentiles of ttft in each interval.",
                nothing: "No turn had a first token."
            ),
            Figure(
                id: Metric.responseTime.label,
                title: "Response time",
                about: "Percentiles of response_time in each interval.",
                nothing: "No turn was completed."
            ),
            Figure(
                id: "distribution",
                title: "Latency distribution",
                about: "What this share of the samples did not exceed; each step to the right is ten times rarer.",
                nothing: "Nothing was measured."
            ),
            Figure(
                id: "stalls",
                title: "Stalls",
                about: "Gaps of over \(summary.stalls.afterMs.readableMs) between two content events, per second.",
                nothing: "No answer stalled for \(summary.stalls.afterMs.readableMs)."
            ),
            Figure(
                id: "failures",
                title: "Failures",
                about: "Turns that failed, per second.",
                nothing: "No turn failed."
            ),
            Figure(
                id: "canary",
                title: "Error bar",
                about: "How late the generator itself was (its canary).",
                nothing: "No canary tick was read."
            ),
        ]
    }

    /// The charts, or why there are none.
    ///
    /// - Parameter data: What they are drawn from; nil when there is nothing to draw them with.
    /// - Returns: The parts of their section.
    func figures(_ data: ChartData?) -> [HTML] {
        guard let data else {
            return [
                """
                <p class="note">This report has no charts: Chart.js was not found when it was written (Debian has it \
                in the package libjs-chart.js). The tables below have the numbers.</p>
                """
            ]
        }
        var parts: [HTML] = [
            """
            <noscript><p class="note">The charts need JavaScript.</p>
            <style>.canvas { display: none; }</style></noscript>
            """
        ]
        var shown = allFigures
        if summary.series.points.count < ChartData.fewestPoints {
            parts.append("<p class=\"note\">The run was too short for charts over time.</p>")
            shown = shown.filter { $0.id == "distribution" }
        }
        let figures = shown.map { figure in
            html(of: figure, data.charts.first { $0.id == figure.id })
        }
        return parts + ["<div class=\"charts\">", HTML(lines: figures), "</div>"]
    }

    private func html(of figure: Figure, _ chart: ChartData.Chart?) -> HTML {
        let content: HTML =
            chart.map {
                """
                <div class="canvas"><canvas id="chart-\(figure.id)" role="img" aria-label="\(description(figure, $0))">\
                </canvas></div>
                """
            } ?? "<p class=\"nothing\">\(figure.nothing)</p>"
        return """
            <figure>
            <figcaption><h3>\(figure.title)</h3><p>\(figure.about)</p></figcaption>
            \(content)
            </figure>
            """
    }

    /// The chart for those who cannot see it.
    private func description(_ figure: Figure, _ chart: ChartData.Chart) -> String {
        let peaks = chart.series.filter { !$0.isLimit }.map { series in
            let peak = series.values.compactMap { $0 }.max() ?? 0
            return "\(series.label) at most \(series.unit == "ms" ? peak.readableMs : peak.grouped(1))"
        }
        return "Line chart. \(figure.title): \(figure.about) \(peaks.joined(separator: ", "))."
    }
}
