/// A place in a text as people count it.
struct TextPosition {
    /// The line, from 1; lines end with LF, CR or CRLF.
    private(set) var line = 1
    /// The column in Unicode scalars, from 1; a byte order mark is none.
    private(set) var column = 1
    private var offset = 0

    /// Moves to another place; cheap when it is not far behind this one.
    mutating func move(to target: Int, in bytes: [UInt8]) {
        if target < offset { self = TextPosition() }
        if offset == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
        while offset < target {
            step(over: bytes[offset], before: offset + 1 < bytes.count ? bytes[offset + 1] : nil)
            offset += 1
        }
    }

    private mutating func step(over byte: UInt8, before following: UInt8?) {
        switch byte {
        case UInt8(ascii: "\r") where following == UInt8(ascii: "\n"): break
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
            line += 1
            column = 1
        case 0x80...0xBF: break
        default: column += 1
        }
    }
}
