#if canImport(Glibc)
import Glibc
#endif

extension JSONScanner {
    /// Notes a value for the paths that end at it.
    @inline(never)
    static func record(_ state: UnsafeMutablePointer<State>, _ node: Node, _ value: Value) {
        let ends = node.pointee.ends
        for index in 0..<node.pointee.endCount {
            let path = ends[index].path
            state.pointee.matches[path].note(value, scan: state.pointee.scan)
            if value.kind.isValue { state.pointee.foundTags |= ends[index].tags }
            if ends[index].keepsAll { keep(state, Kept(path: path, value: value)) }
        }
    }

    @inline(__always)
    private static func keep(_ state: UnsafeMutablePointer<State>, _ kept: Kept) {
        if state.pointee.keptCount == state.pointee.keptCapacity { grow(state) }
        (state.pointee.kept + state.pointee.keptCount).initialize(to: kept)
        state.pointee.keptCount &+= 1
    }

    @inline(never)
    private static func grow(_ state: UnsafeMutablePointer<State>) {
        let capacity = state.pointee.keptCapacity * 2
        let grown = OutOfMemory.allocate(Kept.self, count: capacity)
        grown.moveInitialize(from: state.pointee.kept, count: state.pointee.keptCount)
        free(state.pointee.kept)
        state.pointee.kept = grown
        state.pointee.keptCapacity = capacity
    }

    /// Does again what a walk of another text did between two marks, now with the bytes that begin here.
    @inline(__always)
    static func repeatActions(
        _ state: UnsafeMutablePointer<State>,
        from first: UnsafePointer<JSONLayout.Mark>,
        to last: UnsafePointer<JSONLayout.Mark>,
        _ at: UnsafeRawPointer
    ) {
        let base = at - Int(first.pointee.offset)
        let actions = UnsafePointer(state.pointee.layout.contents.pointee.actions)
        var action = actions + Int(first.pointee.actionCount)
        let end = actions + Int(last.pointee.actionCount)
        while action < end {
            let place = base + Int(action.pointee.offset)
            let frame = state.pointee.frames + Int(action.pointee.depth)
            switch action.pointee.kind {
            case .opens:
                frame.initialize(
                    to: Frame(
                        node: action.pointee.node,
                        progress: action.pointee.progress,
                        start: place,
                        closing: action.pointee.closing
                    )
                )
            case .records:
                let byteCount = Int(action.pointee.byteCount)
                let kind = action.pointee.valueKind
                record(
                    state,
                    action.pointee.node,
                    Value(kind, place, byteCount, hasEscapes: action.pointee.hasEscapes)
                )
            case .recordsClosed:
                let start = frame.pointee.start
                record(state, action.pointee.node, Value(action.pointee.valueKind, start, place - start))
            }
            action += 1
        }
    }
}
