import FoundationEssentials
import LoadEngine
import LoadReports

/// Locust's history of the page's run, a line for every second and more for its rows, as long as there is room for it.
struct WebHistory {
    /// A day of one row; of more the older half is forgotten.
    private static let mostBytes = 16 << 20

    private let isFull: Bool
    private var lines: LocustHistory
    private var noted = ""

    /// Begins with nothing.
    ///
    /// - Parameter isFull: Whether there is a line for each row besides the total.
    init(isFull: Bool) {
        self.isFull = isFull
        lines = LocustHistory(isFull: isFull)
    }

    /// The file.
    var text: String { LocustHistory.head + noted }

    /// Begins anew.
    mutating func reset() { self = WebHistory(isFull: isFull) }

    /// Notes a moment; once a second.
    mutating func note(_ table: ReportTable) {
        noted += lines.lines(of: table, timestampS: Int(Date.now.timeIntervalSince1970))
        guard noted.utf8.count > Self.mostBytes else { return }
        let all = noted.split(separator: "\r\n", omittingEmptySubsequences: true)
        noted = all.suffix(all.count / 2).map { $0 + "\r\n" }.joined()
    }
}
