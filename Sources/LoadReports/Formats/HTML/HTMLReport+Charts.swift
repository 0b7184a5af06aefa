// The places of the charts, which the page's script fills.

extension HTMLReport {
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
        var shown = ChartFigure.all(stallAfterMs: summary.stalls.afterMs)
        if summary.series.points.count < ChartData.fewestPoints {
            parts.append("<p class=\"note\">The run was too short for charts over time.</p>")
            shown = shown.filter { $0.id == "distribution" }
        }
        let figures = shown.map { figure in
            html(of: figure, data.charts.first { $0.id == figure.id })
        }
        return parts + ["<div class=\"charts\">", HTML(lines: figures), "</div>"]
    }

    private func html(of figure: ChartFigure, _ chart: ChartData.Chart?) -> HTML {
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
    private func description(_ figure: ChartFigure, _ chart: ChartData.Chart) -> String {
        let peaks = chart.series.filter { !$0.isLimit }.map { series in
            let peak = series.values.compactMap { $0 }.max() ?? 0
            return "\(series.label) at most \(series.unit == "ms" ? peak.readableMs : peak.grouped(1))"
        }
        return "Line chart. \(figure.title): \(figure.about) \(peaks.joined(separator: ", "))."
    }
}
