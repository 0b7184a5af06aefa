import FoundationEssentials
import LoadEngine
import LoadReports
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// The files of a run that are written while it goes on: a program that is killed leaves what was known a second before.
///
/// Files that show one moment are replaced, the history grows. A file that cannot be written costs no other; it is tried
/// again, and said once.
/// - Isolation: any thread
final class GrowingFiles: Sendable {
    private struct State {
        var replaced: [ReplacedFile]
        var historyFile: AppendedFile?
        var history: LocustHistory?
        /// When what has all rows may be written again.
        var nextRowsNs: UInt64 = 0
        var hasEnded = false
        /// The paths of the files that could not be written, at least once.
        var failed: Set<String> = []
    }

    private struct ReplacedFile {
        let path: String
        let file: OutputFile
        let content: @Sendable (ReportTable) -> String
        /// What it holds; the same is not written again.
        var written: String?
    }

    private static let intervalNs = Nanoseconds.perSecond
    /// The time until all rows are written again is so many times the processor time that they took, where that is longer
    /// than a second: with thousands of rows the load must not suffer from it.
    private static let pauseFactor: UInt64 = 20
    private static let longestPauseNs = 30 * Nanoseconds.perSecond
    /// How long a pipe may take nothing, in seconds: the others wait for it, too.
    private static let patience: Int32 = 2
    /// A run publishes its state at whole seconds; a little later it is there.
    private static let delayNs = Nanoseconds.perSecond / 4

    private let grouping: RowGrouping
    /// The options that ask for the files, as they are typed.
    private let options: [String]
    /// Empty without a history.
    private let historyPath: String
    private let state: Mutex<State>

    /// Checks that the files can be written, without changing them; missing folders are not created.
    ///
    /// - Parameters:
    ///   - files: The files of rows, and of their history.
    ///   - history: The lines of a history that has not begun; nil to have none.
    ///   - grouping: What becomes one row.
    /// - Throws: `ConfigurationError` when one of them cannot be written.
    init(_ files: [ReportPlaces.File], history: LocustHistory?, by grouping: RowGrouping) throws(ConfigurationError) {
        var replaced: [ReplacedFile] = []
        var (historyFile, historyPath): (AppendedFile?, String) = (nil, "")
        for place in files {
            let option = place.option.spelling
            switch place.format.content {
            case .rows(let content):
                let file = try OutputFile(path: place.path, option: option)
                replaced.append(ReplacedFile(path: place.path, file: file, content: content))
            case .history:
                guard history != nil else { continue }
                (historyFile, historyPath) = (try AppendedFile(path: place.path, option: option), place.path)
            case .result: preconditionFailure("\(place.format.name) is not known before the end of a run")
            }
        }
        self.grouping = grouping
        options = ReportOption.all.filter(files.map(\.option).contains).map(\.spelling)
        self.historyPath = historyPath
        state = Mutex(State(replaced: replaced, historyFile: historyFile, history: history))
    }

    /// Writes the files now and once a second, on a thread of its own: a slow disk holds up nothing else.
    ///
    /// - Parameters:
    ///   - run: The run, which has begun and publishes its rows.
    ///   - endpoint: The name of the row when all become one.
    ///   - onProblem: Called with what is to be said about a file that cannot be written.
    /// - Throws: `EngineError` when the system gives no thread.
    func begin(_ run: LoadRun, endpoint: String, onProblem: @escaping @Sendable (String) -> Void) throws {
        let startNs = EventLoop.nowNs
        try LoopThread.start { [self] in
            var number: UInt64 = 0
            var maker = ReportTableMaker(by: grouping, endpoint: endpoint)
            while write(run, &maker, onProblem: onProblem) {
                // A second that could not be kept is left out.
                let passed = (EventLoop.nowNs - startNs) / Self.intervalNs
                number = max(number + 1, passed)
                ThreadClock.sleep(untilNs: startNs + number * Self.intervalNs + Self.delayNs)
            }
        }
    }

    /// Writes the state of the run; false when it has ended.
    private func write(_ run: LoadRun, _ maker: inout ReportTableMaker, onProblem: (String) -> Void) -> Bool {
        guard !state.withLock({ $0.hasEnded }) else { return false }
        let table = maker.table(of: run.snapshot())
        let problems: [EngineError]? = state.withLock { state in
            state.hasEnded ? nil : write(table, &state)
        }
        for problem in problems ?? [] { onProblem("\(problem)") }
        return problems != nil
    }

    /// Writes the final numbers; nothing is written afterwards.
    ///
    /// - Parameters:
    ///   - summary: The result of the run.
    ///   - onProblem: Called with what is to be said about a file that cannot be written.
    /// - Returns: Whether every file has been written whole.
    func end(_ summary: Summary, onProblem: (String) -> Void) -> Bool {
        SlowWork.noting("writing the files of \(options.joined(separator: " and "))") {
            end(with: ReportTable(summary, by: grouping), onProblem: onProblem)
        }
    }

    private func end(with table: ReportTable, onProblem: (String) -> Void) -> Bool {
        let (problems, areComplete) = state.withLock { state in
            state.hasEnded = true
            defer { state.historyFile?.close() }
            // What could not be replaced for a moment is whole if it can be now; a line that the history lacks is lost.
            for file in state.replaced { state.failed.remove(file.path) }
            var problems = write(table, &state)
            do throws(EngineError) { try state.historyFile?.checkPresence() } catch { note(error, &state, &problems) }
            // There may be tens of megabytes, and all other reports are still to be made.
            for index in state.replaced.indices { state.replaced[index].written = nil }
            return (problems, state.failed.isEmpty)
        }
        for problem in problems { onProblem("\(problem)") }
        return areComplete && problems.isEmpty
    }

    /// Writes nothing any more: the run could not go on, and has no final numbers.
    func abandon() {
        state.withLock { state in
            state.hasEnded = true
            state.historyFile?.close()
        }
    }

    /// Writes all files that are due, at the end all, and returns what is to be said about those that fail for the first
    /// time.
    private func write(_ table: ReportTable, _ state: inout State) -> [EngineError] {
        let (beginNs, usedNs) = (EventLoop.nowNs, ThreadClock.usedNs)
        let isRowsTurn = state.hasEnded || beginNs >= state.nextRowsNs
        var problems = isRowsTurn ? replaceFiles(table, &state) : []
        if isRowsTurn || state.history?.isFull == false { problems += appendHistory(table, &state) }
        if isRowsTurn {
            state.nextRowsNs = beginNs + min((ThreadClock.usedNs - usedNs) * Self.pauseFactor, Self.longestPauseNs)
        }
        return problems
    }

    private func replaceFiles(_ table: ReportTable, _ state: inout State) -> [EngineError] {
        var problems: [EngineError] = []
        for index in state.replaced.indices {
            let content = state.replaced[index].content(table)
            let file = state.replaced[index].file
            guard content != state.replaced[index].written || !file.isThere else { continue }
            state.replaced[index].written = nil
            do throws(EngineError) {
                try file.write(Array(content.utf8), patience: Self.patience)
                state.replaced[index].written = content
            } catch {
                if state.failed.insert(state.replaced[index].path).inserted { problems.append(error) }
            }
        }
        return problems
    }

    private func appendHistory(_ table: ReportTable, _ state: inout State) -> [EngineError] {
        guard let lines = state.history?.lines(of: table, timestampS: Int(Date.now.timeIntervalSince1970)) else {
            return []
        }
        var problems: [EngineError] = []
        do throws(EngineError) { try state.historyFile?.checkPresence() } catch { note(error, &state, &problems) }
        do throws(EngineError) {
            let hasBegun = state.historyFile?.hasBegun == true
            try state.historyFile?.append(hasBegun ? lines : LocustHistory.head + lines)
        } catch { note(error, &state, &problems) }
        return problems
    }

    /// Notes that the history could not be written, and that it is to be said, the first time.
    private func note(_ error: EngineError, _ state: inout State, _ problems: inout [EngineError]) {
        if state.failed.insert(historyPath).inserted { problems.append(error) }
    }
}
