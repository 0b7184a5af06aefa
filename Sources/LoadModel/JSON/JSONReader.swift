/// Reads JSON with comments (`//` to the end of the line, `/* */`); a comma after the last element is allowed too.
///
/// Not JSONDecoder, even with its JSON5 option: on Linux it does not tell where a syntax error is, it keeps one of two
/// equal keys silently, and it refuses `\u0000`.
package struct JSONReader {
    /// Something in the text that is not JSON.
    package struct Mistake: Error, Equatable {
        /// The line, from 1.
        package let line: Int
        /// The column in Unicode scalars, from 1.
        package let column: Int
        /// What was expected and what was found.
        package let text: String
    }

    /// How deep objects and arrays may be nested, so that no file can use up the stack.
    package static let maximumDepth = 64
    /// After how many mistakes reading stops.
    package static let maximumMistakes = 100

    private let bytes: [UInt8]
    private var offset = 0
    /// Mistakes after which reading goes on.
    private var mistakes: [Mistake] = []

    /// The place of the latest mistake, from where the next one is not far.
    private var position = TextPosition()

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads a whole text.
    ///
    /// - Parameter bytes: Valid UTF-8, with or without a byte order mark.
    /// - Returns: The value, or nil where reading could not go on, and every mistake in the order of the text.
    package static func read(_ bytes: [UInt8]) -> (value: JSONValue?, mistakes: [Mistake]) {
        var reader = JSONReader(bytes)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.offset = 3 }
        do throws(Mistake) {
            let value = try reader.value(depth: 0)
            try reader.skipBlanks()
            guard reader.offset == bytes.count else { throw reader.expected("the end of the file") }
            return (value, reader.mistakes)
        } catch {
            return (nil, reader.mistakes + [error])
        }
    }

    // MARK: Values

    private mutating func value(depth: Int) throws(Mistake) -> JSONValue {
        try skipBlanks()
        guard depth <= Self.maximumDepth else {
            throw mistake("objects and arrays are nested more than \(Self.maximumDepth) levels deep")
        }
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        default: return try word()
        }
    }

    private mutating func object(depth: Int) throws(Mistake) -> JSONValue {
        let opening = offset
        offset += 1
        var members: [JSONValue.Member] = []
        while true {
            try skipBlanks()
            if take("}") { return .object(members) }
            guard next == UInt8(ascii: "\"") else {
                throw expected(
                    members.isEmpty ? "a key in double quotes or '}'" : "a key in double quotes",
                    in: opening
                )
            }
            let key = try string()
            try skipBlanks()
            guard take(":") else { throw expected("':' after the key") }
            members.append(JSONValue.Member(key: key, value: try value(depth: depth + 1)))
            try skipBlanks()
            if take(",") { continue }
            guard take("}") else { throw expected("',' or '}'", in: opening) }
            return .object(members)
        }
    }

    private mutating func array(depth: Int) throws(Mistake) -> JSONValue {
        let opening = offset
        offset += 1
        var elements: [JSONValue] = []
        while true {
            try skipBlanks()
            if take("]") { return .array(elements) }
            elements.append(try value(depth: depth + 1))
            try skipBlanks()
            if take(",") { continue }
            guard take("]") else { throw expected("',' or ']'", in: opening) }
            return .array(elements)
        }
    }

    private mutating func word() throws(Mistake) -> JSONValue {
        let start = offset
        while let byte = next, Self.isPartOfWord(byte) { offset += 1 }
        guard offset > start else { throw expected("a value") }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        switch text {
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        case "null": return .null
        default: return JSONValue.isNumber(bytes[start..<offset]) ? .number(text) : .word(text)
        }
    }

    private static func isPartOfWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "$"):
            true
        default: false
        }
    }

    // MARK: Strings

    private mutating func string() throws(Mistake) -> String {
        let opening = offset
        offset += 1
        var text: [UInt8] = []
        var runStart = offset
        while let byte = next, byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                text += bytes[runStart..<offset]
                guard byte == UInt8(ascii: "\\") else {
                    offset += 1
                    return String(decoding: text, as: UTF8.self)
                }
                text += String(try escape()).utf8
                runStart = offset
            } else {
                if byte < 0x20 {
                    let hexadecimal = String(byte, radix: 16)
                    let escape = byte == UInt8(ascii: "\t") ? "t" : "u00" + (byte < 16 ? "0" : "") + hexadecimal
                    try note("expected \\\(escape) in a string, found \(found)")
                }
                offset += 1
            }
        }
        throw mistake(
            "the string that begins here has no closing '\"' on its line (a line end in a string is written \\n)",
            at: opening
        )
    }

    /// Takes an escape sequence; a wrong one is noted, and stands for U+FFFD.
    private mutating func escape() throws(Mistake) -> Unicode.Scalar {
        let start = offset
        offset += 1
        guard let byte = next, byte >= 0x20, byte < 0x7F else {
            try note("the escape sequence is cut off", at: start)
            return "\u{FFFD}"
        }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape(from: start)
        default:
            let escape = "\\\(Character(Unicode.Scalar(byte)))"
            try note("the escape sequence \(escape) is none of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u", at: start)
            return "\u{FFFD}"
        }
    }

    private mutating func unicodeEscape(from start: Int) throws(Mistake) -> Unicode.Scalar {
        guard let unit = hexadecimalUnit() else {
            try note("\\u is not followed by four hexadecimal digits", at: start)
            return "\u{FFFD}"
        }
        if let scalar = Unicode.Scalar(unit) { return scalar }
        let low = offset
        if UTF16.isLeadSurrogate(UInt16(unit)), take("\\"), take("u"), let second = hexadecimalUnit(),
            UTF16.isTrailSurrogate(UInt16(second)),
            let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (second - 0xDC00))
        {
            return scalar
        }
        offset = low
        let escape = String(decoding: bytes[start..<offset], as: UTF8.self)
        try note("\(escape) is half of a surrogate pair; both halves are needed, such as \\ud83d\\ude00", at: start)
        return "\u{FFFD}"
    }

    /// Takes four hexadecimal digits, or nothing.
    private mutating func hexadecimalUnit() -> UInt32? {
        guard offset + 4 <= bytes.count else { return nil }
        var unit: UInt32 = 0
        for byte in bytes[offset..<offset + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            unit = unit << 4 | UInt32(digit)
        }
        offset += 4
        return unit
    }

    // MARK: Blanks and comments

    private mutating func skipBlanks() throws(Mistake) {
        while let byte = next {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): offset += 1
            case UInt8(ascii: "/"): guard try skipComment() else { return }
            default: return
            }
        }
    }

    private mutating func skipComment() throws(Mistake) -> Bool {
        let start = offset
        guard start + 1 < bytes.count else { return false }
        switch bytes[start + 1] {
        case UInt8(ascii: "/"):
            while let byte = next, byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") { offset += 1 }
            return true
        case UInt8(ascii: "*"):
            offset += 2
            while offset + 1 < bytes.count {
                if bytes[offset] == UInt8(ascii: "*"), bytes[offset + 1] == UInt8(ascii: "/") {
                    offset += 2
                    return true
                }
                offset += 1
            }
            throw mistake("the comment that begins here has no end ('*/')", at: start)
        default: return false
        }
    }

    // MARK: Bytes and places

    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }

    /// What is at the current place, in words.
    private var found: String {
        let bytes = bytes[offset..<min(offset + 4, bytes.count)]
        guard let scalar = String(decoding: bytes, as: UTF8.self).unicodeScalars.first else {
            return "the end of the file"
        }
        if Shown.isControl(scalar) { return "the control character \(Shown.codePoint(scalar))" }
        if Shown.isHidden(scalar) { return "the invisible character \(Shown.codePoint(scalar))" }
        return scalar.isASCII ? "'\(scalar)'" : "'\(scalar)' (\(Shown.codePoint(scalar)))"
    }

    private mutating func expected(_ what: String, in opening: Int? = nil) -> Mistake {
        let wrong = mistake("expected \(what), found \(found)")
        guard let opening, next == nil else { return wrong }
        position.move(to: opening, in: bytes)
        let bracket = Character(Unicode.Scalar(bytes[opening]))
        let hint = " (the '\(bracket)' of line \(position.line) is still open)"
        return Mistake(line: wrong.line, column: wrong.column, text: wrong.text + hint)
    }

    private mutating func mistake(_ text: String, at place: Int? = nil) -> Mistake {
        position.move(to: place ?? offset, in: bytes)
        return Mistake(line: position.line, column: position.column, text: text)
    }

    /// Keeps a mistake after which reading can go on.
    private mutating func note(_ text: String, at place: Int? = nil) throws(Mistake) {
        let wrong = mistake(text, at: place)
        guard mistakes.count + 1 < Self.maximumMistakes else {
            throw Mistake(
                line: wrong.line,
                column: wrong.column,
                text: text + "; too many mistakes, reading stops here"
            )
        }
        mistakes.append(wrong)
    }
}
