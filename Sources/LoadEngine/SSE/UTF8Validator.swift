/// Checks a byte stream for valid UTF-8, piece by piece; a character may be split between two pieces.
///
/// The ranges are those of the Unicode standard, table 3-7: no overlong forms, no surrogates, nothing over U+10FFFF.
package struct UTF8Validator {
    /// How many continuation bytes the open character still needs.
    private var missing: UInt8 = 0
    /// The range the next continuation byte must be in.
    private var low: UInt8 = 0x80
    private var high: UInt8 = 0xBF

    package init() {}

    /// Whether the bytes so far end between two characters.
    package var isAtBoundary: Bool { missing == 0 }

    /// Takes the next bytes; false when they cannot be UTF-8.
    package mutating func accept(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        let count = bytes.count
        while index < count {
            if missing == 0 {
                // Nearly all streams are nearly all ASCII: eight bytes at a time.
                while index + 8 <= count,
                    bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
                {
                    index += 8
                }
                guard index < count else { return true }
                // The rest together with bytes before it that were found to be ASCII.
                if count >= 8, count - index < 8,
                    bytes.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
                {
                    return true
                }
            }
            guard accept(bytes[index]) else { return false }
            index += 1
        }
        return true
    }

    package mutating func reset() { self = UTF8Validator() }

    private mutating func accept(_ byte: UInt8) -> Bool {
        if missing > 0 {
            guard byte >= low, byte <= high else { return false }
            missing -= 1
            (low, high) = (0x80, 0xBF)
            return true
        }
        switch byte {
        case 0x00...0x7F: return true
        case 0xC2...0xDF: missing = 1
        case 0xE0: (missing, low) = (2, 0xA0)
        case 0xED: (missing, high) = (2, 0x9F)
        case 0xE1...0xEF: missing = 2
        case 0xF0: (missing, low) = (3, 0x90)
        case 0xF1...0xF3: missing = 3
        case 0xF4: (missing, high) = (3, 0x8F)
        default: return false
        }
        return true
    }
}
