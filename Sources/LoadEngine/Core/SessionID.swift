/// The identity of one running invocation: a random UUID (RFC 9562, version 4).
package struct SessionID: Equatable, Sendable {
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
        var position = 0
        for nibble in 0..<32 {
            if nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20 {
                target[position] = UInt8(ascii: "-")
                position += 1
            }
            let half = nibble < 16 ? high : low
            let value = UInt8(truncatingIfNeeded: half >> UInt64(60 - (nibble & 15) * 4)) & 0xF
            target[position] = value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
            position += 1
        }
    }
}

extension SessionID: CustomStringConvertible {
    /// The text form.
    package var description: String {
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
