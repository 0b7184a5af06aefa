extension JSONScanner {
    /// How a walk ended.
    enum Verdict {
        case isJSON
        case isNot
        /// It is JSON as far as was looked, and a key on the way of a path is in an object twice.
        case repeatsKeys
    }

    typealias Node = UnsafePointer<JSONPathTable.Node>

    /// Walks a text from its first to its last byte, and records what paths lead to.
    ///
    /// - Parameters:
    ///   - state: Where the paths are, and what is recorded.
    ///   - start: The first byte of the text, no blank.
    ///   - end: Its end, behind a byte that is no blank.
    ///   - skipsRepeated: Whether of equal keys the last one alone counts; all do otherwise, and it is told.
    ///   - isKept: Whether texts that come later are walked by what is found in this one.
    /// - Returns: Whether it is JSON.
    @inline(never)
    static func walk(
        _ state: UnsafeMutablePointer<State>,
        _ start: UnsafeRawPointer,
        _ end: UnsafeRawPointer,
        skipsRepeated: Bool,
        isKept: Bool
    ) -> Verdict {
        if isKept { state.pointee.layout.begin(start, end) }
        let verdict = walk(state, start, end, skipsRepeated: skipsRepeated, isKept: isKept, follows: false)
        if isKept, verdict == .isJSON { state.pointee.layout.finish() }
        return verdict
    }

    /// Walks a text as `walk` does, by what was found in the one that is kept.
    @inline(never)
    static func walkByLayout(
        _ state: UnsafeMutablePointer<State>,
        _ start: UnsafeRawPointer,
        _ end: UnsafeRawPointer
    ) -> Verdict {
        state.pointee.layout.beginFollowing()
        return walk(state, start, end, skipsRepeated: false, isKept: false, follows: true)
    }

    /// The walk itself.
    ///
    /// An object or array ends with a bracket, which is the text's last byte: so behind every byte that is no closing bracket
    /// there is another one, which is why few places here ask for the text's end.
    @inline(__always)
    private static func walk(
        _ state: UnsafeMutablePointer<State>,
        _ start: UnsafeRawPointer,
        _ end: UnsafeRawPointer,
        skipsRepeated: Bool,
        isKept: Bool,
        follows: Bool
    ) -> Verdict {
        guard isOpening(JSONBytes.byte(start)) else { return scalar(state, start, end) }
        guard isClosing(JSONBytes.byte(end - 1)) else { return .isNot }

        let layout = state.pointee.layout
        let dead = state.pointee.table.dead
        // What is open: at first the list that the text is the only element of.
        let outermost = state.pointee.frames
        var frame = outermost
        var container = UnsafePointer(state.pointee.table.outside)
        var closing = UInt8(ascii: "]")
        var progress: UInt64 = 0
        var repeatsKeys = false
        var at = start
        // By a layout: the mark to come, and the least that was open since the one before.
        var mark = UnsafePointer(layout.contents.pointee.marks)
        var lowest = frame
        while true {
            // An element, or a key and what it stands for, begins here.
            var known: Node?
            if follows, frame == lowest,
                let here = layout.mark(from: mark, depth: frame - outermost, progress)
            {
                let (last, isEnd) = layout.lastMark(from: here, at, end)
                if last > here {
                    repeatActions(state, from: here, to: last, at)
                    if isEnd {
                        layout.judge(end - start)
                        return repeatsKeys ? .repeatsKeys : .isJSON
                    }
                    at += Int(last.pointee.offset &- here.pointee.offset)
                    frame = outermost + Int(last.pointee.depth)
                    (container, progress) = (last.pointee.container, last.pointee.progress)
                    (closing, known) = (last.pointee.closing, last.pointee.node)
                }
                mark = last + 1
                lowest = frame
            }
            if isKept {
                layout.addMark(at - start, depth: frame - outermost, container, progress, closing)
            }
            var node: Node
            if follows, let known {
                node = known
            } else if closing == UInt8(ascii: "}") {
                at = JSONBytes.afterBlanks(at)
                guard JSONBytes.byte(at) == JSONBytes.quote else { return .isNot }
                let name = at + 1
                let close = JSONBytes.stringEnd(name, end)
                guard let nameEnd = close.quote else { return .isNot }
                at = nameEnd + 1
                if JSONBytes.byte(at) != UInt8(ascii: ":") {
                    at = JSONBytes.afterBlanks(at)
                    guard JSONBytes.byte(at) == UInt8(ascii: ":") else { return .isNot }
                }
                at += 1
                node = dead
                if let key = key(name, nameEnd, hasEscapes: close.hasEscapes, end, of: container) {
                    node = key.pointee.node
                    if progress & key.pointee.bit != 0 { repeatsKeys = true }
                    progress |= key.pointee.bit
                    if skipsRepeated, comesAgain(key, behind: at, end) { node = dead }
                }
            } else {
                node = JSONPathTable.element(progress, of: container)
                progress &+= 1
            }

            at = JSONBytes.afterBlanks(at)
            let value = at
            if isKept {
                layout.addMark(at - start, depth: frame - outermost, container, progress, closing, node: node)
            }
            let first = JSONBytes.byte(at)
            if first == JSONBytes.quote {
                let close = JSONBytes.stringEnd(at + 1, end)
                guard let valueEnd = close.quote else { return .isNot }
                if node.pointee.endCount > 0 {
                    let text = string(value + 1, valueEnd, hasEscapes: close.hasEscapes)
                    record(state, node, text)
                    if isKept { layout.addValue(node, text, value + 1 - start) }
                }
                at = valueEnd + 1
            } else if isOpening(first) {
                guard frame < outermost + maximumDepth else { return .isNot }
                frame.initialize(to: Frame(node: container, progress: progress, start: value, closing: closing))
                if isKept { layout.addOpening(frame.pointee, depth: frame - outermost, value - start) }
                frame += 1
                // Each bracket has its closing one two places behind it in ASCII.
                closing = first &+ 2
                container = node
                progress = 0
                at += 1
                if JSONBytes.byte(at) != closing {
                    at = JSONBytes.afterBlanks(at)
                    guard JSONBytes.byte(at) == closing else { continue }
                }
                at += 1
                if node.pointee.endCount > 0 {
                    let kind = first == UInt8(ascii: "{") ? JSONKind.emptyObject : .emptyArray
                    record(state, node, Value(kind, value, at - value))
                    if isKept { layout.addValue(node, Value(kind, value, at - value), value - start) }
                }
                frame -= 1
                (container, progress, closing) = (frame.pointee.node, frame.pointee.progress, frame.pointee.closing)
                if at == end || frame == outermost { break }
            } else {
                guard let (kind, close) = word(at, end) else { return .isNot }
                at = close
                if node.pointee.endCount > 0 {
                    record(state, node, Value(kind, value, at - value))
                    if isKept { layout.addValue(node, Value(kind, value, at - value), value - start) }
                }
            }

            // The value has ended, and perhaps with it what it was in.
            while JSONBytes.byte(at) != UInt8(ascii: ",") {
                if JSONBytes.byte(at) != closing {
                    at = JSONBytes.afterBlanks(at)
                    if JSONBytes.byte(at) == UInt8(ascii: ",") { break }
                    guard JSONBytes.byte(at) == closing else { return .isNot }
                }
                at += 1
                frame -= 1
                if follows, frame < lowest { lowest = frame }
                if container.pointee.endCount > 0 {
                    let kind = closing == UInt8(ascii: "}") ? JSONKind.object : .array
                    record(state, container, Value(kind, frame.pointee.start, at - frame.pointee.start))
                    if isKept { layout.addClosing(container, kind, depth: frame - outermost, at - start) }
                }
                (container, progress, closing) = (frame.pointee.node, frame.pointee.progress, frame.pointee.closing)
                if at == end || frame == outermost {
                    guard at == end, frame == outermost else { return .isNot }
                    if follows { layout.judge(end - start) }
                    return repeatsKeys ? .repeatsKeys : .isJSON
                }
            }
            at += 1
        }
        // Only an object or array without anything in it.
        guard at == end, frame == outermost else { return .isNot }
        return .isJSON
    }

    @inline(__always)
    private static func isOpening(_ byte: UInt8) -> Bool { byte | 0x20 == UInt8(ascii: "{") }

    @inline(__always)
    private static func isClosing(_ byte: UInt8) -> Bool { byte | 0x20 == UInt8(ascii: "}") }

    // MARK: Scalars

    @inline(__always)
    private static func string(_ start: UnsafeRawPointer, _ end: UnsafeRawPointer, hasEscapes: Bool) -> Value {
        Value(start == end ? .emptyString : .string, start, end - start, hasEscapes: hasEscapes)
    }

    /// A number, true, false or null, and where it ends.
    @inline(__always)
    private static func word(_ at: UnsafeRawPointer, _ end: UnsafeRawPointer) -> (JSONKind, UnsafeRawPointer)? {
        switch JSONBytes.byte(at) {
        case UInt8(ascii: "n"): JSONBytes.isWord(JSONBytes.null, at, end) ? (.null, at + 4) : nil
        case UInt8(ascii: "t"): JSONBytes.isWord(JSONBytes.true, at, end) ? (.true, at + 4) : nil
        case UInt8(ascii: "f"): JSONBytes.isWord(JSONBytes.alse, at + 1, end) ? (.false, at + 5) : nil
        default: JSONBytes.numberEnd(at, end).map { (.number, $0) }
        }
    }

    /// Takes a text that is neither object nor array.
    @inline(never)
    private static func scalar(
        _ state: UnsafeMutablePointer<State>,
        _ start: UnsafeRawPointer,
        _ end: UnsafeRawPointer
    ) -> Verdict {
        let node = JSONPathTable.element(0, of: state.pointee.table.outside)
        if JSONBytes.byte(start) == JSONBytes.quote {
            let close = JSONBytes.stringEnd(start + 1, end)
            guard let valueEnd = close.quote, valueEnd + 1 == end else { return .isNot }
            record(state, node, string(start + 1, valueEnd, hasEscapes: close.hasEscapes))
        } else {
            guard let (kind, close) = word(start, end), close == end else { return .isNot }
            record(state, node, Value(kind, start, end - start))
        }
        return .isJSON
    }
}
