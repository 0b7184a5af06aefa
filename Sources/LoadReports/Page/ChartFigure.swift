/// What is said around a chart.
struct ChartFigure {
    let id: String
    let title: String
    /// What it shows, in a few words.
    let about: String
    /// What is said in its place when there is nothing to see.
    let nothing: String
    /// What is said there while the run goes on, and there may still be something.
    let nothingYet: String

    /// The charts of a run, in the order of the page.
    ///
    /// - Parameter stallAfterMs: What a gap has to exceed to be a stall.
    /// - Returns: All of them.
    static func all(stallAfterMs: Double) -> [ChartFigure] {
        [
            ChartFigure(
                id: "throughput",
                title: "Throughput",
                about: "Turns that ended and events that came, per second.",
                nothing: "No turn ended.",
                nothingYet: "No turn has ended yet."
            ),
            ChartFigure(
                id: "load",
                title: "Users, streams and connections",
                about: "Users at work, turns on their way, connections open.",
                nothing: "There were no users.",
                nothingYet: "No users yet."
            ),
            ChartFigure(
                id: Metric.ttft.label,
                title: "Time to first token",
                about: "Percentiles of ttft in each interval.",
                nothing: "No turn had a first token.",
                nothingYet: "No turn has had a first token yet."
            ),
            ChartFigure(
                id: Metric.responseTime.label,
                title: "Response time",
                about: "Percentiles of response_time in each interval.",
                nothing: "No turn was completed.",
                nothingYet: "No turn has been completed yet."
            ),
            ChartFigure(
                id: "distribution",
                title: "Latency distribution",
                about: "What this share of the samples did not exceed; each step to the right is ten times rarer.",
                nothing: "Nothing was measured.",
                nothingYet: "Nothing was measured yet."
            ),
            ChartFigure(
                id: "stalls",
                title: "Stalls",
                about: "Gaps of over \(stallAfterMs.readableMs) between two content events, per second.",
                nothing: "No answer stalled for \(stallAfterMs.readableMs).",
                nothingYet: "No answer has stalled."
            ),
            ChartFigure(
                id: "failures",
                title: "Failures",
                about: "Turns that failed, per second.",
                nothing: "No turn failed.",
                nothingYet: "No turn has failed."
            ),
            ChartFigure(
                id: "canary",
                title: "Error bar",
                about: "How late the generator itself was (its canary).",
                nothing: "No canary tick was read.",
                nothingYet: "No canary tick was read yet."
            ),
        ]
    }
}
