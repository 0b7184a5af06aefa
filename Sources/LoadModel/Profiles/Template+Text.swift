extension Template {
    /// Reads a text in which `{{name}}` stands for a value, such as `Bearer {{env.API_KEY}}`.
    ///
    /// A name is everything up to `}}` on the same line, without the blanks around it and without braces; which names there
    /// are is for its user to know. `{{{{` stands for two braces that are text. Of three braces the first is text, so that
    /// `{{{name}}}` is a value in braces. Single braces, and `}}` alone, are text.
    ///
    /// - Parameter text: The template as it is written.
    /// - Throws: `ExpressionError` that says where a name is missing, wrong or not closed.
    public init(text: String) throws(ExpressionError) {
        var parts: [Part] = []
        var piece: [UInt8] = []
        func endPiece() {
            if !piece.isEmpty { parts.append(.text(String(decoding: piece, as: UTF8.self))) }
            piece = []
        }
        let bytes = Array(text.utf8)
        let (opening, closing) = (UInt8(ascii: "{"), UInt8(ascii: "}"))
        var offset = 0
        while offset < bytes.count {
            let braces = bytes[offset...].prefix(4).prefix { $0 == opening }.count
            switch braces {
            case 2:
                let start = offset + 2
                let nameBytes = bytes[start...].prefix { !Self.endsName($0) }
                guard bytes[nameBytes.endIndex...].starts(with: [closing, closing]) else {
                    throw Self.unclosed(in: text, at: offset, before: bytes[nameBytes.endIndex...].first)
                }
                let name = String(decoding: nameBytes, as: UTF8.self).trimmed
                guard !name.isEmpty else {
                    throw Self.mistake("expected a name between '{{' and '}}'", in: text, at: start)
                }
                endPiece()
                parts.append(.value(name))
                offset = nameBytes.endIndex + 2
            case 4:
                piece += [opening, opening]
                offset += 4
            default:
                piece.append(bytes[offset])
                offset += 1
            }
        }
        endPiece()
        self.init(parts)
    }

    /// The template as it is written: `init(text:)` reads the same from it.
    public var text: String {
        var bytes: [UInt8] = []
        var openBraces = 0
        for part in parts {
            switch part {
            case .text(let piece):
                for byte in piece.utf8 {
                    bytes.append(byte)
                    openBraces = byte == UInt8(ascii: "{") ? openBraces + 1 : 0
                    // Two braces that are text are four.
                    if openBraces == 2 {
                        bytes += "{{".utf8
                        openBraces = 0
                    }
                }
            case .value(let name):
                bytes += "{{\(name)}}".utf8
                openBraces = 0
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func endsName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): true
        default: false
        }
    }

    private static func unclosed(in text: String, at offset: Int, before byte: UInt8?) -> ExpressionError {
        let isBrace = byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}")
        return mistake(
            isBrace
                ? "a name between '{{' and '}}' has no braces in it; write {{{{ for two braces that are text"
                : "the '{{' here has no '}}' on its line; write {{{{ for two braces that are text",
            in: text,
            at: offset
        )
    }

    /// A mistake at a byte.
    private static func mistake(_ problem: String, in text: String, at offset: Int) -> ExpressionError {
        let place = text.utf8.index(text.startIndex, offsetBy: offset)
        return ExpressionError(problem, in: text, at: text[..<place].count)
    }
}
