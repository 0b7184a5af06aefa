import LoadEngine

@testable import LoadModel

/// A made-up server of known strength: one queue, so many at work, who take an exponentially distributed time for each turn.
///
/// With one at work, Poisson arrivals and the rate μ of service the time in the system is exponentially distributed with the rate
/// μ − λ: `P(time < t) = 1 − e^(−(μ − λ)·t)` (M/M/1). So the rate of arrivals is known at which a share g of the turns is within t:
/// `λ = μ + ln(1 − g) / t`.
struct QueueServer {
    private struct Turn {
        let endS: Double
        let timeS: Double
    }

    private let recorder = MetricsRecorder(turnCounts: [1])
    private var random: SeededRandom
    private let serviceS: Double
    private let limitS: Double
    private var freeAtS: [Double]
    private var running: [Turn] = []
    private var nextArrivalS = 0.0
    private(set) var nowS = 0.0
    /// Arrivals a second.
    var rate: Double
    /// From this load on the generator is late.
    var lateFrom = Double.infinity

    /// Makes a server.
    ///
    /// - Parameters:
    ///   - workers: How many are at work.
    ///   - perSecond: How many turns each of them serves in a second.
    ///   - limitS: Within which time a turn is good.
    ///   - rate: How many turns arrive in a second at first.
    ///   - seed: What chance makes.
    init(workers: Int = 1, perSecond: Double, limitS: Double, rate: Double, seed: UInt64) {
        random = SeededRandom(seed: seed)
        serviceS = 1 / perSecond
        self.limitS = limitS
        self.rate = rate
        freeAtS = Array(repeating: 0, count: workers)
    }

    /// Plays a second.
    ///
    /// - Returns: How the run is then.
    mutating func playSecond() -> LimitSearch.Look {
        nowS += 1
        while nextArrivalS < nowS {
            let arrivalS = nextArrivalS
            let worker = freeAtS.indices.min { freeAtS[$0] < freeAtS[$1] } ?? 0
            freeAtS[worker] = max(freeAtS[worker], arrivalS) + random.exponential() * serviceS
            running.append(Turn(endS: freeAtS[worker], timeS: freeAtS[worker] - arrivalS))
            recorder.turnBegan(row: 0)
            nextArrivalS += random.exponential() / rate
        }
        for turn in running where turn.endS <= nowS {
            let timeNs = UInt64(turn.timeS * 1e9)
            recorder.firstTokenCame()
            recorder.record(.ttft, timeNs, row: 0)
            recorder.record(.responseTime, timeNs, row: 0)
            if turn.timeS < limitS { recorder.countGoodTurn(row: 0) }
            recorder.turnEnded(.completed, isAfterFirstToken: true, row: 0)
        }
        running.removeAll { $0.endS <= nowS }
        for _ in 0..<100 { recorder.recordCanary(rate >= lateFrom ? 80_000_000 : 100_000) }
        return look
    }

    private var look: LimitSearch.Look {
        var result = RunResult(RunLayout(), stallAfterMs: 1_000, objectives: ["ttft < 50ms"])
        result.elapsedS = nowS
        result.total = recorder.total
        result.generator.canaryDelays = recorder.canaryDelays
        return LimitSearch.Look(RunSnapshot(result, phase: .running))
    }
}
