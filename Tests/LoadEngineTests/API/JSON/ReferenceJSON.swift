import LoadEngine
import LoadModel

/// JSON as RFC 8259 says, read in the plainest way: what the scanner is compared with.
///
/// Strings and numbers stay as they are written.
indirect enum ReferenceJSON {
    case null
    case boolean(Bool)
    case number([UInt8])
    case string([UInt8])
    case array([ReferenceJSON], written: [UInt8])
    case object([(key: [UInt8], value: ReferenceJSON)], written: [UInt8])

    /// Reads a whole text; nil for what is not JSON, or nested too deep.
    static func read(_ bytes: [UInt8], maximumDepth: Int = 1024) -> ReferenceJSON? {
        var reader = Reader(bytes: bytes, maximumDepth: maximumDepth)
        reader.skipBlanks()
        guard let value = reader.value(depth: 0) else { return nil }
        reader.skipBlanks()
        return reader.offset == bytes.count ? value : nil
    }

    private struct Reader {
        let bytes: [UInt8]
        let maximumDepth: Int
        var offset = 0

        var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

        mutating func skipBlanks() {
            while let next, " \t\n\r".utf8.contains(next) { offset += 1 }
        }

        mutating func take(_ text: String) -> Bool {
            guard bytes[offset...].starts(with: text.utf8) else { return false }
            offset += text.utf8.count
            return true
        }

        mutating func value(depth: Int) -> ReferenceJSON? {
            let start = offset
            if take("null") { return .null }
            if take("true") { return .boolean(true) }
            if take("false") { return .boolean(false) }
            switch next {
            case UInt8(ascii: "\""): return string().map { .string($0) }
            case UInt8(ascii: "["):
                guard depth < maximumDepth, let elements = array(depth: depth) else { return nil }
                return .array(elements, written: Array(bytes[start..<offset]))
            case UInt8(ascii: "{"):
                guard depth < maximumDepth, let members = object(depth: depth) else { return nil }
                return .object(members, written: Array(bytes[start..<offset]))
            default: return number().map { .number($0) }
            }
        }

        mutating func array(depth: Int) -> [ReferenceJSON]? {
            _ = take("[")
            skipBlanks()
            if take("]") { return [] }
            var elements: [ReferenceJSON] = []
            while true {
                skipBlanks()
                guard let element = value(depth: depth + 1) else { return nil }
                elements.append(element)
                skipBlanks()
                if take("]") { return elements }
                guard take(",") else { return nil }
            }
        }

        mutating func object(depth: Int) -> [(key: [UInt8], value: ReferenceJSON)]? {
            _ = take("{")
            skipBlanks()
            if take("}") { return [] }
            var members: [(key: [UInt8], value: ReferenceJSON)] = []
            while true {
                skipBlanks()
                guard let key = string() else { return nil }
                skipBlanks()
                guard take(":") else { return nil }
                skipBlanks()
                guard let value = value(depth: depth + 1) else { return nil }
                members.append((key, value))
                skipBlanks()
                if take("}") { return members }
                guard take(",") else { return nil }
            }
        }

        mutating func string() -> [UInt8]? {
            guard take("\"") else { return nil }
            let start = offset
            while let byte = next {
                if byte == UInt8(ascii: "\"") {
                    offset += 1
                    return Array(bytes[start..<offset - 1])
                }
                guard byte >= 0x20 else { return nil }
                offset += 1
                guard byte == UInt8(ascii: "\\") else { continue }
                guard let letter = next else { return nil }
                offset += 1
                if letter == UInt8(ascii: "u") {
                    guard offset + 4 <= bytes.count,
                        bytes[offset..<offset + 4].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit })
                    else { return nil }
                    offset += 4
                } else if !"\"\\/bfnrt".utf8.contains(letter) {
                    return nil
                }
            }
            return nil
        }

        mutating func number() -> [UInt8]? {
            let start = offset
            _ = take("-")
            if !take("0"), digits() == 0 { return nil }
            if take("."), digits() == 0 { return nil }
            if take("e") || take("E") {
                _ = take("+") || take("-")
                if digits() == 0 { return nil }
            }
            return Array(bytes[start..<offset])
        }

        mutating func digits() -> Int {
            let start = offset
            while let next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next) { offset += 1 }
            return offset - start
        }
    }

    // MARK: What paths lead to

    /// The values that a path leads to, in the order of the text; of equal keys the last one counts.
    func values(at path: JSONPath) -> [ReferenceJSON] {
        path.steps.reduce([self]) { values, step in values.flatMap { $0.values(behind: step) } }
    }

    private func values(behind step: JSONPath.Step) -> [ReferenceJSON] {
        switch (step, self) {
        case (.everyElement, .array(let elements, _)): elements
        case (.element(let index), .array(let elements, _)): elements.indices.contains(index) ? [elements[index]] : []
        case (.member(let name), .object(let members, _)):
            members.last { Self.text(of: $0.key) == Array(name.unicodeScalars) }.map { [$0.value] } ?? []
        default: []
        }
    }

    /// What a string says.
    static func text(of raw: [UInt8]) -> [Unicode.Scalar] {
        var units: [UInt16] = []
        let characters = Array(String(decoding: raw, as: UTF8.self).unicodeScalars)
        var index = 0
        while index < characters.count {
            guard characters[index] == "\\" else {
                units += Array(String(characters[index]).utf16)
                index += 1
                continue
            }
            let letter = characters[index + 1]
            index += 2
            if letter == "u" {
                let digits = characters[index..<index + 4].map { String($0) }.joined()
                units.append(UInt16(digits, radix: 16) ?? 0)
                index += 4
            } else {
                let meanings: [Unicode.Scalar: UInt16] = ["b": 8, "f": 12, "n": 10, "r": 13, "t": 9]
                units.append(meanings[letter] ?? UInt16(letter.value))
            }
        }
        return Array(String(decoding: units, as: UTF16.self).unicodeScalars)
    }

    /// How the scanner calls it.
    var kind: JSONKind {
        switch self {
        case .null: .null
        case .boolean(let value): value ? .true : .false
        case .number: .number
        case .string(let raw): raw.isEmpty ? .emptyString : .string
        case .array(let elements, _): elements.isEmpty ? .emptyArray : .array
        case .object(let members, _): members.isEmpty ? .emptyObject : .object
        }
    }

    /// How it is written, a string between its quotes.
    var written: [UInt8] {
        switch self {
        case .null: Array("null".utf8)
        case .boolean(let value): Array("\(value)".utf8)
        case .number(let raw), .string(let raw): raw
        case .array(_, let written), .object(_, let written): written
        }
    }
}
