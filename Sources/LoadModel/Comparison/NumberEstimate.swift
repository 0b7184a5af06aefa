/// A number of a run, and within what it would be if the run were played again and again, as far as the run itself can tell.
struct NumberEstimate {
    /// In the number's unit: milliseconds, a share from 0 to 1, or a number.
    let value: Double
    /// With 95 % confidence; nil where there are too few samples for one, or no way to tell.
    let interval: ClosedRange<Double>?

    /// Finds a number; nil when there is nothing to find it from.
    init?(_ number: RunNumber, of part: PartOfRun, _ blocks: SeriesBlocks?) {
        guard let value = part.value(of: number) else { return nil }
        self.value = value
        interval = Self.interval(of: value, number, part, blocks)
    }

    private static func interval(
        of value: Double,
        _ number: RunNumber,
        _ part: PartOfRun,
        _ blocks: SeriesBlocks?
    ) -> ClosedRange<Double>? {
        switch number {
        case .durations(.metric(let metric), let statistic):
            guard let durations = part.tally[metric], let ordered = OrderedDurations(durations) else { return nil }
            switch statistic {
            case .percentile(let percentile):
                let effect = blocks?.effect(of: metric, above: durations.percentileNs(percentile)) ?? 1
                // Rounded outwards: a bucket's end is shown, not its middle.
                return ordered.interval(percentile: percentile, effect: effect)?.including(value)
            case .mean:
                let effect = blocks?.effect(of: metric, above: durations.percentileNs(50)) ?? 1
                return ordered.intervalOfMean(value, effect: effect)
            case .count, .least, .greatest: return nil
            }
        case .durations, .outcomeCount: return nil
        case .outcomeRate:
            return Self.interval(ofShare: value, in: part.tally.requests)
        case .figure(let figure): return interval(of: value, figure, part.tally, blocks)
        }
    }

    private static func interval(
        of value: Double,
        _ figure: RunNumber.Figure,
        _ tally: Tally,
        _ blocks: SeriesBlocks?
    ) -> ClosedRange<Double>? {
        func rate(_ count: (TimePoint) -> UInt64) -> ClosedRange<Double>? {
            blocks?.halfOfRate(count).map { max(value - $0, 0)...(value + $0) }
        }
        let failures = { (point: TimePoint) in (of: point.turnsFailed, all: point.turnsFailed + point.turnsCompleted) }
        switch figure {
        case .turnsPerS: return rate { $0.turnsCompleted + $0.turnsFailed }
        case .conversationsPerS: return rate { $0.conversationsCompleted + $0.conversationsFailed }
        case .eventsPerS: return rate(\.events)
        case .bytesPerS: return rate(\.bytes)
        case .failuresRate: return interval(ofShare: value, in: tally.requests, effect: blocks?.effect(failures) ?? 1)
        case .stallsRate: return interval(ofShare: value, in: tally.ended)
        case .onePieceRate, .withoutContentRate: return interval(ofShare: value, in: tally[.completed])
        case .turnGoodput: return interval(ofShare: value, in: tally.requests)
        case .goodput:
            return interval(ofShare: value, in: tally[.conversationsCompleted] + tally[.conversationsFailed])
        default: return nil
        }
    }

    private static func interval(ofShare share: Double, in count: UInt64, effect: Double = 1) -> ClosedRange<Double>? {
        count > 0 ? Confidence.ofShare(share, of: Double(count) / effect) : nil
    }
}

extension SeriesBlocks {
    /// How many samples of a metric say as much as one independent one where a percentile of it is concerned.
    ///
    /// Only first tokens and response times are known over time: of other metrics every sample is taken as independent.
    fileprivate func effect(of metric: Metric, above valueNs: UInt64) -> Double {
        func effect(_ samples: KeyPath<TimePoint, SmallHistogram>, above valueNs: UInt64) -> Double {
            self.effect { point in
                let histogram = point[keyPath: samples]
                return (of: histogram.count(above: valueNs), all: histogram.count)
            }
        }
        switch metric {
        case .ttft: return effect(\.ttft, above: valueNs)
        case .responseTime: return effect(\.responseTime, above: valueNs)
        default: return 1
        }
    }
}

extension ClosedRange<Double> {
    fileprivate func including(_ value: Double) -> ClosedRange<Double> {
        Swift.min(lowerBound, value)...Swift.max(upperBound, value)
    }
}
