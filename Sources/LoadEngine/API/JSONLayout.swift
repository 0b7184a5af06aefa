#if canImport(Glibc)
import Glibc
#endif

/// What a walk did with one text, so that walks of texts that look alike need not do it again.
///
/// The events of a stream differ in a few places only: an id, a time, the words. At each item of an object or array a mark
/// says how things stood when it began, and between marks stand the actions that were taken. A walk that comes to an item as
/// things stood at a mark compares the bytes from there on: as far as they are the same, all that was found is the same, and
/// it goes on at the last mark that they reach. A handle to its memory: its owner calls `destroy`.
struct JSONLayout {
    /// The beginning of an item, or behind it that of its value.
    struct Mark {
        /// Where it is in the text.
        var offset: Int32
        /// How many objects and arrays are open there.
        var depth: Int32
        /// How many actions were taken before it.
        var actionCount: Int32
        var container: UnsafePointer<JSONPathTable.Node>
        var progress: UInt64
        /// Of a value where paths have led by then; nil for an item.
        var node: UnsafePointer<JSONPathTable.Node>?
        var closing: UInt8
    }

    /// Something that a walk does besides going on.
    struct Action {
        enum Kind {
            /// It opens an object or array: what is put on the stack.
            case opens
            /// It records a value.
            case records
            /// It records an object or array that ends here, and began where the stack says.
            case recordsClosed
        }

        var kind: Kind
        var closing: UInt8 = 0
        var valueKind = JSONKind.absent
        var hasEscapes = false
        /// The depth at which it is on the stack.
        var depth: Int32 = 0
        var offset: Int32
        var byteCount: Int32 = 0
        /// The node of what is around it, or of the value.
        var node: UnsafePointer<JSONPathTable.Node>
        var progress: UInt64 = 0
    }

    struct Contents {
        let text: UnsafeMutablePointer<UInt8>
        let marks: UnsafeMutablePointer<Mark>
        let actions: UnsafeMutablePointer<Action>
        /// How many bytes of the text are kept.
        var byteCount: Int32 = 0
        var markCount: Int32 = 0
        var actionCount: Int32 = 0
        /// Whether it was full before the text's end.
        var isCut = false
        /// Whether there is a text to compare with.
        var isThere = false
        /// How many bytes of the text that is walked were the same.
        var sameBytes: Int32 = 0
        /// How many texts one after another were little like it.
        var unlike: Int32 = 0
        /// How many texts are walked before another one is taken to compare with, and how many the next time.
        var pause: Int32 = 0
        var nextPause: Int32 = 0
    }

    /// What of a text is kept; what is behind is walked as if nothing was known.
    private static var maximumBytes: Int { 2048 }
    private static var maximumMarks: Int { 256 }
    private static var maximumActions: Int { 256 }
    /// After how many texts that are little like it another one is taken.
    private static var patience: Int32 { 8 }
    private static var longestPause: Int32 { 1024 }

    let contents: UnsafeMutablePointer<Contents>

    init() {
        contents = OutOfMemory.allocate(Contents.self, count: 1)
        contents.initialize(
            to: Contents(
                text: OutOfMemory.allocate(UInt8.self, count: Self.maximumBytes),
                // One more for the end.
                marks: OutOfMemory.allocate(Mark.self, count: Self.maximumMarks + 1),
                actions: OutOfMemory.allocate(Action.self, count: Self.maximumActions)
            )
        )
    }

    func destroy() {
        free(contents.pointee.text)
        free(contents.pointee.marks)
        free(contents.pointee.actions)
        free(contents)
    }

    // MARK: Which text

    /// Whether a text is walked by what is kept of another one.
    @inline(__always)
    var isThere: Bool { contents.pointee.isThere }

    /// Whether the text that comes now is to be kept, while none is.
    func takesNext() -> Bool {
        if contents.pointee.pause == 0 { return true }
        contents.pointee.pause -= 1
        return false
    }

    /// Looks whether the text that was walked was like the one that is kept; when many were not, that one is given up.
    ///
    /// - Parameter byteCount: How many bytes it had.
    @inline(__always)
    func judge(_ byteCount: Int) {
        if Int(contents.pointee.sameBytes) &* 4 >= min(byteCount, Self.maximumBytes) {
            contents.pointee.unlike = 0
        } else {
            judgeUnlike()
        }
    }

    @inline(never)
    private func judgeUnlike() {
        contents.pointee.unlike += 1
        guard contents.pointee.unlike >= Self.patience else { return }
        contents.pointee.isThere = false
        contents.pointee.pause = contents.pointee.nextPause
        contents.pointee.nextPause = min(contents.pointee.nextPause * 2 + 1, Self.longestPause)
    }

    // MARK: Making

    func begin(_ start: UnsafeRawPointer, _ end: UnsafeRawPointer) {
        let count = min(end - start, Self.maximumBytes)
        UnsafeMutableRawPointer(contents.pointee.text).copyMemory(from: start, byteCount: count)
        contents.pointee.byteCount = Int32(count)
        contents.pointee.isCut = count < end - start
        (contents.pointee.markCount, contents.pointee.actionCount) = (0, 0)
    }

    func addMark(
        _ offset: Int,
        depth: Int,
        _ container: UnsafePointer<JSONPathTable.Node>,
        _ progress: UInt64,
        _ closing: UInt8,
        node: UnsafePointer<JSONPathTable.Node>? = nil
    ) {
        guard !isFull(at: offset) else { return }
        let depth = Int32(depth)
        let mark = Mark(
            offset: Int32(offset),
            depth: depth,
            actionCount: contents.pointee.actionCount,
            container: container,
            progress: progress,
            node: node,
            closing: closing
        )
        (contents.pointee.marks + Int(contents.pointee.markCount)).initialize(to: mark)
        contents.pointee.markCount += 1
    }

    func addOpening(_ frame: JSONScanner.Frame, depth: Int, _ offset: Int) {
        add(offset) {
            Action(
                kind: .opens,
                closing: frame.closing,
                depth: Int32(depth),
                offset: $0,
                node: frame.node,
                progress: frame.progress
            )
        }
    }

    func addValue(_ node: UnsafePointer<JSONPathTable.Node>, _ value: JSONScanner.Value, _ offset: Int) {
        add(offset) {
            Action(
                kind: .records,
                valueKind: value.kind,
                hasEscapes: value.hasEscapes,
                offset: $0,
                byteCount: Int32(value.byteCount),
                node: node
            )
        }
    }

    func addClosing(_ node: UnsafePointer<JSONPathTable.Node>, _ kind: JSONKind, depth: Int, _ offset: Int) {
        add(offset) { Action(kind: .recordsClosed, valueKind: kind, depth: Int32(depth), offset: $0, node: node) }
    }

    private func add(_ offset: Int, _ action: (Int32) -> Action) {
        guard !isFull(at: offset) else { return }
        (contents.pointee.actions + Int(contents.pointee.actionCount)).initialize(to: action(Int32(offset)))
        contents.pointee.actionCount += 1
    }

    private func isFull(at offset: Int) -> Bool {
        if contents.pointee.isCut, offset >= Int(contents.pointee.byteCount) { return true }
        if contents.pointee.markCount == Self.maximumMarks || contents.pointee.actionCount == Self.maximumActions {
            contents.pointee.isCut = true
            contents.pointee.byteCount = min(contents.pointee.byteCount, Int32(offset))
            return true
        }
        return false
    }

    /// Keeps what was made, of a text that is JSON.
    func finish() {
        let last = contents.pointee.marks + Int(contents.pointee.markCount)
        // No text reaches it that was cut; and at no item so little is open.
        let offset = contents.pointee.isCut ? Int32.max : contents.pointee.byteCount
        var mark = contents.pointee.marks[0]
        (mark.offset, mark.depth, mark.node) = (offset, -1, nil)
        mark.actionCount = contents.pointee.actionCount
        last.initialize(to: mark)
        contents.pointee.isThere = true
        contents.pointee.unlike = 0
    }

    // MARK: Following

    @inline(__always)
    func beginFollowing() { contents.pointee.sameBytes = 0 }

    /// The mark at which things stood as they stand at an item, all around which has been open since another such mark.
    ///
    /// What is open is then the same; only how far it has come may not be.
    ///
    /// - Parameters:
    ///   - first: The mark behind that one.
    ///   - depth: How many objects and arrays are open.
    ///   - progress: How far the innermost one has come.
    /// - Returns: The mark, if there is one.
    @inline(__always)
    func mark(from first: UnsafePointer<Mark>, depth: Int, _ progress: UInt64) -> UnsafePointer<Mark>? {
        let depth = Int32(truncatingIfNeeded: depth)
        var mark = first
        // What is deeper lies in the item that came before, and so does its value. Whatever is opened is an item of what is
        // around it, which has a mark: so where this one is no deeper, all around it has been open since `first`, too.
        while mark.pointee.depth > depth || mark.pointee.node != nil { mark += 1 }
        return mark.pointee.depth == depth && mark.pointee.progress == progress ? mark : nil
    }

    /// The last mark that is reached by bytes that are the same as those of the text that is kept.
    ///
    /// - Parameters:
    ///   - first: Where they begin there.
    ///   - at: Where they begin here.
    ///   - end: The end of the text.
    /// - Returns: The mark, and whether it is the end of both.
    @inline(__always)
    func lastMark(
        from first: UnsafePointer<Mark>,
        _ at: UnsafeRawPointer,
        _ end: UnsafeRawPointer
    ) -> (mark: UnsafePointer<Mark>, isEnd: Bool) {
        let rest = Int(contents.pointee.byteCount &- first.pointee.offset)
        let other = UnsafeRawPointer(contents.pointee.text) + Int(first.pointee.offset)
        let same = JSONBytes.sameCount(at, other, min(rest, end - at))
        if same == rest, at + same == end, !contents.pointee.isCut {
            contents.pointee.sameBytes &+= Int32(truncatingIfNeeded: same)
            return (UnsafePointer(contents.pointee.marks + Int(contents.pointee.markCount)), true)
        }
        let reached = first.pointee.offset &+ Int32(truncatingIfNeeded: same)
        var mark = first
        while (mark + 1).pointee.offset < reached { mark += 1 }
        contents.pointee.sameBytes &+= mark.pointee.offset &- first.pointee.offset
        return (mark, false)
    }
}
