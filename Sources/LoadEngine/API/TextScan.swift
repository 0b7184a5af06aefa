#if canImport(Glibc)
import Glibc
#endif

/// A text, or a pattern, that is looked for in a text that comes in pieces: tables that all users share.
///
/// A user keeps one number, its state, which begins as `start`. Nothing of the text is kept, and nothing is allocated for a
/// piece. The owner calls `destroy`.
/// - Isolation: loop
struct TextScan {
    /// The state before the first piece.
    let start: UInt32
    /// The state that says that it was found, from which nothing leads away.
    private let found: UInt32
    /// The text that is looked for; nil for a pattern.
    private let text: UnsafeMutablePointer<UInt8>?
    /// What to look up when the next byte is there.
    ///
    /// Of a text: how many of its bytes are left as a beginning when it does not go on as it should, by how many were there
    /// (the failure function of Knuth, Morris and Pratt). Of a pattern: the next row, by row and column.
    private let table: UnsafeMutablePointer<UInt32>
    /// Of a pattern: the column of each byte.
    private let columns: UnsafeMutablePointer<UInt8>?
    /// Of a pattern: whether a text that ends in a state matches, by state.
    private let ends: UnsafeMutablePointer<Bool>?
    /// Of a pattern: how many numbers a row has; states are the beginnings of rows.
    private let stride: UInt32

    /// Looks for a text.
    ///
    /// - Parameter contained: At least one byte.
    init(for contained: String) {
        let bytes = Array(contained.utf8)
        precondition(!bytes.isEmpty, "an empty text is in every text")
        text = Self.copy(bytes)
        table = Self.copy(Self.borders(of: bytes))
        (start, found, stride) = (0, UInt32(bytes.count), 0)
        (columns, ends) = (nil, nil)
    }

    /// Looks for a pattern.
    init(for pattern: TextPattern) {
        stride = UInt32(pattern.columnCount)
        table = Self.copy(pattern.next.map { UInt32($0) * UInt32(pattern.columnCount) })
        columns = Self.copy(pattern.columns)
        ends = Self.copy(pattern.matchesAtEnd)
        (start, found) = (UInt32(TextPattern.start) * stride, UInt32(TextPattern.found) * stride)
        text = nil
    }

    /// The state behind a piece.
    func state(after state: UInt32, _ piece: UnsafeRawBufferPointer) -> UInt32 {
        guard state != found, let bytes = piece.baseAddress else { return state }
        let (first, count) = (bytes.assumingMemoryBound(to: UInt8.self), piece.count)
        if let text { return textState(after: state, first, count, text) }
        guard let columns else { return state }
        var row = state
        for index in 0..<count {
            row = table[Int(row) + Int(columns[Int(first[index])])]
            if row == found { break }
        }
        return row
    }

    /// Whether the whole text has what was looked for, by the state behind its last piece.
    func isMet(by state: UInt32) -> Bool {
        guard state != found else { return true }
        return ends.map { $0[Int(state / stride)] } ?? false
    }

    func destroy() {
        text?.deallocate()
        table.deallocate()
        columns?.deallocate()
        ends?.deallocate()
    }

    private func textState(
        after state: UInt32,
        _ first: UnsafePointer<UInt8>,
        _ count: Int,
        _ text: UnsafePointer<UInt8>
    ) -> UInt32 {
        var matched = Int(state)
        var index = 0
        while index < count {
            if matched == 0 {
                // Most pieces do not even have its first byte.
                guard let next = memchr(first + index, Int32(text[0]), count - index) else { return 0 }
                index = UnsafeRawPointer(next) - UnsafeRawPointer(first) + 1
                matched = 1
            } else if first[index] == text[matched] {
                index += 1
                matched += 1
            } else {
                matched = Int(table[matched])
            }
            if matched == Int(found) { return found }
        }
        return UInt32(matched)
    }

    /// For each number of bytes, how many at their end are the beginning of the text too, but not all of them.
    private static func borders(of bytes: [UInt8]) -> [UInt32] {
        var borders = [UInt32](repeating: 0, count: bytes.count + 1)
        var length = 0
        for index in bytes.indices.dropFirst() {
            while length > 0, bytes[index] != bytes[length] { length = Int(borders[length]) }
            if bytes[index] == bytes[length] { length += 1 }
            borders[index + 1] = UInt32(length)
        }
        return borders
    }

    private static func copy<Element>(_ elements: [Element]) -> UnsafeMutablePointer<Element> {
        let memory = UnsafeMutablePointer<Element>.allocate(capacity: max(elements.count, 1))
        memory.initialize(from: elements, count: elements.count)
        return memory
    }
}
