/// A value with a short text of its own, which is also what it is in files and messages.
public protocol WrittenAsText: Codable, CustomStringConvertible {
    /// Reads a value from its text.
    ///
    /// - Parameter text: What somebody wrote.
    /// - Returns: The value.
    /// - Throws: `ExpressionError` with what was expected, and where.
    static func parse(_ text: String) throws(ExpressionError) -> Self
}

extension WrittenAsText {
    /// Reads a value from its text.
    ///
    /// - Parameter decoder: Where from.
    /// - Throws: What the decoder throws, also for a text that is no such value.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            self = try Self.parse(try container.decode(String.self))
        } catch let error as ExpressionError {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(error)")
        }
    }

    /// Writes the value's text.
    ///
    /// - Parameter encoder: Where to.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
