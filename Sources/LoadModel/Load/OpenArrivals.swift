/// Conversations that arrive by themselves, whether or not those before have ended: the open model.
public struct OpenArrivals: Hashable, Sendable, Codable {
    /// How many conversations there may be at once where somebody says only how often they arrive.
    package static let usualMostUsers = 1_000

    /// How many arrive on average; with stages, at the start: nil for nobody.
    public var rate: ArrivalRate?
    /// How that changes; nil for a rate that stays.
    ///
    /// After the last stage nobody arrives.
    public var stages: LoadStages?
    /// How the times between arrivals vary.
    public var process: ArrivalProcess

    /// Makes arrivals at a rate that stays.
    ///
    /// - Parameters:
    ///   - rate: How many arrive on average.
    ///   - process: How the times between them vary.
    public init(_ rate: ArrivalRate, _ process: ArrivalProcess = .constant) {
        self.rate = rate
        self.process = process
    }

    /// Makes arrivals at a rate that changes.
    ///
    /// - Parameters:
    ///   - stages: How it changes; their targets are rates.
    ///   - rate: How many arrive at the start; nil for nobody.
    ///   - process: How the times between them vary.
    public init(_ stages: LoadStages, from rate: ArrivalRate? = nil, _ process: ArrivalProcess = .constant) {
        self.stages = stages
        self.rate = rate
        self.process = process
    }

    /// Whether conversations can arrive so.
    package var isPossible: Bool {
        guard let stages else { return rate?.isPossible ?? false }
        return stages.isOfRates && rate?.isPossible ?? true
    }

    /// The rate as it was written.
    package var rateText: String {
        [rate?.description, stages?.description].compactMap(\.self).joined(separator: ", then ")
    }
}
