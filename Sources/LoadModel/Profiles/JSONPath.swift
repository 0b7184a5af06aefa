/// A place in a JSON value, such as `$.choices[*].delta.content`.
///
/// The language is small: `$` for the whole value, `.name` or `['name']` for a member, `[0]` for an element, and `[*]` for
/// every element of an array.
public struct JSONPath: Hashable, Sendable {
    /// One step down.
    public enum Step: Hashable, Sendable {
        /// The member of an object that has this name.
        case member(String)
        /// An element of an array, from 0.
        case element(Int)
        /// Every element of an array.
        case everyElement
    }

    /// The way from the whole value, which is where no step leads.
    public let steps: [Step]

    /// Makes a path.
    ///
    /// - Parameter steps: The way from the whole value.
    public init(_ steps: [Step]) { self.steps = steps }

    /// Whether it may lead to several places.
    package var isMultiple: Bool { steps.contains(.everyElement) }
}

extension JSONPath: Codable {
    /// Reads a path from its text.
    ///
    /// - Parameter decoder: Where from.
    /// - Throws: What the decoder throws, also for a text that is no path.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            self = try JSONPath(text: try container.decode(String.self))
        } catch let error as ExpressionError {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\(error)")
        }
    }

    /// Writes the path's text.
    ///
    /// - Parameter encoder: Where to.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
