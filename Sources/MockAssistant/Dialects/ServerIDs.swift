import LoadEngine

/// The ids that the server gives, each only once, and knows again without keeping them.
///
/// Half of an id is a number that it does not repeat, half is made from that and a key: what somebody else made up does not
/// fit together. So a mock that gives millions of them needs no memory for it, and processes that share a port know each
/// other's.
struct ServerIDs: Sendable {
    /// What an id is for.
    enum Kind: UInt64 {
        /// What later turns send again.
        case conversation = 1
        case answer, message, task, request
    }

    /// The same for all processes of a group.
    private let key: UInt64
    private let processNumber: UInt64

    private static var numberBits: UInt64 { 44 }

    init(seed: UInt64, processNumber: Int?) {
        var random = SeededRandom(seed: seed ^ 0x6D6F_636B_2D69_6473)
        key = random.next()
        self.processNumber = UInt64(processNumber ?? 0)
    }

    /// The id of a kind that belongs to a turn or a request.
    func id(_ kind: Kind, number: UInt64) -> ServerID {
        let serial = kind.rawValue << 53 | processNumber << Self.numberBits | number & (1 << Self.numberBits - 1)
        // A product with an odd number has an inverse: different numbers give different ids.
        return id(kind, front: (serial &* 0x9E37_79B9_7F4A_7C15 ^ key) & ServerID.frontMask)
    }

    /// Whether it is one of a kind that was given.
    ///
    /// - Parameters:
    ///   - text: As a client sent it.
    ///   - kind: What it must be for.
    ///   - prefix: What stands before it, such as `resp_`.
    /// - Returns: Whether it was.
    func knows(_ text: UnsafeRawBufferPointer, _ kind: Kind, prefix: StaticString = "") -> Bool {
        guard text.starts(with: prefix.bytes),
            let found = ServerID(UnsafeRawBufferPointer(rebasing: text.dropFirst(prefix.utf8CodeUnitCount)))
        else { return false }
        return found == id(kind, front: found.front)
    }

    private func id(_ kind: Kind, front: UInt64) -> ServerID {
        var check = SeededRandom(seed: front ^ key ^ kind.rawValue << 60)
        return ServerID(front: front, back: check.next())
    }
}

/// An id of the server: a UUID (RFC 9562, version 4), also written without its dashes.
struct ServerID: Equatable, Sendable {
    private let high: UInt64
    private let low: UInt64

    /// The bits of the first half that are free.
    static var frontMask: UInt64 { 1 << 60 - 1 }

    /// - Parameters:
    ///   - front: 60 bits.
    ///   - back: Of which 62 bits are used.
    init(front: UInt64, back: UInt64) {
        high = (front >> 12) << 16 | 0x4000 | front & 0xFFF
        low = back & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    }

    /// Reads an id, with or without dashes; nil when it is none.
    init?(_ text: UnsafeRawBufferPointer) {
        var digits = 0
        var values: (UInt64, UInt64) = (0, 0)
        for byte in text where byte != UInt8(ascii: "-") {
            guard let digit = Self.value(of: byte), digits < 32 else { return nil }
            if digits < 16 { values.0 = values.0 << 4 | digit } else { values.1 = values.1 << 4 | digit }
            digits += 1
        }
        guard digits == 32 else { return nil }
        (high, low) = values
    }

    var front: UInt64 { (high >> 16) << 12 | high & 0xFFF }

    /// Writes the 32 digits.
    func write(into buffer: inout ByteBuffer) { write(into: &buffer, hasDashes: false) }

    /// Writes the digits with the four dashes of a UUID.
    func writeUUID(into buffer: inout ByteBuffer) { write(into: &buffer, hasDashes: true) }

    private func write(into buffer: inout ByteBuffer, hasDashes: Bool) {
        for index in 0..<32 {
            if hasDashes, index == 8 || index == 12 || index == 16 || index == 20 { buffer.append(UInt8(ascii: "-")) }
            let word = index < 16 ? high : low
            let digit = UInt8(truncatingIfNeeded: word >> UInt64(60 - index % 16 * 4) & 0xF)
            buffer.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }

    private static func value(of digit: UInt8) -> UInt64? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(digit - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(digit - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(digit - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
