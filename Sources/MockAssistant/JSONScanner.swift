import LoadEngine

/// Walks over JSON text (RFC 8259) that is known to be UTF-8.
struct JSONScanner {
    private static let mostLevels = 128

    private let bytes: UnsafeRawBufferPointer
    private(set) var position = 0
    private var level = 0
    /// Whether something that was read is no JSON.
    private(set) var isBroken = false

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// Begins with text that may be anything; nil when it is not UTF-8.
    init?(checking bytes: UnsafeRawBufferPointer) {
        var text = UTF8Validator()
        guard text.accept(bytes), text.isAtBoundary else { return nil }
        self.init(bytes)
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

    // MARK: For reading

    mutating func fail() { isBroken = true }

    /// Takes a byte, and the space behind it.
    mutating func take(_ byte: UInt8) -> Bool {
        guard skip(byte) else { return false }
        skipSpace()
        return true
    }

    /// Goes into the object or the array here; false, and broken, where it is too deep.
    mutating func enter() -> Bool {
        guard level < Self.mostLevels else {
            fail()
            return false
        }
        level += 1
        position += 1
        skipSpace()
        return true
    }

    mutating func leave() { level -= 1 }

    /// What has been read since a position.
    func text(from start: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[start..<position]) }

    /// Takes a string without its quotes, nil when there is none.
    mutating func quoted() -> UnsafeRawBufferPointer? {
        let start = position + 1
        return skipString() ? UnsafeRawBufferPointer(rebasing: bytes[start..<position - 1]) : nil
    }

    // MARK: Skipping

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
