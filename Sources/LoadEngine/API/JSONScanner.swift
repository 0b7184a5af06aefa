#if canImport(Glibc)
import Glibc
#endif

/// Finds what a set of paths leads to in one JSON text after another, each walked once.
///
/// The paths are compiled once; scanning allocates nothing but, until it is large enough, the list of matches that are kept.
/// The whole text is checked: what is not JSON from its first to its last byte matches nothing. Of two equal keys of an
/// object the last one counts, whatever the first one led to. A handle to its memory: its owner calls `destroy`.
/// - Isolation: loop
package struct JSONScanner {
    /// How deep objects and arrays may be nested; what is nested deeper is not taken as JSON.
    package static let maximumDepth = 1024

    /// An object or array that is open around the one that is being read.
    struct Frame {
        var node: UnsafePointer<JSONPathTable.Node>
        /// Of an array the index of the element, of an object a bit for each key that was found.
        var progress: UInt64
        /// Where the inner one begins.
        var start: UnsafeRawPointer
        /// The bracket that ends it.
        var closing: UInt8
    }

    /// A value in the text, a string without its quotes.
    struct Value {
        var start: UnsafeRawPointer
        var byteCount: UInt32
        var kind: JSONKind
        var hasEscapes = false

        @inline(__always)
        init(_ kind: JSONKind, _ start: UnsafeRawPointer, _ byteCount: Int, hasEscapes: Bool = false) {
            self.start = start
            // A text is no longer than 2 GiB.
            self.byteCount = UInt32(truncatingIfNeeded: byteCount)
            self.kind = kind
            self.hasEscapes = hasEscapes
        }

        var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: Int(byteCount)) }
    }

    /// A match of a path that keeps all of them.
    struct Kept {
        var path: Int
        var value: Value
    }

    /// All that a walk needs, in one place.
    struct State {
        let table: JSONPathTable
        let pathCount: Int
        /// What paths have found, and behind them what one has that has found nothing.
        ///
        /// `Shape:` [path], one more than paths.
        let matches: UnsafeMutablePointer<JSONMatch>
        /// The tags of all paths that have found a value that is not null.
        var foundTags: UInt8 = 0
        /// The number of this scan, by which its matches are told from those of others; never 0.
        var scan: UInt32 = 1
        let frames: UnsafeMutablePointer<Frame>
        let layout: JSONLayout
        var kept: UnsafeMutablePointer<Kept>
        var keptCapacity: Int
        var keptCount = 0
    }

    let state: UnsafeMutablePointer<State>

    /// Compiles paths.
    ///
    /// - Parameters:
    ///   - paths: The paths; results are asked for by their places in this list.
    ///   - keepsAll: For each path, whether each of its matches is kept, not only the last.
    ///   - tags: For each path, the bits that stand for it in `foundTags`; nil for none.
    /// - Throws: `ExpressionError` when they mix `[n]` and `[*]` in too many ways.
    package init(_ paths: [JSONPath], keepsAll: [Bool], tags: [UInt8]? = nil) throws(ExpressionError) {
        let table = try JSONPathTable(paths, keepsAll: keepsAll, tags: tags ?? paths.map { _ in 0 })
        let matches = OutOfMemory.allocate(JSONMatch.self, count: paths.count + 1)
        matches.initialize(repeating: JSONMatch(nowhere: matches), count: paths.count + 1)
        let keptCapacity = 16
        state = OutOfMemory.allocate(State.self, count: 1)
        state.initialize(
            to: State(
                table: table,
                pathCount: paths.count,
                matches: matches,
                frames: OutOfMemory.allocate(Frame.self, count: Self.maximumDepth),
                layout: JSONLayout(),
                kept: OutOfMemory.allocate(Kept.self, count: keptCapacity),
                keptCapacity: keptCapacity
            )
        )
    }

    /// What a path found in the text that was scanned last; nothing, when that was not JSON.
    ///
    /// - Parameter path: The path's place in the list.
    @inline(__always)
    package subscript(path: Int) -> JSONMatch { match(of: path).pointee }

    @inline(__always)
    func match(of path: Int) -> UnsafePointer<JSONMatch> {
        let match = state.pointee.matches + path
        return UnsafePointer(
            match.pointee.scan == state.pointee.scan ? match : state.pointee.matches + state.pointee.pathCount
        )
    }

    /// The tags of all paths that have found a value that is not null.
    @inline(__always)
    package var foundTags: UInt8 { state.pointee.foundTags }

    /// Calls a closure for each match of a path that keeps all of them, in the order of the text.
    ///
    /// - Parameters:
    ///   - path: The path's place in the list.
    ///   - body: Gets what the value is, and the value as it is written, a string between its quotes and still escaped.
    package func forEachMatch(of path: Int, _ body: (JSONKind, UnsafeRawBufferPointer) -> Void) {
        forEachValue(of: path) { body($0.kind, $0.bytes) }
    }

    @inline(__always)
    func forEachValue(of path: Int, _ body: (Value) -> Void) {
        for index in 0..<state.pointee.keptCount where state.pointee.kept[index].path == path {
            body(state.pointee.kept[index].value)
        }
    }

    /// Walks a text, and fills in what each path finds in it.
    ///
    /// - Parameter text: Valid UTF-8; it must stay as long as the results are read. No byte behind it is read.
    /// - Returns: Whether it is JSON.
    package func scan(_ text: UnsafeRawBufferPointer) -> Bool {
        forget()
        guard let (start, end) = Self.trimmed(text) else { return false }
        let layout = state.pointee.layout
        let verdict =
            layout.isThere
            ? Self.walkByLayout(state, start, end)
            : Self.walk(state, start, end, skipsRepeated: false, isKept: layout.takesNext())
        switch verdict {
        case .isJSON: return true
        case .repeatsKeys:
            // Seldom: once more, with an eye on what comes behind each key.
            forget()
            return Self.walk(state, start, end, skipsRepeated: true, isKept: false) != .isNot
        case .isNot:
            forget()
            return false
        }
    }

    /// Whether a text is JSON.
    package static func isJSON(_ text: String) -> Bool {
        guard let scanner = try? JSONScanner([], keepsAll: []) else { preconditionFailure("no path mixes anything") }
        defer { scanner.destroy() }
        return Array(text.utf8).withUnsafeBytes { scanner.scan($0) }
    }

    /// Gives all memory back.
    package func destroy() {
        state.pointee.table.destroy()
        state.pointee.layout.destroy()
        free(state.pointee.matches)
        free(state.pointee.frames)
        free(state.pointee.kept)
        free(state)
    }

    /// Forgets what was found.
    @inline(__always)
    private func forget() {
        state.pointee.scan &+= 1
        if state.pointee.scan == 0 { restart() }
        state.pointee.keptCount = 0
        state.pointee.foundTags = 0
    }

    /// Begins to count scans anew, so that none has the number of an old one.
    @inline(never)
    private func restart() {
        state.pointee.scan = 1
        for path in 0..<state.pointee.pathCount { state.pointee.matches[path].scan = 0 }
    }

    /// The text without blanks around it; nil when nothing is left.
    @inline(__always)
    private static func trimmed(_ text: UnsafeRawBufferPointer) -> (start: UnsafeRawPointer, end: UnsafeRawPointer)? {
        guard var start = text.baseAddress, text.count <= Int(Int32.max) else { return nil }
        var end = start + text.count
        while start < end, JSONBytes.isBlank(JSONBytes.byte(start)) { start += 1 }
        while start < end, JSONBytes.isBlank(JSONBytes.byte(end - 1)) { end -= 1 }
        return start < end ? (start, end) : nil
    }
}
