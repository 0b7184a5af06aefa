/// How many of the turns that run have waited for their first token for longer than anybody should, without knowing each of them.
///
/// `Formula:` of the turns without a first token at most as many are younger than a time as were sent within it; the others have waited
/// for longer. So those that never end are seen, which are in no count of turns that have ended.
struct StuckTurns {
    private static let mostLooks = 256

    private var looks: [(atS: Double, started: UInt64)] = []
    let ageS: Double

    /// Makes one that knows nothing.
    ///
    /// - Parameter ageS: From which age on a turn without a first token is stuck, in seconds.
    init(ageS: Double) {
        self.ageS = ageS
    }

    mutating func note(_ look: LimitSearch.Look) {
        looks.append((look.nowS, look.total[.turnsStarted]))
        if looks.count > Self.mostLooks { looks.removeFirst(Self.mostLooks / 2) }
    }

    /// At least so many are stuck; 0 while it is too early to tell.
    func count(at look: LimitSearch.Look) -> UInt64 {
        guard let before = looks.last(where: { $0.atS <= look.nowS - ageS }) else { return 0 }
        let young = look.total[.turnsStarted] - min(before.started, look.total[.turnsStarted])
        return look.turnsWaiting - min(young, look.turnsWaiting)
    }
}
