/// The entries of the conversation.
extension ConversationFile {
    private static let turnShape = #"a turn {"role": ..., "content": ...}"#
    private static let expectShape = #"an object such as {"min_events": 3, "contains": "text"}"#

    mutating func readTurn(_ value: JSONValue, at place: String) -> Conversation.Turn? {
        let keys: [JSONFile.Key] = [
            .required("role", "a non-empty string"), .required("content", "a string"), .optional("name"),
            .optional("think_time"), .optional("expect"),
        ]
        guard let values = file.members(value, at: place, shape: Self.turnShape, keys: keys) else { return nil }
        let role = values["role"].flatMap { file.nonEmptyString($0, at: place + ".role") }
        let content = values["content"].flatMap { readContent($0, at: place + ".content") }
        let name = values["name"].flatMap { shownName($0, at: place + ".name") }
        let thinkTime = values["think_time"].flatMap { readThinkTime($0, at: place + ".think_time") }
        let expect = values["expect"].flatMap { expectation($0, at: place + ".expect") }
        guard let role, var entry = content else { return nil }
        entry.role = role
        var turn = Conversation.Turn(entry)
        turn.name = name
        turn.thinkTime = thinkTime
        turn.expect = expect
        return turn
    }

    /// The content as an entry without its role.
    private mutating func readContent(_ value: JSONValue, at place: String) -> Conversation.Entry? {
        switch value {
        case .array(let elements) where !elements.isEmpty: break
        case .object: break
        default: return file.string(value, at: place).flatMap { textContent($0, at: place) }
        }
        return json(value, at: place).map { Conversation.Entry(role: "", parts: $0) }
    }

    private mutating func textContent(_ text: String, at place: String) -> Conversation.Entry? {
        guard let names else { return Conversation.Entry(role: "", content: text) }
        guard let template = template(text, at: place, names) else { return nil }
        var entry = Conversation.Entry(role: "", content: template.plainText ?? text)
        if template.plainText == nil { entry.template = template }
        return entry
    }

    // MARK: What is expected

    private mutating func expectation(_ value: JSONValue, at place: String) -> AnswerExpectation? {
        let keys: [JSONFile.Key] = ["min_events", "contains", "matches", "max_ttft"].map { .optional($0) }
        let before = file.problems.count
        guard let values = file.members(value, at: place, shape: Self.expectShape, keys: keys) else { return nil }
        var expectation = AnswerExpectation()
        if let value = values["min_events"] { expectation.minEvents = count(value, at: place + ".min_events") }
        if let value = values["contains"] { expectation.contains = texts(value, at: place + ".contains") }
        if let value = values["matches"] { expectation.matches = texts(value, at: place + ".matches") }
        if let value = values["max_ttft"] { expectation.maxTTFT = duration(value, at: place + ".max_ttft") }
        // What is missing is so because it is wrong.
        guard file.problems.count == before else { return nil }
        for mistake in expectation.mistakes {
            // A single text stands for an array of it.
            let key = isArray(values, mistake.key) ? mistake.key : String(mistake.key.prefix { $0 != "[" })
            file.note(key.isEmpty ? place : "\(place).\(key)", mistake.text)
        }
        if names != nil, let text = expectation.contains.first(where: { $0.contains("{{") }) {
            file.note(place + ".contains", "templates are not read in what is expected, found \(Shown.text(text))")
        }
        return expectation
    }

    private func isArray(_ values: [String: JSONValue], _ key: String) -> Bool {
        if case .array? = values[String(key.prefix { $0 != "[" })] { true } else { false }
    }

    private mutating func count(_ value: JSONValue, at place: String) -> Int? {
        guard case .number(let text) = value, let count = Int(text) else {
            file.note(place, "expected \(AnswerExpectation.eventsRange), found \(Shown.value(value))")
            return nil
        }
        return count
    }

    /// A string, or an array of strings.
    private mutating func texts(_ value: JSONValue, at place: String) -> [String] {
        switch value {
        case .string(let text): return [text]
        case .array(let elements) where !elements.isEmpty:
            return elements.enumerated().compactMap { file.string($1, at: "\(place)[\($0)]") }
        default:
            file.note(place, "expected a string or an array of strings, found \(Shown.value(value))")
            return []
        }
    }

    private mutating func duration(_ value: JSONValue, at place: String) -> Duration? {
        guard case .string(let text) = value else {
            file.note(place, #"expected a duration such as "2s" or "500ms", found \#(Shown.value(value))"#)
            return nil
        }
        do {
            return try DurationText.parse(text)
        } catch {
            file.note(place, error.description)
            return nil
        }
    }
}
