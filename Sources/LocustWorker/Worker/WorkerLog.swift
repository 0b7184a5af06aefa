import FoundationEssentials

/// The last lines of what a worker has said, which a master shows.
struct WorkerLog {
    /// As many as Locust's own workers keep.
    private static let mostLines = 500

    private(set) var lines: [String] = []
    private var hasNew = false

    mutating func append(_ text: String) {
        lines.append("[\(Date.now.ISO8601Format())] loadtest: \(text)")
        if lines.count > Self.mostLines { lines.removeFirst(lines.count - Self.mostLines) }
        hasNew = true
    }

    /// All lines, if there are new ones since the last call.
    mutating func takeNew() -> [String]? {
        defer { hasNew = false }
        return hasNew ? lines : nil
    }
}
