import Dispatch
import LoadEngine
import Synchronization

/// Says on the standard error what a user waits for, where that takes long: of 100,000 rows a page takes many seconds.
enum SlowWork {
    private static let patience = DispatchTimeInterval.seconds(2)

    /// Whether the work is over, so that nothing is said of it any more.
    private final class State: Sendable {
        let isOver = Mutex(false)
    }

    /// Does some work.
    ///
    /// - Parameters:
    ///   - what: What it is, as in "writing --html report.html".
    ///   - body: The work.
    /// - Returns: What the work returned.
    /// - Throws: What the work threw.
    static func noting<Result>(_ what: String, _ body: () throws -> Result) rethrows -> Result {
        let state = State()
        DispatchQueue.global().asyncAfter(deadline: .now() + patience) {
            state.isOver.withLock { isOver in
                if !isOver { StandardStream.error.writeUnlessBlocked(Shown.line(what) + " …\n") }
            }
        }
        defer { state.isOver.withLock { $0 = true } }
        return try body()
    }
}
