/// Numbers as bytes, the small ones in few: LEB128, seven bits a byte, the lowest first.
///
/// It is how the loop keeps the buckets of distributions, and how processes tell each other what they have counted.
struct PackedBytes: Sendable, Equatable {
    /// Why bytes are none of these numbers.
    struct Mistake: Error {}

    private(set) var bytes: [UInt8] = []

    init() {}

    mutating func append(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Adds bytes as they are, after their number.
    mutating func append(_ other: [UInt8]) {
        append(UInt64(other.count))
        bytes += other
    }

    /// Gives back the room that a growing array keeps.
    mutating func shrink() { bytes = bytes.withUnsafeBufferPointer { Array($0) } }

    /// Reads what was appended, in the same order; the bytes may be anything.
    struct Reader {
        private let bytes: [UInt8]
        private var position = 0

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
        }

        var isAtEnd: Bool { position == bytes.count }

        /// The next number.
        mutating func number() throws(Mistake) -> UInt64 {
            var value: UInt64 = 0
            var place: UInt64 = 0
            while position < bytes.count, place < 64 {
                let byte = bytes[position]
                position += 1
                value |= UInt64(byte & 0x7F) << place
                if byte < 0x80 { return value }
                place += 7
            }
            throw Mistake()
        }

        /// The next number, of things that take a byte or more each and follow.
        mutating func count() throws(Mistake) -> Int {
            let count = try number()
            guard count <= UInt64(bytes.count - position) else { throw Mistake() }
            return Int(count)
        }

        /// The next bytes, after their number.
        mutating func list() throws(Mistake) -> [UInt8] {
            let count = try count()
            defer { position += count }
            return Array(bytes[position..<position + count])
        }
    }
}
