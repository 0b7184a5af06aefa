/// JSON values as bytes: how they are written, and what they become at places of other kinds.
enum JSONText {
    /// A JSON string.
    static func string(_ text: String) -> [UInt8] {
        [UInt8(ascii: "\"")] + escaped(Array(text.utf8)) + [UInt8(ascii: "\"")]
    }

    /// A text as it stands within a JSON string.
    static func escaped(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + 8)
        for byte in bytes {
            if let escape = escape(byte) { result += escape } else { result.append(byte) }
        }
        return result
    }

    /// How many bytes the text of a JSON string has without the half of a character at its end.
    ///
    /// `\ud83d` is such a half: an answer that broke off may end in it, and what follows it does not make it whole.
    static func wholeCount(_ text: UnsafeRawBufferPointer) -> Int {
        let length = 6
        guard text.count >= length else { return text.count }
        let start = text.count - length
        // An escaped backslash is no beginning of an escape.
        let backslashes = text[...start].reversed().prefix { $0 == UInt8(ascii: "\\") }.count
        guard backslashes % 2 == 1, text[start + 1] == UInt8(ascii: "u"), text[start + 2] | 0x20 == UInt8(ascii: "d"),
            "89abAB".utf8.contains(text[start + 3])
        else { return text.count }
        return start
    }

    /// A text with `\uXXXX` for all that is not ASCII, as many libraries write it.
    static func ascii(_ text: [UInt8]) -> [UInt8] {
        String(decoding: text, as: UTF8.self).utf16.flatMap { unit -> [UInt8] in
            guard unit >= 0x80 else { return [UInt8(unit)] }
            let digits = String(unit, radix: 16)
            return Array("\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8)
        }
    }

    /// What stands for a byte within a JSON string; nil for itself.
    static func escape(_ byte: UInt8) -> [UInt8]? {
        switch byte {
        case UInt8(ascii: "\""): Array("\\\"".utf8)
        case UInt8(ascii: "\\"): Array("\\\\".utf8)
        case UInt8(ascii: "\n"): Array("\\n".utf8)
        case UInt8(ascii: "\r"): Array("\\r".utf8)
        case UInt8(ascii: "\t"): Array("\\t".utf8)
        case 0x08: Array("\\b".utf8)
        case 0x0C: Array("\\f".utf8)
        case 0x00..<0x20: Array("\\u00\(byte < 0x10 ? "0" : "")\(String(byte, radix: 16))".utf8)
        default: nil
        }
    }

    /// A JSON value as it is written at a place of a kind.
    static func bytes(of json: [UInt8], _ form: ValueForm) -> [UInt8] {
        let isString = json.first == UInt8(ascii: "\"")
        switch form {
        case .json: return json
        case .inString: return isString ? Array(json.dropFirst().dropLast()) : escaped(json)
        case .path: return percentEncoded(isString ? decoded(Array(json.dropFirst().dropLast())) : json)
        case .header:
            // A line end would begin another header.
            return (isString ? decoded(Array(json.dropFirst().dropLast())) : json).map {
                $0 < 0x20 || $0 == 0x7F ? 0x20 : $0
            }
        }
    }

    /// The text that a JSON value stands for: of a string what it says, and of anything else how it is written.
    static func text(of json: String) -> String {
        guard json.hasPrefix("\"") else { return json }
        return String(decoding: decoded(Array(json.utf8.dropFirst().dropLast())), as: UTF8.self)
    }

    /// The text of a JSON string without its quotes, which is one: anything else stays as it is.
    static func decoded(_ raw: [UInt8]) -> [UInt8] {
        guard raw.contains(UInt8(ascii: "\\")) else { return raw }
        let quote = [UInt8(ascii: "\"")]
        guard case .string(let text)? = JSONReader.read(quote + raw + quote).value else { return raw }
        return Array(text.utf8)
    }

    /// A text within a path: all but what RFC 3986 calls unreserved as `%XX`.
    static func percentEncoded(_ bytes: [UInt8]) -> [UInt8] {
        bytes.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                [byte]
            default: Array("%\(byte < 0x10 ? "0" : "")\(String(byte, radix: 16, uppercase: true))".utf8)
            }
        }
    }
}
