import LoadEngine

extension ByteBuffer {
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
