/// How often each of a few names came, such as why answers ended; names come from servers.
public struct CountsByName: Sendable, Equatable {
    /// A name and how often it came.
    public struct Entry: Sendable, Equatable {
        /// The name.
        public let name: String
        /// How often it came, at least once.
        public package(set) var count: UInt64
    }

    /// In the order of the names.
    public private(set) var entries: [Entry] = []

    /// Makes an empty list.
    public init() {}

    /// Whether no name has come.
    public var isEmpty: Bool { entries.isEmpty }
    /// How often all names came together.
    public var sum: UInt64 { entries.reduce(0) { $0 &+ $1.count } }
    /// The counts by name.
    public var byName: [String: UInt64] { Dictionary(uniqueKeysWithValues: entries.map { ($0.name, $0.count) }) }

    package init(_ counts: [String: UInt64]) {
        for (name, count) in counts { add(name, count) }
    }

    /// How often a name came.
    public subscript(name: String) -> UInt64 { entries.first { $0.name == name }?.count ?? 0 }

    /// Counts a name.
    package mutating func add(_ name: String, _ count: UInt64) {
        guard count > 0 else { return }
        let place = entries.firstIndex { $0.name >= name } ?? entries.count
        if place < entries.count, entries[place].name == name {
            entries[place].count &+= count
        } else {
            entries.insert(Entry(name: name, count: count), at: place)
        }
    }

    /// Adds what another part of the run has.
    package mutating func add(_ other: CountsByName) {
        for entry in other.entries { add(entry.name, entry.count) }
    }

    /// What has come since an earlier moment.
    package func since(_ earlier: CountsByName) -> CountsByName {
        var new = CountsByName()
        for entry in entries { new.add(entry.name, entry.count - min(earlier[entry.name], entry.count)) }
        return new
    }
}
