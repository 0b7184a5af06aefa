import FoundationEssentials
import LoadEngine
import Synchronization

/// What the program has to tell while its page is open: on the standard error, and on the page.
/// - Isolation: any thread
final class WebLog: Sendable {
    /// One line.
    struct Line: Encodable {
        /// RFC 3339, in UTC and whole seconds.
        let time: String
        let text: String
    }

    private struct State {
        var lines: [Line] = []
        /// How many there have been.
        var count = 0
    }

    private static let mostLines = 500
    private let state = Mutex(State())

    /// Tells a line.
    func say(_ text: String) {
        let text = Shown.line(text)
        let line = Line(time: Date.now.ISO8601Format(), text: text)
        state.withLock { state in
            state.lines.append(line)
            state.count += 1
            if state.lines.count > Self.mostLines { state.lines.removeFirst() }
        }
        StandardStream.error.writeUnlessBlocked("\(text)\n")
    }

    /// The lines that are kept, the oldest first.
    var lines: [Line] { state.withLock { $0.lines } }

    /// How many there have been.
    var count: Int { state.withLock { $0.count } }

    /// What was told after so many lines, as far as it is kept, and how many there have been.
    func lines(after count: Int) -> (lines: [Line], count: Int) {
        state.withLock { state in
            (Array(state.lines.suffix(max(state.count - count, 0))), state.count)
        }
    }
}
