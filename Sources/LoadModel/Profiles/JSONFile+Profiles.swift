extension JSONFile {
    /// Takes a text with places for values.
    package mutating func template(_ value: JSONValue, at jsonPath: String) -> Template? {
        guard let text = string(value, at: jsonPath) else { return nil }
        do {
            return try Template(text: text)
        } catch {
            note(jsonPath, error)
            return nil
        }
    }

    /// Takes any value, whose strings may have places for values.
    package mutating func jsonTemplate(_ value: JSONValue, at jsonPath: String) -> JSONTemplate? {
        switch value {
        case .object:
            let entries = entries(value, at: jsonPath, shape: "an object")
            let members = entries.map { ($0.key, jsonTemplate($0.value, at: $0.path)) }
            return .object(members.compactMap { key, value in value.map { JSONTemplate.Member(key: key, value: $0) } })
        case .array:
            let elements = elements(value, at: jsonPath, shape: "an array")
            return .array(elements.compactMap { jsonTemplate($0.value, at: $0.path) })
        case .string: return template(value, at: jsonPath).map(JSONTemplate.string)
        case .number, .boolean, .null: return value.scalarText.map(JSONTemplate.scalar)
        case .word:
            note(jsonPath, "expected a JSON value, found \(Shown.value(value))")
            return nil
        }
    }

    /// Takes a path such as `$.choices[*].delta.content`.
    mutating func jsonPath(_ value: JSONValue, at place: String) -> JSONPath? {
        guard case .string(let text) = value else {
            note(place, "expected a path such as $.delta.content, found \(Shown.value(value))")
            return nil
        }
        return jsonPath(text, at: place)
    }

    /// Reads a path.
    mutating func jsonPath(_ text: String, at place: String) -> JSONPath? {
        do {
            return try JSONPath(text: text)
        } catch {
            note(place, error)
            return nil
        }
    }

    /// Takes a path, or an array of paths.
    mutating func jsonPaths(_ value: JSONValue, at place: String) -> [JSONPath] {
        guard case .array(let elements) = value else { return jsonPath(value, at: place).map { [$0] } ?? [] }
        guard !elements.isEmpty else {
            note(place, "expected a path or an array of paths, found an empty array")
            return []
        }
        return elements.enumerated().compactMap { jsonPath($1, at: "\(place)[\($0)]") }
    }

    /// Takes a text, number, boolean or null, as JSON writes it.
    mutating func scalar(_ value: JSONValue, at place: String) -> String? {
        guard let text = value.scalarText else {
            note(place, "expected a text, a number, true, false or null, found \(Shown.value(value))")
            return nil
        }
        return text
    }
}
