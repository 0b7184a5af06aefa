import FoundationEssentials

/// What the page's script draws its charts from.
struct ChartData: Encodable {
    /// A line of a chart.
    struct Series: Encodable {
        let label: String
        /// The name of the colour in the style sheet.
        let color: String
        /// `ms`, `rate` (a number per second) or `count`.
        let unit: String
        /// Whether it has an axis of its own, on the right.
        var isRight = false
        /// Whether the space below it is filled.
        var isFilled = false
        /// Whether it is a limit, drawn as a thin broken line.
        var isLimit = false
        /// Nil where there was nothing to measure.
        let values: [Double?]
        /// Where its points are, where it has places of its own.
        var places: [Double]?

        enum CodingKeys: String, CodingKey {
            case label, color, unit, values, places
            case isRight = "right"
            case isFilled = "filled"
            case isLimit = "limit"
        }
    }

    struct Chart: Encodable {
        let id: String
        /// Whether the horizontal axis shows percentiles, in powers of ten of what is beyond them, instead of the time.
        var isTail = false
        var isLogarithmic = false
        let series: [Series]

        enum CodingKeys: String, CodingKey {
            case id, series
            case isTail = "tail"
            case isLogarithmic = "logarithmic"
        }
    }

    /// The end of each interval, in seconds since the start of the run.
    let timesS: [Double]
    /// The places of the percentiles: 0 for all samples, 1 for the slowest tenth, 2 for the slowest hundredth.
    let tails: [Double]
    /// Those that have something to show.
    private(set) var charts: [Chart] = []

    enum CodingKeys: String, CodingKey {
        case charts, tails
        case timesS = "times"
    }

    /// Percentiles are drawn at this distance from each other.
    private static let tailStep = 0.05
    /// What is left of the samples after one such step: 10 to the power of −0.05.
    private static let tailRatio = 0.891_250_938_133_745_6
    /// Lines over time need two points.
    static let fewestPoints = 2

    /// Takes what the charts show out of a result.
    init(_ summary: Summary) {
        let points = summary.series.points
        timesS = points.map { Self.short($0.endS) }
        let distributions = [Metric.ttft, .interEvent, .responseTime].map { metric in
            (metric, summary.result[metric].flatMap { $0.hasBuckets ? $0 : nil })
        }
        let tails = Self.tails(samples: distributions.compactMap { $1?.count }.max() ?? 0)
        self.tails = tails.map(\.place)
        if points.count >= Self.fewestPoints {
            let overTime = Self.overTime(
                points,
                intervalS: summary.series.intervalS,
                maxErrorMs: summary.generator.maxErrorMs
            )
            for chart in overTime { add(chart.id, chart.series, isLogarithmic: chart.isLogarithmic) }
        }
        add(
            "distribution",
            zip(["c1", "c2", "c3"], distributions).map { color, distribution in
                Self.curve(distribution.0.label, color, distribution.1, at: tails)
            },
            isTail: true,
            isLogarithmic: true
        )
    }

    /// The charts over time of a run that goes on, all of them, whether there is something to see or not.
    ///
    /// - Parameters:
    ///   - points: The intervals.
    ///   - intervalS: Their length.
    ///   - maxErrorMs: The limit of the error bar so far; nil while it is not known.
    init(points: some Collection<TimePoint>, intervalS: Double, maxErrorMs: Double?) {
        let points = Array(points)
        timesS = points.map { Self.short($0.endS) }
        tails = []
        charts = Self.overTime(points, intervalS: intervalS, maxErrorMs: maxErrorMs)
    }

    private static func overTime(_ points: [TimePoint], intervalS: Double, maxErrorMs: Double?) -> [Chart] {
        let rates = Rates(points: points, intervalS: intervalS)
        let canary = percentiles([50, 99, 100], of: points.map(\.canary)) + [limit(maxErrorMs, count: points.count)]
        return [
            Chart(
                id: "throughput",
                series: [
                    rates.series("turns/s", "c1") { $0.turnsCompleted + $0.turnsFailed },
                    rates.series("events/s", "c2", isRight: true) { $0.events },
                ]
            ),
            Chart(
                id: "load",
                series: [
                    gauge("users", "c1", points.map(\.activeUsers)),
                    gauge("active streams", "c2", points.map(\.activeTurns)),
                    gauge("open connections", "c3", points.map(\.openConnections)),
                ]
            ),
            Chart(id: "ttft", series: percentiles([50, 95, 99], of: points.map(\.ttft))),
            Chart(id: "response_time", series: percentiles([50, 95, 99], of: points.map(\.responseTime))),
            Chart(id: "stalls", series: [rates.series("stalls/s", "c2", isFilled: true) { $0.stalls }]),
            Chart(id: "failures", series: [rates.series("failed turns/s", "bad", isFilled: true) { $0.turnsFailed }]),
            Chart(id: "canary", isLogarithmic: true, series: canary),
        ]
    }

    /// Adds a chart unless there is nothing to see: no value, or on rates nothing but zeros.
    private mutating func add(_ id: String, _ series: [Series], isTail: Bool = false, isLogarithmic: Bool = false) {
        let shown = series.filter { series in
            series.values.contains { $0 != nil && !(series.isRight && $0 == 0) }
        }
        let isAnything = shown.contains { series in
            !series.isLimit && (series.unit == "ms" || series.values.contains { $0 ?? 0 > 0 })
        }
        guard isAnything else { return }
        charts.append(Chart(id: id, isTail: isTail, isLogarithmic: isLogarithmic, series: shown))
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: Shown.json(try encoder.encode(self)), as: UTF8.self)
    }

    private static func gauge(_ label: String, _ color: String, _ values: [UInt64]) -> Series {
        Series(label: label, color: color, unit: "count", values: values.map(Double.init))
    }

    /// A line also while the limit is not known: the lines of a chart do not change.
    private static func limit(_ valueMs: Double?, count: Int) -> Series {
        Series(
            label: "limit of p99",
            color: "muted",
            unit: "ms",
            isLimit: true,
            values: Array(repeating: valueMs, count: count)
        )
    }

    private static func percentiles(_ ranks: [Double], of samples: [SmallHistogram]) -> [Series] {
        zip(["c1", "c2", "c3"], ranks).map { color, rank in
            Series(
                label: rank == 100 ? "max" : "p\(rank.fixed(0))",
                color: color,
                unit: "ms",
                values: samples.map { $0.percentileMs(rank).map(short) }
            )
        }
    }

    /// The distribution up to its greatest sample, as a curve.
    private static func curve(
        _ label: String,
        _ color: String,
        _ samples: Distribution?,
        at tails: [(place: Double, share: Double)]
    ) -> Series {
        var values = [Double?](repeating: nil, count: tails.count)
        if let samples, samples.count > 0 {
            let own = tails.prefix { isWithin($0.share, samples.count) }
            let found = samples.percentilesNs(own.map { (1 - $0.share) * 100 })
            for (index, valueNs) in found.enumerated() { values[index] = short(Nanoseconds.milliseconds(valueNs)) }
        }
        return Series(label: label, color: color, unit: "ms", values: values)
    }

    /// The places at which so many samples still say something, and the share of the samples beyond each.
    private static func tails(samples: UInt64) -> [(place: Double, share: Double)] {
        var result: [(Double, Double)] = []
        var share = 1.0
        while isWithin(share, samples) {
            result.append((short(Double(result.count) * tailStep), share))
            share *= tailRatio
        }
        return result
    }

    /// Whether there is half a sample beyond, which is the place of the greatest one.
    private static func isWithin(_ share: Double, _ samples: UInt64) -> Bool { share * Double(samples) >= 0.5 }

    /// The number without digits that nobody sees: they would double the size of the page.
    fileprivate static func short(_ value: Double) -> Double {
        let scale = value < 1 ? 1e4 : value < 100 ? 1e3 : 10
        return (value * scale).rounded() / scale
    }
}

/// Counts of the intervals of a run as numbers per second.
private struct Rates {
    private let points: [TimePoint]
    private let intervalS: Double

    init(points: [TimePoint], intervalS: Double) {
        self.points = points
        self.intervalS = intervalS
    }

    func series(
        _ label: String,
        _ color: String,
        isRight: Bool = false,
        isFilled: Bool = false,
        _ count: (TimePoint) -> UInt64
    ) -> ChartData.Series {
        var values = points.map { perSecond(count($0), $0.endS - $0.startS) }
        // The last interval ends with the run: a short one would show a rate that no second had.
        if let last = points.last, let before = points.dropLast().last, last.endS - last.startS < intervalS / 2 {
            values[values.count - 1] = perSecond(count(last) + count(before), last.endS - before.startS)
        }
        return ChartData.Series(
            label: label,
            color: color,
            unit: "rate",
            isRight: isRight,
            isFilled: isFilled,
            values: values
        )
    }

    private func perSecond(_ count: UInt64, _ seconds: Double) -> Double {
        seconds > 0 ? ChartData.short(Double(count) / seconds) : 0
    }
}
