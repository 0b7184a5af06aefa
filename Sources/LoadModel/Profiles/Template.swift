/// A text with places for values, such as `Bearer {{env.API_KEY}}`; a value that is not there is empty.
public struct Template: Hashable, Sendable, Codable {
    /// A piece of it.
    public enum Part: Hashable, Sendable, Codable {
        /// Text that stays as it is.
        case text(String)
        /// The name of a value, without its braces.
        case value(String)
    }

    /// Its pieces in their order.
    public var parts: [Part]

    /// Makes a template.
    public init(_ parts: [Part]) { self.parts = parts }

    /// The name of the value that is all of it; nil when there is more, or nothing.
    package var onlyValue: String? {
        if parts.count == 1, case .value(let name) = parts[0] { name } else { nil }
    }

    /// The text, when there is no place for a value in it.
    package var plainText: String? {
        var text = ""
        for part in parts {
            guard case .text(let piece) = part else { return nil }
            text += piece
        }
        return text
    }

    /// The names of the values that it needs, in their order.
    package var names: [String] {
        parts.compactMap { if case .value(let name) = $0 { name } else { nil } }
    }
}

/// A JSON value with places for values.
///
/// A string that is one place alone becomes the value with its own JSON type. Without a value the member or the element is
/// left out whose value it is; so is an object or an array of which nothing else would be left: of
/// `{"system": {"parts": [{"text": "{{system}}"}]}}` nothing but `{}`.
public indirect enum JSONTemplate: Hashable, Sendable, Codable {
    /// A member of an object.
    public struct Member: Hashable, Sendable, Codable {
        /// Its key, which is never a template.
        public var key: String
        /// Its value.
        public var value: JSONTemplate

        /// Makes a member.
        public init(key: String, value: JSONTemplate) {
            self.key = key
            self.value = value
        }
    }

    /// An object, its members in the order of the file.
    case object([Member])
    case array([JSONTemplate])
    /// A string, or what stands for one.
    case string(Template)
    /// A number, true, false or null, as it is written.
    case scalar(String)
}
