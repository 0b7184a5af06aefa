#if canImport(Glibc)
import Glibc
#endif

/// The WHATWG event stream algorithm (HTML standard, section 9.2.6): bytes in, events out.
///
/// A chunk is handed over with `feed`, then `next` is called until it asks for more. Nothing is allocated per event
/// once the buffers have grown to the size of the stream's events, and data that lies in one line of one chunk is not
/// even copied. The parser is stricter than the standard in two points: invalid UTF-8 and an event over the size limit
/// end the stream instead of being repaired or endured.
/// - Isolation: loop
package struct SSEParser {
    /// What `next` found.
    package enum Step: Equatable {
        /// An event was dispatched: see `data`, `eventName` and `lastEventID`.
        case event
        /// The chunk is used up.
        case needsMore
        /// The stream cannot be an event stream; the parser takes nothing more until `reset`.
        case malformed(Malformation)
    }

    /// Why a stream is malformed.
    package enum Malformation: Equatable {
        case invalidUTF8
        case eventTooLarge
        /// There is no memory to keep what has come of an event.
        case noMemory
    }

    /// A parser whose buffers take more is one that has grown.
    package static let smallBytes = 8 << 10
    private static let byteOrderMark: (UInt8, UInt8, UInt8) = (0xEF, 0xBB, 0xBF)

    // The chunk being parsed. Its memory is valid only until the caller returns, as are pointers into it.
    private var chunk = UnsafeRawBufferPointer(start: nil, count: 0)
    private var offset = 0
    /// Where the next CR of the chunk is; `chunk.count` when there is none.
    ///
    /// Most streams have none at all, so one search per chunk tells it for all lines.
    private var nextCarriageReturn = 0

    /// The part of an unfinished line that earlier chunks brought; a comment's is not kept.
    private var line = ByteBuffer()
    /// The event's data so far, lines joined by LF, when it does not lie in one line of this chunk.
    private var joinedData = ByteBuffer()
    /// The event's data when it does.
    private var dataInPlace: UnsafeRawBufferPointer?
    private var name = ByteBuffer()
    private var identifier = ByteBuffer()
    private var utf8 = UTF8Validator()

    private var maximumEventBytes: Int
    /// The bytes of the current event's lines, comments left out.
    private var eventBytes = 0
    /// How many bytes of a byte order mark the stream has begun with; over 2 when that question is settled.
    private var markBytes: UInt8 = 0
    /// Whether a line of data has come since the last event.
    package private(set) var hasData = false
    private var isInComment = false
    private var skipsLineFeed = false
    private var isDispatched = false
    private var failure: Malformation?
    /// Whether something that was to be kept could not be, for want of memory.
    private var isStarved = false
    /// Whether the buffers have grown beyond what streams of small events need; until `reset`.
    package private(set) var hasGrown = false

    /// The last valid `retry` field of the stream, in milliseconds.
    package private(set) var retryMilliseconds: UInt64?

    /// Makes a parser.
    ///
    /// - Parameter maximumEventBytes: The most bytes the lines of one event may have, without their ends.
    package init(maximumEventBytes: Int) {
        self.maximumEventBytes = maximumEventBytes
    }

    /// The data of the event just dispatched; valid until the next call of `next`, and no longer than its chunk.
    package var data: UnsafeRawBufferPointer { dataInPlace ?? joinedData.bytes }

    /// The bytes that the parser's buffers take.
    package var heldBytes: Int { line.heldBytes + joinedData.heldBytes + name.heldBytes + identifier.heldBytes }

    /// The `event` field of the event just dispatched, empty when it has none; valid like `data`.
    package var eventName: UnsafeRawBufferPointer { name.bytes }

    /// The last event id of the stream; valid like `data`.
    package var lastEventID: UnsafeRawBufferPointer { identifier.bytes }

    /// The data of an event that no empty line has followed, which is lost when the stream ends here; nil for none.
    ///
    /// That of its lines, or, before the first of them has ended, of that line so far. Valid like `data`.
    package var unendedData: UnsafeRawBufferPointer? {
        if isDispatched || hasData { return hasData && line.isEmpty ? data : nil }
        let field: StaticString = "data:"
        guard line.bytes.count >= field.utf8CodeUnitCount,
            UnsafeRawBufferPointer(rebasing: line.bytes.prefix(field.utf8CodeUnitCount)).isEqual(to: field)
        else { return nil }
        let value = line.bytes.dropFirst(field.utf8CodeUnitCount)
        return UnsafeRawBufferPointer(rebasing: value.first == UInt8(ascii: " ") ? value.dropFirst() : value)
    }

    /// How many bytes of the chunk lie behind the event just dispatched, and the end of its last line.
    package var restCount: Int {
        let hasLineFeed = skipsLineFeed && offset < chunk.count && chunk[offset] == UInt8(ascii: "\n")
        return chunk.count - offset - (hasLineFeed ? 1 : 0)
    }

    /// Hands over the next bytes of the stream; the chunk before must be used up.
    package mutating func feed(_ bytes: UnsafeRawBufferPointer) {
        chunk = bytes
        offset = 0
        nextCarriageReturn = position(of: UInt8(ascii: "\r"), from: 0, to: bytes.count)
    }

    /// Gives up the event just dispatched and what is left of the chunk, which may be fed again.
    package mutating func dropRest() {
        if isDispatched { clearEvent() }
        feed(UnsafeRawBufferPointer(start: nil, count: 0))
    }

    /// Parses on to the next event or to the end of the chunk.
    package mutating func next() -> Step {
        if let failure { return .malformed(failure) }
        if isDispatched { clearEvent() }
        if markBytes < 3, !skipByteOrderMark() { return .needsMore }
        while offset < chunk.count {
            if parseWholeEvent() { return .event }
            if skipsLineFeed {
                skipsLineFeed = false
                if chunk[offset] == UInt8(ascii: "\n") {
                    offset += 1
                    continue
                }
            }
            guard let step = parseLine() else { continue }
            return isStarved ? fail(.noMemory) : step
        }
        keepDataInPlace()
        return isStarved ? fail(.noMemory) : .needsMore
    }

    /// Forgets the stream and begins a new one, with the same buffers.
    package mutating func reset() {
        clearEvent()
        line.reset()
        joinedData.reset()
        name.reset()
        identifier.reset()
        utf8.reset()
        feed(UnsafeRawBufferPointer(start: nil, count: 0))
        retryMilliseconds = nil
        hasGrown = false
        markBytes = 0
        isInComment = false
        skipsLineFeed = false
        failure = nil
        isStarved = false
    }

    package mutating func destroy() {
        line.destroy()
        joinedData.destroy()
        name.destroy()
        identifier.destroy()
    }

    // MARK: Whole events

    /// Takes an event that is one `data` line and an empty one, both ended by LF and in this chunk.
    ///
    /// Nearly every event of every assistant is. Whatever is not quite so is left to the parsing of lines.
    private mutating func parseWholeEvent() -> Bool {
        // 0 bytes: no line of an event has come, neither data nor a name.
        guard eventBytes == 0, line.isEmpty, !isInComment, !skipsLineFeed, nextCarriageReturn == chunk.count,
            utf8.isAtBoundary, let base = chunk.baseAddress, chunk.count - offset > 7
        else { return false }
        let first = base + offset
        // "data" and then ":", compared as one number.
        guard first.loadUnaligned(as: UInt32.self) == Self.dataWord, chunk[offset + 4] == UInt8(ascii: ":"),
            let found = memchr(first, Int32(UInt8(ascii: "\n")), chunk.count - offset)
        else { return false }
        let lineCount = UnsafeRawPointer(found) - first
        let next = offset + lineCount + 1
        guard next < chunk.count, chunk[next] == UInt8(ascii: "\n"), lineCount <= maximumEventBytes else {
            return false
        }
        var valueStart = offset + 5
        if chunk[valueStart] == UInt8(ascii: " ") { valueStart += 1 }
        let value = UnsafeRawBufferPointer(rebasing: chunk[valueStart..<next - 1])
        // A character that the value leaves open, and bytes that are no UTF-8, are for the line parser to refuse.
        guard utf8.accept(value), utf8.isAtBoundary else {
            utf8.reset()
            return false
        }
        dataInPlace = value
        hasData = true
        isDispatched = true
        offset = next + 1
        return true
    }

    private static let dataWord = UInt32(littleEndian: 0x6174_6164)

    // MARK: Lines

    /// Takes the next line, or the part of it that the chunk has; nil when the line dispatched nothing.
    private mutating func parseLine() -> Step? {
        let end = endOfLine()
        let piece = UnsafeRawBufferPointer(rebasing: chunk[offset..<end])
        if line.isEmpty, !isInComment, let first = piece.first { isInComment = first == UInt8(ascii: ":") }
        if !isInComment {
            let room = maximumEventBytes - eventBytes
            guard piece.count <= room else {
                // The first byte that is wrong decides, whatever chunks the stream comes in.
                let checked = UnsafeRawBufferPointer(rebasing: piece.prefix(max(0, room + 1)))
                return fail(utf8.accept(checked) ? .eventTooLarge : .invalidUTF8)
            }
            eventBytes += piece.count
        }
        guard utf8.accept(piece) else { return fail(.invalidUTF8) }
        offset = end
        guard end < chunk.count else {
            if !isInComment { noteGrowth(line.appendIfPossible(piece)) }
            keepDataInPlace()
            return .needsMore
        }
        guard utf8.isAtBoundary else { return fail(.invalidUTF8) }
        skipsLineFeed = chunk[end] == UInt8(ascii: "\r")
        offset += 1
        if isInComment {
            isInComment = false
            return nil
        }
        guard line.isEmpty else {
            noteGrowth(line.appendIfPossible(piece))
            defer { line.removeAll() }
            guard !isStarved else { return fail(.noMemory) }
            return process(line.bytes, isInChunk: false)
        }
        return process(piece, isInChunk: true)
    }

    private mutating func endOfLine() -> Int {
        if nextCarriageReturn < offset {
            nextCarriageReturn = position(of: UInt8(ascii: "\r"), from: offset, to: chunk.count)
        }
        return position(of: UInt8(ascii: "\n"), from: offset, to: nextCarriageReturn)
    }

    private func position(of byte: UInt8, from start: Int, to end: Int) -> Int {
        guard start < end, let base = chunk.baseAddress else { return end }
        guard let found = memchr(base + start, Int32(byte), end - start) else { return end }
        return UnsafeRawPointer(found) - base
    }

    private mutating func process(_ text: UnsafeRawBufferPointer, isInChunk: Bool) -> Step? {
        guard !text.isEmpty, let first = text.baseAddress else { return dispatch() }
        var nameEnd = text.count
        var valueStart = text.count
        if let colon = memchr(first, Int32(UInt8(ascii: ":")), text.count) {
            nameEnd = UnsafeRawPointer(colon) - first
            valueStart = nameEnd + 1
            if valueStart < text.count, text[valueStart] == UInt8(ascii: " ") { valueStart += 1 }
        }
        let field = UnsafeRawBufferPointer(rebasing: text[..<nameEnd])
        let value = UnsafeRawBufferPointer(rebasing: text[valueStart...])
        if field.isEqual(to: "data") {
            appendData(value, isInChunk: isInChunk)
        } else if field.isEqual(to: "event") {
            name.removeAll()
            noteGrowth(name.appendIfPossible(value))
        } else if field.isEqual(to: "id") {
            guard !value.contains(0) else { return nil }
            identifier.removeAll()
            noteGrowth(identifier.appendIfPossible(value))
        } else if field.isEqual(to: "retry") {
            setRetry(value)
        }
        return nil
    }

    // MARK: Events

    private mutating func dispatch() -> Step? {
        eventBytes = 0
        guard hasData else {
            name.removeAll()
            return nil
        }
        isDispatched = true
        return .event
    }

    private mutating func clearEvent() {
        joinedData.removeAll()
        dataInPlace = nil
        name.removeAll()
        hasData = false
        eventBytes = 0
        isDispatched = false
    }

    private mutating func appendData(_ value: UnsafeRawBufferPointer, isInChunk: Bool) {
        if !hasData {
            hasData = true
            if isInChunk { dataInPlace = value } else { noteGrowth(joinedData.appendIfPossible(value)) }
            return
        }
        keepDataInPlace()
        let lineFeed = UInt8(ascii: "\n")
        let isJoined = withUnsafeBytes(of: lineFeed) { joinedData.appendIfPossible($0) }
        noteGrowth(isJoined && joinedData.appendIfPossible(value))
    }

    /// Copies data that would be lost with its chunk.
    private mutating func keepDataInPlace() {
        guard let bytes = dataInPlace else { return }
        let isKept = joinedData.appendIfPossible(bytes)
        dataInPlace = nil
        noteGrowth(isKept)
    }

    /// Looks after a buffer that bytes were added to, if there was memory for them.
    private mutating func noteGrowth(_ isKept: Bool) {
        if !isKept { isStarved = true }
        hasGrown = hasGrown || heldBytes > Self.smallBytes
    }

    private mutating func setRetry(_ value: UnsafeRawBufferPointer) {
        guard !value.isEmpty, value.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) else { return }
        var milliseconds: UInt64 = 0
        for digit in value {
            let (product, overflow) = milliseconds.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit - UInt8(ascii: "0")))
            milliseconds = overflow || carry ? .max : sum
        }
        retryMilliseconds = milliseconds
    }

    private mutating func fail(_ why: Malformation) -> Step {
        failure = why
        return .malformed(why)
    }

    // MARK: Byte order mark

    /// Skips one leading U+FEFF, which may come in pieces; false while more bytes are needed to tell.
    private mutating func skipByteOrderMark() -> Bool {
        let mark = Self.byteOrderMark
        while offset < chunk.count {
            let expected = markBytes == 0 ? mark.0 : markBytes == 1 ? mark.1 : mark.2
            guard chunk[offset] == expected else {
                // Not a mark: what was held back is the beginning of the first line.
                if markBytes > 0 { keepHeldBack(mark.0) }
                if markBytes > 1 { keepHeldBack(mark.1) }
                markBytes = 3
                return true
            }
            offset += 1
            markBytes += 1
            if markBytes == 3 { return true }
        }
        return false
    }

    private mutating func keepHeldBack(_ byte: UInt8) {
        line.append(byte)
        eventBytes += 1
        withUnsafeBytes(of: byte) { bytes in _ = utf8.accept(bytes) }
    }
}

extension UnsafeRawBufferPointer {
    /// Whether the bytes are exactly those of a literal.
    @inline(__always)
    package func isEqual(to text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount, let baseAddress else { return count == text.utf8CodeUnitCount }
        return memcmp(baseAddress, text.utf8Start, count) == 0
    }
}
