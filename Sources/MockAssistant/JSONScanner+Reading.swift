import LoadEngine

/// Reading a value part by part, without a tree and without a copy.
///
/// What is not asked for is skipped, and still checked: where the text is no JSON, `isBroken` says so in the end, and
/// nothing more is read.
extension JSONScanner {
    /// Reads the members of the object here; anything else is skipped.
    ///
    /// - Parameter read: Called with each key as it is written, without its quotes. It reads the value, or leaves it.
    mutating func eachMember(_ read: (UnsafeRawBufferPointer, inout JSONScanner) -> Void) {
        guard next == UInt8(ascii: "{") else { return skip() }
        guard enter() else { return }
        defer { leave() }
        if take(UInt8(ascii: "}")) { return }
        repeat {
            skipSpace()
            guard let key = quoted() else { return fail() }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { return fail() }
            readValue { read(key, &$0) }
            if isBroken { return }
        } while take(UInt8(ascii: ","))
        if !take(UInt8(ascii: "}")) { fail() }
    }

    /// Reads the elements of the array here; anything else is skipped.
    ///
    /// - Parameter read: Called before each element. It reads the value, or leaves it.
    mutating func eachElement(_ read: (inout JSONScanner) -> Void) {
        guard next == UInt8(ascii: "[") else { return skip() }
        guard enter() else { return }
        defer { leave() }
        if take(UInt8(ascii: "]")) { return }
        repeat {
            readValue(read)
            if isBroken { return }
        } while take(UInt8(ascii: ","))
        if !take(UInt8(ascii: "]")) { fail() }
    }

    /// Takes the string here, as it is written and without its quotes; anything else is skipped, and nil.
    mutating func string() -> UnsafeRawBufferPointer? {
        guard next == UInt8(ascii: "\"") else {
            skip()
            return nil
        }
        let text = quoted()
        if text == nil { fail() }
        return text
    }

    /// Takes the value here as it is written.
    mutating func raw() -> UnsafeRawBufferPointer {
        let start = position
        skip()
        return text(from: start)
    }

    /// Takes the value here, and says whether it is `true`.
    mutating func isTrue() -> Bool { raw().equals("true") }

    private mutating func skip() {
        if !skipValue() { fail() }
    }

    private mutating func readValue(_ read: (inout JSONScanner) -> Void) {
        skipSpace()
        let start = position
        read(&self)
        guard !isBroken else { return }
        if position == start { skip() }
        skipSpace()
    }
}
