import LoadEngine

/// The body of a turn's request: a JSON object with a string `role` and a string `content`.
///
/// It is only checked, without a tree or a copy: thousands of turns a second must leave the processor to the pace.
enum TurnBody {
    /// What is wrong with a body, nil when nothing is.
    static func problem(in body: UnsafeRawBufferPointer) -> StaticString? {
        var scanner = JSONScanner(body)
        var text = UTF8Validator()
        guard text.accept(body), text.isAtBoundary else { return "the body is not UTF-8" }
        scanner.skipSpace()
        guard !scanner.isAtEnd else { return "the body is empty" }
        guard scanner.next != UInt8(ascii: "{") else { return problem(inObject: &scanner) }
        return scanner.skipValue() && scanner.isAtEndAfterSpace
            ? "the body must be a JSON object" : "the body is not JSON"
    }

    private static func problem(inObject scanner: inout JSONScanner) -> StaticString? {
        var hasRole = false
        var hasContent = false
        // Keys are compared as they are written: nobody escapes the letters of these two.
        let isValid = scanner.skipObject { key, isString in
            if key.equals("role") { hasRole = isString }
            if key.equals("content") { hasContent = isString }
        }
        guard isValid, scanner.isAtEndAfterSpace else { return "the body is not JSON" }
        guard hasRole else { return "the body must have a string 'role'" }
        guard hasContent else { return "the body must have a string 'content'" }
        return nil
    }
}

/// Walks over JSON text (RFC 8259) that is known to be UTF-8.
private struct JSONScanner {
    private static let mostLevels = 128

    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    private var level = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }
    /// The byte at the position, 0 at the end: no JSON has a NUL outside its strings.
    var next: UInt8 { position < bytes.count ? bytes[position] : 0 }

    var isAtEndAfterSpace: Bool {
        mutating get {
            skipSpace()
            return isAtEnd
        }
    }

    mutating func skipSpace() {
        while next == 0x20 || next == 0x0A || next == 0x0D || next == 0x09 { position += 1 }
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    private mutating func skip(_ text: StaticString) -> Bool {
        let end = position + text.utf8CodeUnitCount
        guard end <= bytes.count, UnsafeRawBufferPointer(rebasing: bytes[position..<end]).equals(text) else {
            return false
        }
        position = end
        return true
    }

    mutating func skipValue() -> Bool {
        switch next {
        case UInt8(ascii: "{"): skipObject { _, _ in }
        case UInt8(ascii: "["): skipArray()
        case UInt8(ascii: "\""): skipString()
        case UInt8(ascii: "t"): skip("true")
        case UInt8(ascii: "f"): skip("false")
        case UInt8(ascii: "n"): skip("null")
        default: skipNumber()
        }
    }

    /// Skips an object and calls `member` with each key, without its quotes, and whether the value is a string.
    mutating func skipObject(member: (UnsafeRawBufferPointer, Bool) -> Void) -> Bool {
        guard level < Self.mostLevels, skip(UInt8(ascii: "{")) else { return false }
        level += 1
        defer { level -= 1 }
        skipSpace()
        if skip(UInt8(ascii: "}")) { return true }
        repeat {
            skipSpace()
            let start = position + 1
            guard skipString() else { return false }
            let key = UnsafeRawBufferPointer(rebasing: bytes[start..<position - 1])
            skipSpace()
            guard skip(UInt8(ascii: ":")) else { return false }
            skipSpace()
            let isString = next == UInt8(ascii: "\"")
            guard skipValue() else { return false }
            member(key, isString)
            skipSpace()
        } while skip(UInt8(ascii: ","))
        return skip(UInt8(ascii: "}"))
    }

    private mutating func skipArray() -> Bool {
        guard level < Self.mostLevels, skip(UInt8(ascii: "[")) else { return false }
        level += 1
        defer { level -= 1 }
        skipSpace()
        if skip(UInt8(ascii: "]")) { return true }
        repeat {
            skipSpace()
            guard skipValue() else { return false }
            skipSpace()
        } while skip(UInt8(ascii: ","))
        return skip(UInt8(ascii: "]"))
    }

    private mutating func skipString() -> Bool {
        guard skip(UInt8(ascii: "\"")) else { return false }
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return true
            case UInt8(ascii: "\\"): guard skipEscape() else { return false }
            case 0..<0x20: return false
            default: break
            }
        }
        return false
    }

    private mutating func skipEscape() -> Bool {
        let kind = next
        position = min(position + 1, bytes.count)
        switch kind {
        case UInt8(ascii: "u"):
            for _ in 0..<4 {
                guard isHexDigit(next) else { return false }
                position += 1
            }
            return true
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return true
        default: return false
        }
    }

    private func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }

    private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private mutating func skipNumber() -> Bool {
        _ = skip(UInt8(ascii: "-"))
        if !skip(UInt8(ascii: "0")), !skipDigits() { return false }
        if skip(UInt8(ascii: ".")), !skipDigits() { return false }
        if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
            if !skip(UInt8(ascii: "+")) { _ = skip(UInt8(ascii: "-")) }
            return skipDigits()
        }
        return true
    }

    private mutating func skipDigits() -> Bool {
        let start = position
        while isDigit(next) { position += 1 }
        return position > start
    }
}
