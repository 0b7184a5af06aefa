import LoadEngine
import LoadReports
import Synchronization

/// What is shown of a run while it goes on: a table that is drawn anew in its place on a terminal, plain lines elsewhere.
///
/// A terminal that is held, or a pipe that is full, misses some of it, and holds up nothing.
/// - Isolation: any thread
final class LiveConsole: Sendable {
    private struct State {
        var table: LiveTable
        /// What the last drawing left on the terminal, and the size that the terminal had.
        var drawn: [LiveTable.Line] = []
        var size: TerminalSize?
        /// The last line where lines are written.
        var line = ""
    }

    private static let redrawInterval = Duration.seconds(1)
    private static let lineInterval = Duration.seconds(2)
    /// How often the size of the terminal is looked at.
    private static let resizeInterval = Duration.milliseconds(200)

    private let stream: StandardStream
    private let isDrawn: Bool
    private let hasColors: Bool
    private let state: Mutex<State>

    /// Makes a console that shows nothing yet.
    ///
    /// - Parameters:
    ///   - facts: What does not change while the run goes on.
    ///   - stream: Where it is shown.
    init(_ facts: LiveTable.Facts, on stream: StandardStream) {
        self.stream = stream
        isDrawn = stream.isDrawable
        hasColors = isDrawn && StandardStream.wantsColors
        state = Mutex(State(table: LiveTable(facts)))
    }

    /// Whether it shows the rows of the run, so that the run has to publish them.
    var showsRows: Bool { isDrawn }

    /// A console that is shown until it is ended.
    struct Display {
        fileprivate let console: LiveConsole
        fileprivate let task: Task<Void, Never>

        /// Stops, and shows the last state of the run.
        func end(with snapshot: RunSnapshot) async {
            task.cancel()
            await task.value
            console.update(snapshot)
        }
    }

    /// Shows a run from now on.
    func show(_ run: LoadRun) -> Display {
        Display(
            console: self,
            task: Task { [self] in
                var nextUpdate = ContinuousClock.now
                while !Task.isCancelled {
                    let isDue = ContinuousClock.now >= nextUpdate
                    if isDue || hasNewSize {
                        let snapshot = run.snapshot()
                        // The last state is for the end to show.
                        if snapshot.phase == .finished { return }
                        update(snapshot)
                        if isDue { nextUpdate += isDrawn ? Self.redrawInterval : Self.lineInterval }
                    }
                    try? await Task.sleep(for: isDrawn ? Self.resizeInterval : Self.lineInterval)
                }
            }
        )
    }

    /// Writes a line that stays, above the table.
    func say(_ message: String) {
        let line = Shown.line(message)
        state.withLock { state in
            let drawing =
                isDrawn ? toStart(of: state) + "\u{1B}[J" + line + "\r\n" + text(of: state.drawn) : line + "\n"
            // It may be the thread that waits for Ctrl-C.
            stream.writeUnlessBlocked(drawing)
        }
    }

    private var hasNewSize: Bool {
        guard isDrawn else { return false }
        let size = stream.terminalSize
        return state.withLock { $0.size != nil && $0.size != size }
    }

    /// Shows a state of the run; as a line only when it says something new.
    func update(_ snapshot: RunSnapshot) {
        state.withLock { state in
            guard isDrawn, let size = stream.terminalSize else {
                // A tick may have met the end: what it has said is not said again.
                let line = state.table.line(of: snapshot)
                if line != state.line { stream.writeUnlessBlocked(line + "\n") }
                state.line = line
                return
            }
            let start = toStart(of: state, columns: size.columns)
            let lines = state.table.lines(of: snapshot, columns: size.columns, rows: size.rows)
            // In one piece, so that a terminal shows nothing half drawn; what is left below is erased last.
            guard stream.writeUnlessBlocked(start + text(of: lines) + "\u{1B}[J") else { return }
            state.drawn = lines
            state.size = size
        }
    }

    /// To the first column of the first line that was drawn; the terminal may have become narrower since, where long lines
    /// take several.
    private func toStart(of state: State, columns: Int? = nil) -> String {
        let width = max(columns ?? state.size?.columns ?? 1, 1)
        let count = state.drawn.reduce(0) { $0 + max(($1.text.count + width - 1) / width, 1) }
        return "\r" + (count > 0 ? "\u{1B}[\(count)A" : "")
    }

    private func text(of lines: [LiveTable.Line]) -> String {
        lines.map { styled($0) + "\u{1B}[K\r\n" }.joined()
    }

    private func styled(_ line: LiveTable.Line) -> String {
        let code =
            switch line.style {
            case .plain: nil as Int?
            case .strong: 1
            case .faint: 2
            case .bad: 31
            }
        guard hasColors, let code else { return line.text }
        return "\u{1B}[\(code)m\(line.text)\u{1B}[0m"
    }
}
