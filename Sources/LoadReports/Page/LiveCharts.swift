/// The charts of a run that goes on, for a page that draws them: the same lines as the report's, also where nothing is to be
/// seen yet.
package struct LiveCharts: Encodable, Sendable {
    /// One chart, with its head.
    private struct Chart: Encodable {
        let id: String
        let title: String
        let about: String
        /// What is said in its place while there is nothing to see.
        let nothing: String
        let logarithmic: Bool
        let series: [ChartData.Series]
    }

    /// The end of each interval, in seconds since the start of the run.
    private let times: [Double]
    private let tails: [Double] = []
    private let intervalS: Double
    private let charts: [Chart]

    private enum CodingKeys: String, CodingKey {
        case times, tails, charts
        case intervalS = "interval_s"
    }

    /// Takes the charts out of a run.
    ///
    /// - Parameters:
    ///   - series: The run over time.
    ///   - stallAfterMs: What a gap has to exceed to be a stall.
    ///   - maxErrorMs: The limit of the error bar so far; nil while it is not known.
    package init(_ series: TimeSeries, stallAfterMs: Double, maxErrorMs: Double?) {
        let data = ChartData(points: series.points, intervalS: series.intervalS, maxErrorMs: maxErrorMs)
        times = data.timesS
        intervalS = series.intervalS
        let figures = ChartFigure.all(stallAfterMs: stallAfterMs)
        charts = data.charts.map { chart in
            let figure = figures.first { $0.id == chart.id }
            return Chart(
                id: chart.id,
                title: figure?.title ?? chart.id,
                about: figure?.about ?? "",
                nothing: figure?.nothingYet ?? "",
                logarithmic: chart.isLogarithmic,
                series: chart.series
            )
        }
    }

    /// A point of every series.
    package struct Point: Encodable, Sendable {
        /// Its place among the points, from 0.
        let index: Int
        let time: Double
        /// `Shape:` [chart][series], in the order of the charts.
        let values: [[Double?]]
    }

    /// What a page has to be told of a run that goes on: the newest points, and the last that it was told of once more.
    ///
    /// That one was still growing, or a process that is slower had not told its share.
    /// - Parameters:
    ///   - series: The run over time.
    ///   - shown: How many points the page was told of.
    ///   - maxErrorMs: The limit of the error bar so far; nil while it is not known.
    /// - Returns: The points in the order of time.
    package static func newPoints(of series: TimeSeries, shown: Int, maxErrorMs: Double?) -> [Point] {
        let first = max(min(shown, series.points.count) - 1, 0)
        // The one before them too: a last interval that is short is drawn together with it.
        let start = max(first - 1, 0)
        let data = ChartData(points: series.points[start...], intervalS: series.intervalS, maxErrorMs: maxErrorMs)
        return (first..<series.points.count).map { index in
            Point(
                index: index,
                time: data.timesS[index - start],
                values: data.charts.map { $0.series.map { $0.values[index - start] } }
            )
        }
    }
}
