/// A rate of arrivals over time: constant, or changing evenly within each of some stages.
///
/// It is a pure function of the time since its start: how many have come by then is its integral, of which `seconds` is the
/// inverse.
struct RateCurve {
    /// One stage.
    private struct Piece {
        let startS: Double
        let durationS: Double
        let from: Double
        let to: Double
        /// How many have come before it.
        let before: Double
        /// How many come in it.
        let area: Double
    }

    private var pieces: [Piece] = []

    /// A rate that stays.
    ///
    /// - Parameter perSecond: The rate.
    init(constant perSecond: Double) {
        pieces = [
            Piece(startS: 0, durationS: .infinity, from: perSecond, to: perSecond, before: 0, area: .infinity)
        ]
    }

    /// A rate in stages; after the last nobody comes.
    ///
    /// - Parameters:
    ///   - stages: The stages, whose targets are rates.
    ///   - first: The rate at the start.
    init(_ stages: LoadStages, from first: Double) {
        var (startS, from, before) = (0.0, first, 0.0)
        for stage in stages.stages {
            let durationS = Nanoseconds.seconds(stage.duration.nanosecondsClamped)
            let area = (from + stage.target) / 2 * durationS
            pieces.append(
                Piece(startS: startS, durationS: durationS, from: from, to: stage.target, before: before, area: area)
            )
            startS += durationS
            from = stage.target
            before += area
        }
    }

    /// Another rate, which stays, from a time on.
    ///
    /// - Parameters:
    ///   - perSecond: The rate.
    ///   - atS: When it begins, in seconds since the start.
    mutating func change(to perSecond: Double, atS: Double) {
        var kept: [Piece] = []
        var before = 0.0
        for piece in pieces where piece.startS < atS {
            let durationS = min(piece.durationS, atS - piece.startS)
            let isWhole = durationS == piece.durationS
            let end = isWhole ? piece.to : piece.from + (piece.to - piece.from) * (durationS / piece.durationS)
            let area = isWhole ? piece.area : (piece.from + end) / 2 * durationS
            kept.append(
                Piece(startS: piece.startS, durationS: durationS, from: piece.from, to: end, before: before, area: area)
            )
            before += area
        }
        kept.append(
            Piece(startS: atS, durationS: .infinity, from: perSecond, to: perSecond, before: before, area: .infinity)
        )
        pieces = kept
    }

    /// When so many have come.
    ///
    /// - Parameter count: A number from 0, which need not be whole.
    /// - Returns: Seconds since the start; nil when so many never come.
    func seconds(until count: Double) -> Double? {
        guard let piece = pieces.first(where: { count <= $0.before + $0.area && $0.area > 0 }) else { return nil }
        let rest = max(count - piece.before, 0)
        guard piece.from != piece.to else { return piece.startS + rest / piece.from }
        // Of from·t + slope·t²/2 = rest the solution that does not lose digits when the slope is small.
        let slope = (piece.to - piece.from) / piece.durationS
        let root = max(piece.from * piece.from + 2 * slope * rest, 0).squareRoot()
        return piece.startS + (rest > 0 ? 2 * rest / (piece.from + root) : 0)
    }
}
