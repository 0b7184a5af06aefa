/// Whether deadlines may be judged: after the program itself has stood still, not before it has read what came meanwhile.
///
/// Stopped by a signal, or by a limit of its processor time, it finds its deadlines passed when it wakes, and the bytes that
/// would have kept them still in the kernel. It must not blame the server for that.
struct CatchUp {
    /// A deadline that is looked at later than this has waited for the program.
    static let mostLatenessNs = 20 * Nanoseconds.perMillisecond
    /// Reading may take as long as the program stood still, and this at least.
    private static let leastNs = 100 * Nanoseconds.perMillisecond

    /// When deadlines are judged even if there is more to read; `Nanoseconds.never` while nothing is to be caught up with.
    private(set) var untilNs = Nanoseconds.never

    /// Says whether deadlines may be judged now; when not, they are to be after all has been read, or at `untilNs`.
    ///
    /// - Parameters:
    ///   - dueNs: The earliest of them.
    ///   - nowNs: The present time.
    /// - Returns: False from the first that is found late until `end`, or until the time is over.
    mutating func mayJudge(dueNs: UInt64, nowNs: UInt64) -> Bool {
        if untilNs == Nanoseconds.never {
            let lateNs = nowNs - min(dueNs, nowNs)
            guard lateNs > Self.mostLatenessNs else { return true }
            untilNs = nowNs + max(lateNs, Self.leastNs)
            return false
        }
        guard nowNs >= untilNs else { return false }
        end()
        return true
    }

    /// All has been read.
    mutating func end() { untilNs = Nanoseconds.never }
}
