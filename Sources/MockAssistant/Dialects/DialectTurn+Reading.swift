import LoadEngine

extension DialectTurn {
    /// Counts the messages of an array, and what they say.
    mutating func readMessages(_ value: inout JSONScanner) {
        value.eachElement { _ = readMessage(&$0) }
    }

    /// Counts one message and its words: of its `content`, a string or an array of parts, or of its `parts`.
    ///
    /// - Returns: Who it is from, nil when nothing is said.
    mutating func readMessage(_ value: inout JSONScanner) -> MessageRole? {
        var role: UnsafeRawBufferPointer?
        var type: UnsafeRawBufferPointer?
        var words = 0
        var saysSomething = false
        value.eachMember { key, member in
            if key.equals("role") {
                role = member.string()
            } else if key.equals("type") {
                type = member.string()
            } else if key.equals("content") || key.equals("parts") {
                saysSomething = true
                words += Self.words(&member)
            }
        }
        // LangChain's messages say by their type whom they are from.
        if role == nil, MessageRole(type) != .other { role = type }
        messages.count(role: role)
        inputWords += words
        let found = MessageRole(role)
        if found == .system { hasSystem = true }
        return role != nil && saysSomething ? found : nil
    }

    /// Takes the system's text: a string, an array of parts, or an object with parts.
    mutating func readSystem(_ value: inout JSONScanner) {
        var words = 0
        if value.next == UInt8(ascii: "{") {
            value.eachMember { key, member in
                if key.equals("parts") { words += Self.words(&member) }
            }
        } else {
            words = Self.words(&value)
        }
        hasSystem = hasSystem || words > 0
        inputWords += words
    }

    /// The words of a text: of a string, or of the `text` of each part of an array.
    static func words(_ value: inout JSONScanner) -> Int {
        var words = 0
        if value.next == UInt8(ascii: "[") {
            value.eachElement { element in
                if element.next == UInt8(ascii: "\"") {
                    words += count(wordsIn: element.string())
                } else {
                    element.eachMember { key, member in
                        if key.equals("text") { words += count(wordsIn: member.string()) }
                    }
                }
            }
        } else {
            words = count(wordsIn: value.string())
        }
        return words
    }

    /// How many pieces of a JSON string are apart by spaces, line ends or tabs.
    static func count(wordsIn text: UnsafeRawBufferPointer?) -> Int {
        guard let text else { return 0 }
        var words = 0
        var isInWord = false
        var index = 0
        while index < text.count {
            let byte = text[index]
            var isSpace = byte == 0x20
            if byte == UInt8(ascii: "\\") {
                index += 1
                let escaped = index < text.count ? text[index] : 0
                isSpace =
                    escaped == UInt8(ascii: "n") || escaped == UInt8(ascii: "r") || escaped == UInt8(ascii: "t")
            }
            if !isSpace, !isInWord { words += 1 }
            isInWord = !isSpace
            index += 1
        }
        return words
    }
}

extension ByteBuffer {
    /// Takes a text in place of what is there, up to a length that no real one has.
    mutating func replace(by text: UnsafeRawBufferPointer?) {
        removeAll()
        if let text { append(UnsafeRawBufferPointer(rebasing: text.prefix(512))) }
    }
}
