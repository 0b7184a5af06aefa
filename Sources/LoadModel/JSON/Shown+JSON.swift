extension Shown {
    /// A JSON value in words, or itself where it is short.
    static func value(_ value: JSONValue) -> String {
        switch value {
        case .object: "an object"
        case .array(let elements): elements.isEmpty ? "an empty array" : "an array"
        case .string(let text): text.isEmpty ? "an empty string" : "the string \"\(beginning(text))\""
        case .number(let text): beginning(text)
        case .boolean(let isTrue): isTrue ? "true" : "false"
        case .null: "null"
        case .word(let text): "\(beginning(text)) without quotes"
        }
    }
}
