extension JSONFile {
    /// A member of an object whose keys are names that the user chose.
    package struct Entry {
        package let key: String
        package let value: JSONValue
        /// Where the value is.
        package let path: String
    }

    /// Takes an object apart whose keys are names that the user chose.
    ///
    /// - Parameters:
    ///   - value: What should be an object.
    ///   - jsonPath: Where it is.
    ///   - shape: What it should be, such as "an object of a value for each name".
    /// - Returns: Its members, the first of those with the same key; none when it is no object.
    package mutating func entries(_ value: JSONValue, at jsonPath: String, shape: String) -> [Entry] {
        guard case .object(let members) = value else {
            note(jsonPath, "expected \(shape), found \(Shown.value(value))")
            return []
        }
        var keys: Set<String> = []
        return members.compactMap { member in
            let path = jsonPath + Shown.subscripted(member.key)
            guard keys.insert(member.key).inserted else {
                note(path, "the key is there twice")
                return nil
            }
            return Entry(key: member.key, value: member.value, path: path)
        }
    }

    /// Takes an array apart.
    ///
    /// - Parameters:
    ///   - value: What should be an array.
    ///   - jsonPath: Where it is.
    ///   - shape: What it should be, such as "an array of rules".
    /// - Returns: Its elements, each with its place; none when it is no array.
    package mutating func elements(
        _ value: JSONValue,
        at jsonPath: String,
        shape: String
    ) -> [(value: JSONValue, path: String)] {
        guard case .array(let elements) = value else {
            note(jsonPath, "expected \(shape), found \(Shown.value(value))")
            return []
        }
        return elements.enumerated().map { ($1, "\(jsonPath)[\($0)]") }
    }

    /// Takes a boolean.
    package mutating func boolean(_ value: JSONValue, at jsonPath: String) -> Bool? {
        guard case .boolean(let isTrue) = value else {
            note(jsonPath, "expected true or false, found \(Shown.value(value))")
            return nil
        }
        return isTrue
    }

    /// Takes one of several words.
    package mutating func word<Word: RawRepresentable<String> & CaseIterable>(
        _ value: JSONValue,
        at jsonPath: String,
        of type: Word.Type
    ) -> Word? {
        if case .string(let text) = value, let word = Word(rawValue: text) { return word }
        let words = Word.allCases.map(\.rawValue)
        var advice = ""
        if case .string(let text) = value, let nearest = Spelling.nearest(to: text, among: words) {
            advice = ", did you mean '\(nearest)'?"
        }
        note(jsonPath, "expected one of \(words.joined(separator: ", ")), found \(Shown.value(value))" + advice)
        return nil
    }

    /// Notes a mistake in a text that has a grammar of its own.
    package mutating func note(_ jsonPath: String, _ error: ExpressionError) {
        note(jsonPath, error.line)
    }
}
