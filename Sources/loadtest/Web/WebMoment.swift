import LoadEngine
import LoadReports

/// What the page's runs look like at one moment, for those who show it.
struct WebMoment: Sendable {
    /// Which numbers these are: they begin anew with every run and every reset.
    struct Generation: Hashable {
        var run = 0
        var resets = 0
    }

    let word: LiveState.State
    /// What is known of the run; nil before the first.
    var facts: LiveState.Run?
    let snapshot: RunSnapshot
    let table: ReportTable
    var series = TimeSeries()
    /// Those of the last seconds; none once the run has ended.
    var rates = RecentRates()
    var responses = RecentResponses()
    /// The result, or what it would be if the run ended now; nil before the first run.
    var summary: Summary?
    var generation = Generation()

    private var maxErrorMs: Double? { snapshot.generator.maxErrorMs }

    /// As the page has it.
    var state: LiveState {
        LiveState(
            word,
            run: facts,
            snapshot,
            table,
            recent: rates,
            thresholds: summary?.thresholds ?? [],
            // Amid a run they would be of what may still come.
            warnings: word == .stopped ? summary?.warnings ?? [] : []
        )
    }

    /// As Locust has it.
    var status: LocustStatus { LocustStatus(table, rates: rates, recent: responses, state: word) }

    /// What a page that was told of so many points of the charts has to be told now.
    func newPoints(shown: Int) -> [LiveCharts.Point] {
        LiveCharts.newPoints(of: series, shown: shown, maxErrorMs: maxErrorMs)
    }

    /// The charts up to now.
    var charts: LiveCharts { LiveCharts(series, stallAfterMs: snapshot.stalls.afterMs, maxErrorMs: maxErrorMs) }
}
