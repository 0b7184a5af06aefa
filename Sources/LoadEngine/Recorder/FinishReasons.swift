import Synchronization

/// Why answers ended, in the words of servers: the names that came, and how often, for each row.
///
/// There are few names. Servers that make up more get one for all others, so that none can fill the memory.
/// - Isolation: loop
package final class FinishReasons {
    /// How many names are told apart.
    private static let mostNames = 31
    /// The most bytes of a name.
    private static let mostBytes = 64
    /// The name of all others.
    package static let others = "(other)"

    /// The same names for another thread.
    package let list = FinishReasonList()
    private var names: [String] = []
    /// `Shape:` [row], [name]; empty for a row without any.
    private var counts: [[UInt64]]
    private var totals: [UInt64] = []

    init(rowCount: Int) {
        counts = Array(repeating: [], count: rowCount)
    }

    /// The index of a name, which may be a new one.
    ///
    /// - Parameter name: Its bytes, as a JSON string has them.
    /// - Returns: The index.
    package func index(of name: UnsafeRawBufferPointer) -> Int {
        for (index, known) in names.enumerated() {
            var known = known
            let isSame = known.withUTF8 { known in
                known.count == name.count && UnsafeRawBufferPointer(known).elementsEqual(name)
            }
            if isSame { return index }
        }
        guard names.count < Self.mostNames, name.count <= Self.mostBytes else { return place(of: Self.others) }
        // What is shown may be what another one is shown as.
        return place(of: Shown.line(String(decoding: name, as: UTF8.self)))
    }

    private func place(of name: String) -> Int {
        if let index = names.firstIndex(of: name) { return index }
        return add(name)
    }

    private func add(_ name: String) -> Int {
        names.append(name)
        list.names.withLock { $0.append(name) }
        return names.count - 1
    }

    func count(_ reason: Int, row: Int) {
        Self.count(reason, in: &counts[row])
        Self.count(reason, in: &totals)
    }

    private static func count(_ reason: Int, in counts: inout [UInt64]) {
        while counts.count <= reason { counts.append(0) }
        counts[reason] += 1
    }

    func reset() {
        for row in counts.indices { counts[row] = [] }
        totals = []
    }

    /// Those of a row.
    func counts(ofRow row: Int) -> CountsByName { named(counts[row]) }

    /// Those of all rows.
    var total: CountsByName { named(totals) }

    private func named(_ counts: [UInt64]) -> CountsByName {
        var named = CountsByName()
        for (index, count) in counts.enumerated() { named.add(names[index], count) }
        return named
    }
}

@available(*, unavailable)
extension FinishReasons: Sendable {}

/// The names of finish reasons by their indices, for whoever writes them while the run goes on.
/// - Isolation: any thread
package final class FinishReasonList: Sendable {
    fileprivate let names = Mutex<[String]>([])

    /// Those from an index on.
    package func names(from start: Int) -> [String] { names.withLock { Array($0.dropFirst(start)) } }
}
