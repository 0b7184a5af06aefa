#if canImport(Glibc)
import Glibc
#endif

/// A body of JSON lines, or one that is a single value: bytes in, events out, as `SSEParser` has them.
///
/// A line is an event unless it is blank; so is the last one when no line end follows it. A body that is one value is one
/// event, which `finish` dispatches.
/// - Isolation: loop
package struct LineParser {
    /// Whether lines are events, or the whole body is one.
    package var takesWhole: Bool

    private var chunk = UnsafeRawBufferPointer(start: nil, count: 0)
    private var offset = 0
    /// What earlier chunks brought of an unfinished line.
    private var line = ByteBuffer()
    private var dataInPlace = UnsafeRawBufferPointer(start: nil, count: 0)
    private var isLineTaken = false
    /// Whether no line has come yet: the body may begin with a byte order mark.
    private var isFirst = true
    private var utf8 = UTF8Validator()
    private var maximumEventBytes: Int
    private var failure: SSEParser.Malformation?
    /// Whether the buffer has grown beyond what small lines need; until `reset`.
    package private(set) var hasGrown = false

    /// Makes a parser.
    ///
    /// - Parameter maximumEventBytes: The most bytes of a line, or of the whole body.
    package init(maximumEventBytes: Int) {
        self.maximumEventBytes = maximumEventBytes
        takesWhole = false
    }

    /// The data of the event just dispatched; valid until the next call of `next` or `finish`, and no longer than its chunk.
    package var data: UnsafeRawBufferPointer { dataInPlace }

    /// The bytes that the buffer takes.
    package var heldBytes: Int { line.heldBytes }

    /// How many bytes of the chunk lie behind the event just dispatched.
    package var restCount: Int { chunk.count - offset }

    /// Hands over the next bytes of the body; the chunk before must be used up.
    package mutating func feed(_ bytes: UnsafeRawBufferPointer) {
        chunk = bytes
        offset = 0
    }

    /// Gives up the event just dispatched and what is left of the chunk, which may be fed again.
    package mutating func dropRest() {
        dropTakenLine()
        feed(UnsafeRawBufferPointer(start: nil, count: 0))
        dataInPlace = chunk
    }

    /// Parses on to the next event or to the end of the chunk.
    package mutating func next() -> SSEParser.Step {
        if let failure { return .malformed(failure) }
        dropTakenLine()
        while offset < chunk.count {
            let rest = UnsafeRawBufferPointer(rebasing: chunk[offset...])
            let end = takesWhole ? nil : rest.baseAddress.flatMap { memchr($0, Int32(UInt8(ascii: "\n")), rest.count) }
            let count = end.flatMap { found in rest.baseAddress.map { UnsafeRawPointer(found) - $0 } } ?? rest.count
            let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(count))
            guard line.count + count <= maximumEventBytes else {
                let room = max(maximumEventBytes - line.count + 1, 0)
                return fail(
                    utf8.accept(UnsafeRawBufferPointer(rebasing: piece.prefix(room))) ? .eventTooLarge : .invalidUTF8
                )
            }
            guard utf8.accept(piece) else { return fail(.invalidUTF8) }
            offset += count
            guard end != nil else {
                guard line.appendIfPossible(piece) else { return fail(.noMemory) }
                hasGrown = hasGrown || heldBytes > SSEParser.smallBytes
                break
            }
            offset += 1
            guard utf8.isAtBoundary else { return fail(.invalidUTF8) }
            if line.isEmpty {
                dataInPlace = piece.trimmed
            } else {
                guard line.appendIfPossible(piece) else { return fail(.noMemory) }
                hasGrown = hasGrown || heldBytes > SSEParser.smallBytes
                dataInPlace = line.bytes.trimmed
                isLineTaken = true
            }
            dropMark()
            if !dataInPlace.isEmpty { return .event }
            dropTakenLine()
        }
        return .needsMore
    }

    /// The body has ended: dispatches what no line end has followed.
    package mutating func finish() -> SSEParser.Step {
        if let failure { return .malformed(failure) }
        dropTakenLine()
        guard utf8.isAtBoundary else { return fail(.invalidUTF8) }
        dataInPlace = line.bytes.trimmed
        isLineTaken = true
        dropMark()
        return dataInPlace.isEmpty ? .needsMore : .event
    }

    /// Forgets the body and begins a new one, with the same buffer.
    package mutating func reset() {
        line.reset()
        feed(UnsafeRawBufferPointer(start: nil, count: 0))
        dataInPlace = chunk
        isLineTaken = false
        isFirst = true
        utf8.reset()
        failure = nil
        hasGrown = false
    }

    package mutating func destroy() { line.destroy() }

    /// Drops the byte order mark of a body, as `SSEParser` does.
    private mutating func dropMark() {
        guard isFirst else { return }
        isFirst = false
        if dataInPlace.starts(with: [0xEF, 0xBB, 0xBF]) {
            dataInPlace = UnsafeRawBufferPointer(rebasing: dataInPlace.dropFirst(3)).trimmed
        }
    }

    private mutating func dropTakenLine() {
        if isLineTaken {
            line.removeAll()
            isLineTaken = false
        }
    }

    private mutating func fail(_ why: SSEParser.Malformation) -> SSEParser.Step {
        failure = why
        return .malformed(why)
    }
}

extension UnsafeRawBufferPointer {
    /// Without the blanks that JSON may have around a value.
    fileprivate var trimmed: UnsafeRawBufferPointer {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }
        var (start, end) = (0, count)
        while start < end, isBlank(self[start]) { start += 1 }
        while end > start, isBlank(self[end - 1]) { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: self[start..<end])
    }
}
