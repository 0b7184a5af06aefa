extension JSONValue {
    /// A string, number, boolean or null as JSON writes it; nil for everything else.
    package var scalarText: String? {
        switch self {
        case .string(let text): Self.text(of: text)
        case .number(let text): text
        case .boolean(let isTrue): isTrue ? "true" : "false"
        case .null: "null"
        case .object, .array, .word: nil
        }
    }

    /// A string as JSON writes it, with its quotes: only what has to be is escaped.
    ///
    /// - Parameter string: The string.
    /// - Returns: JSON.
    package static func text(of string: String) -> String {
        var bytes = [UInt8(ascii: "\"")]
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): bytes += "\\n".utf8
            case UInt8(ascii: "\r"): bytes += "\\r".utf8
            case UInt8(ascii: "\t"): bytes += "\\t".utf8
            case 0..<0x10: bytes += "\\u000\(String(byte, radix: 16))".utf8
            case 0x10..<0x20: bytes += "\\u00\(String(byte, radix: 16))".utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
        return String(decoding: bytes, as: UTF8.self)
    }
}
