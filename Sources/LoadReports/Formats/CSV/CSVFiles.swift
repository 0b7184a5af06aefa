import FoundationEssentials

#if canImport(Glibc)
import Glibc
#endif

/// Locust's CSV files of a run, and `PREFIX_streaming.csv`, written as often as its owner has a state of the run.
///
/// Files that show one moment are replaced, so that a reader sees the old or the new one; `PREFIX_stats_history.csv` grows
/// by the lines of each state. The run has to publish its rows (`publishesRows`).
public struct CSVFiles: Sendable {
    private let prefix: String
    private let grouping: RowGrouping
    private var maker: ReportTableMaker
    private var history: LocustHistory
    private var hasHistory = false

    /// Makes no file yet.
    ///
    /// - Parameters:
    ///   - prefix: What the names of the files begin with; its folder must be there.
    ///   - grouping: What becomes one row.
    ///   - endpoint: The name of the row when all become one: the path of a turn.
    ///   - history: The lines of the history.
    public init(
        prefix: String,
        by grouping: RowGrouping = .conversation,
        endpoint: String,
        history: LocustHistory = LocustHistory(isFull: false)
    ) {
        self.prefix = prefix
        self.grouping = grouping
        self.history = history
        maker = ReportTableMaker(by: grouping, endpoint: endpoint)
    }

    /// Writes a state of the run.
    ///
    /// - Parameter snapshot: The state; of the same run as those before.
    /// - Throws: `EngineError` for the first file that cannot be written; those before it are.
    public mutating func write(_ snapshot: RunSnapshot) throws(EngineError) {
        let table = maker.table(of: snapshot)
        try replaceAll(table)
        let lines = history.lines(of: table, timestampS: Int(Date.now.timeIntervalSince1970))
        let flags = hasHistory ? O_APPEND : O_TRUNC
        let start = hasHistory ? "" : LocustHistory.head
        try Self.write(start + lines, to: prefix + ReportFormat.historyCSV.suffix, flags)
        hasHistory = true
    }

    /// Writes the result of the run; the history ends with its last state.
    ///
    /// - Parameter summary: The result.
    /// - Throws: `EngineError` for the first file that cannot be written; those before it are.
    public func write(_ summary: Summary) throws(EngineError) {
        try replaceAll(ReportTable(summary, by: grouping))
    }

    private func replaceAll(_ table: ReportTable) throws(EngineError) {
        for format in ReportFormat.all where format.option == .csv {
            guard case .rows(let content) = format.content, let path = format.path(for: prefix) else { continue }
            try Self.replace(path, content(table))
        }
    }

    private static func replace(_ path: String, _ text: String) throws(EngineError) {
        let new = "\(path).\(getpid()).tmp"
        try write(text, to: new, O_TRUNC)
        guard rename(new, path) == 0 else { throw failure(path) }
    }

    private static func write(_ text: String, to path: String, _ flags: Int32) throws(EngineError) {
        let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0o644)
        guard file >= 0 else { throw failure(path) }
        defer { close(file) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure(path) }
            rest = rest.dropFirst(count)
        }
    }

    private static func failure(_ path: String) -> EngineError {
        EngineError(operation: "write \(Shown.path(path))", reason: SystemError.text(of: errno))
    }
}
