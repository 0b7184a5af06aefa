/// One data file: its text as a conversation, or everything that is wrong with it.
struct ConversationFile {
    /// What the file asks for; each part is nil when it is missing or wrong.
    private(set) var name: String?
    private(set) var invocations: Int?
    private(set) var turns: [Conversation.Turn]?
    /// One line per mistake, in the order of the file where it has one.
    private(set) var problems: [String] = []

    /// The longest name, in Unicode scalars: it is in every row of every table.
    static let maximumNameCount = 200

    /// How many mistakes of one file are told, so that a generated file cannot fill the memory with them.
    static let maximumProblems = 1_000

    private let path: String

    /// Checks a text.
    ///
    /// - Parameters:
    ///   - bytes: The whole file.
    ///   - path: Where it is, as shown in messages.
    init(bytes: [UInt8], path: String) {
        self.path = path
        guard !bytes.isEmpty else {
            problems.append("\(Shown.path(path)): the file is empty; expected \(Self.shape)")
            return
        }
        do {
            _ = try UTF8Span(validating: bytes.span)
        } catch {
            noteInvalidText(bytes, at: error.byteOffsets.lowerBound)
            return
        }
        let (value, mistakes) = JSONReader.read(bytes)
        for mistake in mistakes {
            problems.append("\(Shown.path(path)):\(mistake.line):\(mistake.column): \(mistake.text)")
        }
        if let value { check(value) }
    }

    /// The conversation, when nothing is wrong with it.
    var conversation: Conversation? {
        guard problems.isEmpty, let name, let invocations, let turns else { return nil }
        return Conversation(name: name, invocations: invocations, turns: turns, path: path)
    }

    private static let shape = #"an object {"name": ..., "invocations": ..., "conversation": [...]}"#

    private mutating func noteInvalidText(_ bytes: [UInt8], at offset: Int) {
        var position = TextPosition()
        position.move(to: offset, in: bytes)
        let isUTF16 = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
        let byte = "0x" + String(bytes[offset], radix: 16, uppercase: true)
        problems.append(
            "\(Shown.path(path)):\(position.line):\(position.column): expected UTF-8 text, found "
                + (isUTF16 ? "UTF-16" : "the byte \(byte)") + "; save the file as UTF-8"
        )
    }

    private mutating func note(_ jsonPath: String, _ text: String) {
        guard problems.count < Self.maximumProblems else {
            if problems.count == Self.maximumProblems {
                problems.append(
                    "\(Shown.path(path)): there are more mistakes; these are the first \(Self.maximumProblems)"
                )
            }
            return
        }
        problems.append("\(Shown.path(path)): \(jsonPath): \(text)")
    }

    // MARK: The shape

    /// Whether it is a result, which is no conversation with many mistakes.
    private func isSummary(_ members: [JSONValue.Member]) -> Bool {
        members.contains { $0.key == "schema" && $0.value == .string(FileSchema.summary) }
    }

    private mutating func check(_ value: JSONValue) {
        guard case .object(let members) = value else {
            note("$", "expected \(Self.shape), found \(Shown.value(value))")
            return
        }
        guard !isSummary(members) else {
            note("$", "expected a conversation, found a result of --summary; move it out of the folder of --data")
            return
        }
        let expectations = [
            ("name", "a non-empty string"), ("invocations", Self.invocationsRange),
            ("conversation", Self.conversationShape),
        ]
        let values = check(members, at: "$", expectations: expectations, ignored: ["$schema"])
        if let value = values["name"] { checkName(value) }
        if let value = values["invocations"] { checkInvocations(value) }
        if let value = values["conversation"] { checkConversation(value) }
    }

    /// Checks the keys of an object.
    ///
    /// - Parameters:
    ///   - members: The object's members.
    ///   - jsonPath: Where the object is.
    ///   - expectations: The keys it must have, each with what is expected of its value.
    ///   - ignored: The keys it may have besides.
    /// - Returns: The values of the keys it must have, as far as they are there.
    private mutating func check(
        _ members: [JSONValue.Member],
        at jsonPath: String,
        expectations: [(key: String, value: String)],
        ignored: [String]
    ) -> [String: JSONValue] {
        let keys = expectations.map(\.key)
        var values: [String: JSONValue] = [:]
        var misspelt: Set<String> = []
        for member in members where !ignored.contains(member.key) {
            let memberPath = jsonPath + Shown.subscripted(member.key)
            if !keys.contains(member.key) {
                let nearest = Spelling.nearest(to: member.key, among: keys)
                if let nearest { misspelt.insert(nearest) }
                let advice =
                    nearest.map { ", did you mean '\($0)'?" } ?? " (the keys here are \(keys.joined(separator: ", ")))"
                note(memberPath, "unknown key \(Shown.text(member.key))" + advice)
            } else if values.updateValue(member.value, forKey: member.key) != nil {
                note(memberPath, "the key is there twice")
            }
        }
        // A misspelt key is one mistake, not two.
        for (key, value) in expectations where values[key] == nil && !misspelt.contains(key) {
            note("\(jsonPath).\(key)", "the key is missing; expected \(value)")
        }
        return values
    }

    // MARK: The values

    private mutating func checkName(_ value: JSONValue) {
        guard let text = nonEmptyString(value, at: "$.name") else { return }
        let count = text.unicodeScalars.count
        if count > Self.maximumNameCount {
            note("$.name", "expected at most \(Self.maximumNameCount) characters, found \(count)")
        } else if let control = text.unicodeScalars.first(where: Shown.isControl) {
            note("$.name", "expected a name without control characters, found \(Shown.codePoint(control))")
        } else {
            // Here once, for all outputs: they agree, and so do thresholds, which name it as it is shown.
            name = Shown.line(text)
        }
    }

    private static let invocationsRange = "a whole number from 0 to \(Conversation.maximumInvocations)"

    private mutating func checkInvocations(_ value: JSONValue) {
        guard case .number(let text) = value, let count = Int(text), 0...Conversation.maximumInvocations ~= count else {
            note("$.invocations", "expected \(Self.invocationsRange), found \(Shown.value(value))")
            return
        }
        invocations = count
    }

    private static let conversationShape = #"a non-empty array of turns {"role": ..., "content": ...}"#

    private mutating func checkConversation(_ value: JSONValue) {
        guard case .array(let elements) = value, !elements.isEmpty else {
            note("$.conversation", "expected \(Self.conversationShape), found \(Shown.value(value))")
            return
        }
        turns = elements.enumerated().compactMap { index, element in checkTurn(element, at: "$.conversation[\(index)]")
        }
    }

    private mutating func checkTurn(_ value: JSONValue, at jsonPath: String) -> Conversation.Turn? {
        guard case .object(let members) = value else {
            note(jsonPath, #"expected a turn {"role": ..., "content": ...}, found \#(Shown.value(value))"#)
            return nil
        }
        let expectations = [("role", "a non-empty string"), ("content", "a string")]
        let values = check(members, at: jsonPath, expectations: expectations, ignored: [])
        let role = values["role"].flatMap { nonEmptyString($0, at: jsonPath + ".role") }
        let content = values["content"].flatMap { string($0, at: jsonPath + ".content") }
        guard let role, let content else { return nil }
        return Conversation.Turn(role: role, content: content)
    }

    private mutating func nonEmptyString(_ value: JSONValue, at jsonPath: String) -> String? {
        guard case .string(let text) = value, !text.isEmpty else {
            note(jsonPath, "expected a non-empty string, found \(Shown.value(value))")
            return nil
        }
        return text
    }

    private mutating func string(_ value: JSONValue, at jsonPath: String) -> String? {
        guard case .string(let text) = value else {
            note(jsonPath, "expected a string, found \(Shown.value(value))")
            return nil
        }
        return text
    }
}
