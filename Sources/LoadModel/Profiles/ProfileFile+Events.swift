/// What answers mean.
extension ProfileFile {
    static let eventsShape = #"a non-empty array of rules such as {"is": "content", "text": "$.delta.content"}"#

    mutating func events(_ value: JSONValue) -> [EventRule] {
        guard value != .array([]) else {
            file.note("$.events", "expected \(Self.eventsShape), found an empty array")
            return []
        }
        return file.elements(value, at: "$.events", shape: Self.eventsShape).compactMap { rule($0.value, at: $0.path) }
    }

    private mutating func rule(_ value: JSONValue, at place: String) -> EventRule? {
        let kinds = EventRule.Kind.allCases.map(\.rawValue).joined(separator: ", ")
        let keys: [JSONFile.Key] = [
            .required("is", "one of \(kinds)"), .optional("data"), .optional("event"), .optional("has"),
            .optional("text"), .optional("equals"), .optional("cumulative"), .optional("last"),
        ]
        let shape = #"a rule such as {"is": "content", "text": "$.delta.content"}"#
        guard let values = file.members(value, at: place, shape: shape, keys: keys) else { return nil }
        let kind = values["is"].flatMap { file.word($0, at: place + ".is", of: EventRule.Kind.self) }
        var rule = EventRule(kind ?? .ignore)
        rule.data = values["data"].flatMap { file.nonEmptyString($0, at: place + ".data") }
        rule.event = values["event"].flatMap { file.nonEmptyString($0, at: place + ".event") }
        rule.has = values["has"].flatMap { file.jsonPath($0, at: place + ".has") }
        rule.text = values["text"].flatMap { file.jsonPath($0, at: place + ".text") }
        rule.equals = values["equals"].map { equalities($0, at: place + ".equals") } ?? []
        rule.isCumulative = values["cumulative"].flatMap { file.boolean($0, at: place + ".cumulative") } ?? false
        rule.isLast = values["last"].flatMap { file.boolean($0, at: place + ".last") } ?? false
        return kind == nil ? nil : rule
    }

    private mutating func equalities(_ value: JSONValue, at place: String) -> [EventRule.Equality] {
        let shape = #"an object of paths and values, such as {"$.type": "text_delta"}"#
        let entries = file.entries(value, at: place, shape: shape)
        if entries.isEmpty, case .object = value { file.note(place, "expected \(shape), found an empty object") }
        return entries.compactMap { entry in
            guard let path = file.jsonPath(entry.key, at: entry.path) else { return nil }
            guard case .array(let elements) = entry.value else {
                return file.scalar(entry.value, at: entry.path).map { EventRule.Equality(path: path, values: [$0]) }
            }
            guard !elements.isEmpty else {
                file.note(entry.path, "expected a value or an array of values, found an empty array")
                return nil
            }
            let values = elements.enumerated().compactMap { file.scalar($1, at: "\(entry.path)[\($0)]") }
            return EventRule.Equality(path: path, values: values)
        }
    }

    mutating func usage(_ value: JSONValue) -> [APIProfile.TokenKind: [JSONPath]] {
        let keys = APIProfile.TokenKind.allCases.map { JSONFile.Key.optional($0.rawValue) }
        let shape = #"an object such as {"output": "$.usage.output_tokens"}"#
        let values = file.members(value, at: "$.usage", shape: shape, keys: keys) ?? [:]
        var usage: [APIProfile.TokenKind: [JSONPath]] = [:]
        for kind in APIProfile.TokenKind.allCases {
            guard let value = values[kind.rawValue] else { continue }
            usage[kind] = file.jsonPaths(value, at: "$.usage.\(kind.rawValue)")
        }
        return usage
    }

    mutating func ends(_ value: JSONValue) -> [APIProfile.End] {
        let words = APIProfile.End.allCases.map(\.rawValue).joined(separator: ", ")
        let shape = "a non-empty array of \(words)"
        guard value != .array([]) else {
            file.note("$.ends", "expected \(shape), found an empty array")
            return []
        }
        var ends: [APIProfile.End] = []
        for (value, place) in file.elements(value, at: "$.ends", shape: shape) {
            guard let end = file.word(value, at: place, of: APIProfile.End.self) else { continue }
            if ends.contains(end) { file.note(place, "'\(end.rawValue)' is there twice") } else { ends.append(end) }
        }
        return ends
    }
}
