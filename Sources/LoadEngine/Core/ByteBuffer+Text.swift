// Text that is made without a String.

extension ByteBuffer {
    package mutating func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    package mutating func append(decimal value: Int) {
        append(decimal: UInt64(value))
    }

    package mutating func append(decimal value: UInt64) {
        append(value, radix: 10, leastDigits: 1)
    }

    /// Appends a number with zeros before it up to a number of digits, which is at most 20.
    package mutating func append(decimal value: UInt64, digits: Int) {
        append(value, radix: 10, leastDigits: digits)
    }

    package mutating func append(hexadecimal value: Int) {
        append(UInt64(value), radix: 16, leastDigits: 1)
    }

    @inline(__always)
    private mutating func append(_ value: UInt64, radix: UInt64, leastDigits: Int) {
        withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { digits in
            var start = digits.count
            var rest = value
            while rest > 0 || digits.count - start < leastDigits {
                let digit = UInt8(truncatingIfNeeded: rest % radix)
                rest /= radix
                start -= 1
                digits[start] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            }
            append(UnsafeRawBufferPointer(rebasing: digits[start...]))
        }
    }
}
