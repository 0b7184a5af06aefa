/// What a JSON value is, as far as rules ask.
package enum JSONKind: UInt8, BitwiseCopyable, Sendable {
    /// No value is there.
    case absent
    case null
    case `false`
    case emptyString
    case emptyArray
    case emptyObject
    // From here on the value is there and says something.
    case `true`
    case number
    case string
    case array
    case object

    /// Whether something is there that is not null, false, "", [] or {}.
    @inline(__always)
    package var isThere: Bool { rawValue >= JSONKind.true.rawValue }

    /// Whether there is a value, and it is not null.
    @inline(__always)
    var isValue: Bool { self != .absent && self != .null }
}

/// What a path has found in the text that was scanned last.
package struct JSONMatch {
    /// The scan that found it; of another one it says nothing.
    var scan: UInt32
    /// How many places the path led to; at most one when it has no `[*]`.
    package internal(set) var count: UInt32
    /// What the last of them is.
    package internal(set) var kind: JSONKind
    /// Whether any of them is there, and not null, false, "", [] or {}.
    package internal(set) var isThere: Bool
    /// Whether any of them is a string that is not empty.
    package internal(set) var hasText: Bool
    /// Whether the last of them is a string with escapes in it.
    var hasEscapes: Bool
    private var byteCount: UInt32
    private var start: UnsafeRawPointer
    private var textStart: UnsafeRawPointer
    private var textByteCount: UInt32

    /// Makes what a path has found that has led nowhere.
    ///
    /// - Parameter nowhere: Any address; it is never read.
    init(nowhere: UnsafeRawPointer) {
        (scan, count, kind, isThere, hasText, hasEscapes) = (0, 0, .absent, false, false, false)
        (byteCount, start, textStart, textByteCount) = (0, nowhere, nowhere, 0)
    }

    /// The last value.
    var value: JSONScanner.Value { JSONScanner.Value(kind, start, Int(byteCount), hasEscapes: hasEscapes) }

    /// The last value as it is written, a string between its quotes and still escaped; empty without any.
    ///
    /// Valid as long as the text.
    package var raw: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: Int(byteCount)) }

    /// The last value as JSON, a string with its quotes; empty without any.
    ///
    /// Valid as long as the text.
    package var json: UnsafeRawBufferPointer {
        guard kind == .string || kind == .emptyString else { return raw }
        return UnsafeRawBufferPointer(start: start - 1, count: Int(byteCount) + 2)
    }

    /// The first string that is not empty, between its quotes and still escaped; empty without any.
    ///
    /// Valid as long as the text.
    package var text: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: textStart, count: Int(textByteCount))
    }

    /// Notes one more value.
    @inline(__always)
    mutating func note(_ value: JSONScanner.Value, scan: UInt32) {
        if self.scan == scan {
            count &+= 1
        } else {
            (self.scan, count, isThere, hasText, textByteCount) = (scan, 1, false, false, 0)
        }
        (kind, hasEscapes, start, byteCount) = (value.kind, value.hasEscapes, value.start, value.byteCount)
        guard kind.isThere else { return }
        isThere = true
        guard kind == .string, !hasText else { return }
        (hasText, textStart, textByteCount) = (true, start, byteCount)
    }
}
