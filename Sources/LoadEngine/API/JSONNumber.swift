/// The value of a number as JSON writes it, exactly.
package enum JSONNumber {
    /// A whole number times a power of ten; the whole number ends with no zero, unless it is zero.
    private struct Parts: Equatable {
        var isNegative = false
        var digits: UInt64 = 0
        var exponent = 0
    }

    /// The most that an exponent counts for: a text is shorter.
    private static let mostExponent = 1 << 40

    /// The value of a number that is whole and not negative, however it is written: `12`, `12.0`, `1.2e1`.
    ///
    /// - Parameter raw: A JSON number.
    /// - Returns: The value; nil for others, and for those of 2⁶⁴ and more.
    package static func wholeValue(_ raw: UnsafeRawBufferPointer) -> UInt64? {
        guard let parts = parts(raw) else { return nil }
        if parts.digits == 0 { return 0 }
        guard !parts.isNegative, (0...19).contains(parts.exponent) else { return nil }
        var value = parts.digits
        for _ in 0..<parts.exponent {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            value = product
        }
        return value
    }

    /// Whether two numbers have the same value; of more than 19 digits, whether they are written alike.
    package static func isEqual(_ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer) -> Bool {
        if one.elementsEqual(other) { return true }
        guard let first = parts(one), let second = parts(other) else { return false }
        return first == second
    }

    /// The parts of a number; nil when 64 bits do not hold its digits.
    private static func parts(_ raw: UnsafeRawBufferPointer) -> Parts? {
        var parts = Parts()
        var zeros = 0
        var isInFraction = false
        var index = 0
        digits: while index < raw.count {
            let byte = raw[index]
            switch byte {
            case UInt8(ascii: "-"): parts.isNegative = true
            case UInt8(ascii: "."): isInFraction = true
            case UInt8(ascii: "0"):
                if isInFraction { parts.exponent -= 1 }
                if parts.digits > 0 { zeros += 1 }
            case UInt8(ascii: "1")...UInt8(ascii: "9"):
                if isInFraction { parts.exponent -= 1 }
                for _ in 0...zeros {
                    let (product, overflow) = parts.digits.multipliedReportingOverflow(by: 10)
                    guard !overflow else { return nil }
                    parts.digits = product
                }
                zeros = 0
                let (sum, overflow) = parts.digits.addingReportingOverflow(UInt64(byte - UInt8(ascii: "0")))
                guard !overflow else { return nil }
                parts.digits = sum
            default: break digits
            }
            index += 1
        }
        guard parts.digits > 0 else { return Parts() }
        parts.exponent += zeros + exponent(raw, from: index + 1)
        return parts
    }

    private static func exponent(_ raw: UnsafeRawBufferPointer, from start: Int) -> Int {
        guard start < raw.count else { return 0 }
        let isNegative = raw[start] == UInt8(ascii: "-")
        var value = 0
        for index in start..<raw.count where raw[index] &- UInt8(ascii: "0") < 10 {
            value = min(value * 10 + Int(raw[index] - UInt8(ascii: "0")), mostExponent)
        }
        return isNegative ? -value : value
    }
}
