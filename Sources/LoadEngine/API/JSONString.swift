#if canImport(Glibc)
import Glibc
#endif

/// What a JSON string says, from how it is written between its quotes.
package enum JSONString {
    /// What stands for half of a surrogate pair without the other half.
    static var replacement: UInt32 { 0xFFFD }

    /// Whether a string as it is written says exactly this text, byte for byte.
    ///
    /// - Parameters:
    ///   - raw: The string between its quotes, still escaped.
    ///   - text: UTF-8.
    /// - Returns: Whether it does.
    package static func isEqual(_ raw: UnsafeRawBufferPointer, to text: UnsafeRawBufferPointer) -> Bool {
        // No escape is shorter than what it stands for.
        guard raw.count >= text.count else { return false }
        guard var at = raw.baseAddress, var other = text.baseAddress else { return raw.count == text.count }
        let (end, otherEnd) = (at + raw.count, other + text.count)
        while end - at >= 8, otherEnd - other >= 8 {
            let word = JSONBytes.word(at)
            if word == JSONBytes.word(other) {
                if JSONBytes.hasBackslash(word) { break }
            } else {
                if JSONBytes.hasBackslash(word) { break }
                return false
            }
            at += 8
            other += 8
        }
        while at < end {
            guard JSONBytes.byte(at) == JSONBytes.backslash else {
                guard other < otherEnd, JSONBytes.byte(at) == JSONBytes.byte(other) else { return false }
                at += 1
                other += 1
                continue
            }
            var encoded = UTF8Scalar(scalar(&at, end))
            while let byte = encoded.next() {
                guard other < otherEnd, JSONBytes.byte(other) == byte else { return false }
                other += 1
            }
        }
        return other == otherEnd
    }

    /// Takes an escape, or two that are a surrogate pair, and says which character it is.
    private static func scalar(_ at: inout UnsafeRawPointer, _ end: UnsafeRawPointer) -> UInt32 {
        let first = unit(&at, end)
        guard isSurrogate(first) else { return first }
        guard isLead(first), at < end, JSONBytes.byte(at) == JSONBytes.backslash else { return replacement }
        var next = at
        let second = unit(&next, end)
        guard isTrail(second) else { return replacement }
        at = next
        return pair(first, second)
    }

    // MARK: UTF-16

    @inline(__always)
    static func isSurrogate(_ unit: UInt32) -> Bool { unit & 0xFFFF_F800 == 0xD800 }

    @inline(__always)
    static func isLead(_ unit: UInt32) -> Bool { unit & 0xFFFF_FC00 == 0xD800 }

    @inline(__always)
    static func isTrail(_ unit: UInt32) -> Bool { unit & 0xFFFF_FC00 == 0xDC00 }

    static func pair(_ lead: UInt32, _ trail: UInt32) -> UInt32 { 0x10000 + (lead & 0x3FF) << 10 + (trail & 0x3FF) }

    /// Takes one escape and says which UTF-16 unit it is; U+FFFD for what is none, of which it takes two bytes at most.
    static func unit(_ at: inout UnsafeRawPointer, _ end: UnsafeRawPointer) -> UInt32 {
        guard end - at >= 2 else {
            at = end
            return replacement
        }
        let letter = JSONBytes.byte(at + 1)
        at += 2
        switch letter {
        case UInt8(ascii: "b"): return 0x08
        case UInt8(ascii: "f"): return 0x0C
        case UInt8(ascii: "n"): return 0x0A
        case UInt8(ascii: "r"): return 0x0D
        case UInt8(ascii: "t"): return 0x09
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return UInt32(letter)
        case UInt8(ascii: "u"):
            guard end - at >= 4 else { return replacement }
            var unit: UInt32 = 0
            for index in 0..<4 {
                guard let digit = hexadecimal(JSONBytes.byte(at + index)) else { return replacement }
                unit = unit << 4 | digit
            }
            at += 4
            return unit
        default: return replacement
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}

/// The UTF-8 bytes of a character, one after another.
struct UTF8Scalar {
    /// The bytes to come, the next one lowest.
    private(set) var bytes: UInt32
    private(set) var count: Int

    init(_ scalar: UInt32) {
        func continuation(_ shift: UInt32) -> UInt32 { 0x80 | scalar >> shift & 0x3F }
        switch scalar {
        case 0..<0x80: (bytes, count) = (scalar, 1)
        case 0x80..<0x800: (bytes, count) = (0xC0 | scalar >> 6 | continuation(0) << 8, 2)
        case 0x800..<0x10000:
            (bytes, count) = (0xE0 | scalar >> 12 | continuation(6) << 8 | continuation(0) << 16, 3)
        default:
            (bytes, count) = (
                0xF0 | scalar >> 18 | continuation(12) << 8 | continuation(6) << 16 | continuation(0) << 24, 4
            )
        }
    }

    mutating func next() -> UInt8? {
        guard count > 0 else { return nil }
        count -= 1
        defer { bytes >>= 8 }
        return UInt8(truncatingIfNeeded: bytes)
    }
}
