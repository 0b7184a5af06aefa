/// The identity of one running invocation: a random UUID (RFC 9562, version 4).
public struct SessionID: Hashable, Sendable, BitwiseCopyable {
    package var high: UInt64
    package var low: UInt64

    /// How many characters the text form has.
    package static let textCount = 36

    package init(from random: inout SeededRandom) {
        high = random.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x0000_0000_0000_4000
        low = random.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    }

    /// Writes the 36 characters of the text form, in lower case, without a terminator.
    package func write(to target: UnsafeMutablePointer<UInt8>) {
        let raw = UnsafeMutableRawPointer(target)
        raw.storeBytes(of: Self.hexadecimal(UInt32(truncatingIfNeeded: high >> 32)), toByteOffset: 0, as: UInt64.self)
        let middle = Self.hexadecimal(UInt32(truncatingIfNeeded: high))
        let nextMiddle = Self.hexadecimal(UInt32(truncatingIfNeeded: low >> 32))
        target[8] = UInt8(ascii: "-")
        raw.storeBytes(of: UInt32(truncatingIfNeeded: middle), toByteOffset: 9, as: UInt32.self)
        target[13] = UInt8(ascii: "-")
        raw.storeBytes(of: UInt32(truncatingIfNeeded: middle >> 32), toByteOffset: 14, as: UInt32.self)
        target[18] = UInt8(ascii: "-")
        raw.storeBytes(of: UInt32(truncatingIfNeeded: nextMiddle), toByteOffset: 19, as: UInt32.self)
        target[23] = UInt8(ascii: "-")
        raw.storeBytes(of: UInt32(truncatingIfNeeded: nextMiddle >> 32), toByteOffset: 24, as: UInt32.self)
        raw.storeBytes(of: Self.hexadecimal(UInt32(truncatingIfNeeded: low)), toByteOffset: 28, as: UInt64.self)
    }

    /// Eight digits at once: the first, of the highest four bits, in the lowest byte.
    private static func hexadecimal(_ value: UInt32) -> UInt64 {
        // Each nibble to a byte of its own.
        var digits = UInt64(value)
        digits = (digits | digits << 16) & 0x0000_FFFF_0000_FFFF
        digits = (digits | digits << 8) & 0x00FF_00FF_00FF_00FF
        digits = (digits | digits << 4) & 0x0F0F_0F0F_0F0F_0F0F
        digits = digits.byteSwapped
        // 1 in each byte that is 10 or more: those get the way from "9" to "a" as well.
        let letters = (digits &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return (digits &+ 0x3030_3030_3030_3030 &+ letters &* 39).littleEndian
    }
}

extension SessionID: CustomStringConvertible {
    /// The text form, in lower case, as requests have it.
    public var description: String {
        String(unsafeUninitializedCapacity: Self.textCount) { buffer in
            guard let target = buffer.baseAddress else { return 0 }
            write(to: target)
            return Self.textCount
        }
    }

    /// The nil UUID: no session.
    package static let zero = SessionID(high: 0, low: 0)

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}
