import LoadEngine

extension ByteBuffer {
    mutating func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func append(decimal value: Int) {
        append(decimal: UInt64(value))
    }

    mutating func append(decimal value: UInt64) {
        append(value, radix: 10)
    }

    mutating func append(hexadecimal value: Int) {
        append(UInt64(value), radix: 16)
    }

    private mutating func append(_ value: UInt64, radix: UInt64) {
        withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { digits in
            var start = digits.count
            var rest = value
            repeat {
                let digit = UInt8(truncatingIfNeeded: rest % radix)
                rest /= radix
                start -= 1
                digits[start] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            } while rest > 0
            append(UnsafeRawBufferPointer(rebasing: digits[start...]))
        }
    }

    /// Appends text of unknown bytes as a JSON string, with its quotes.
    ///
    /// Bytes beyond ASCII are taken for Latin 1, so that the line is UTF-8 whatever a client sent.
    mutating func append(jsonString bytes: UnsafeRawBufferPointer) {
        append(UInt8(ascii: "\""))
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                append(UInt8(ascii: "\\"))
                append(byte)
            case 0x20..<0x7F: append(byte)
            default:
                append(byte < 0x10 ? "\\u000" : "\\u00")
                append(hexadecimal: Int(byte))
            }
        }
        append(UInt8(ascii: "\""))
    }
}
