/// Whole numbers that are written as one text, such as "3 0 17": as a JSON array each would have a line of its own.
public struct CountList: Codable, Sendable, Equatable {
    /// The numbers.
    public var values: [UInt32] = []

    /// Makes a list.
    ///
    /// - Parameter values: The numbers.
    public init(_ values: [UInt32] = []) {
        self.values = values
    }

    /// The sums of two lists, number by number; an empty list is a list of zeros.
    static func sum(_ left: CountList, _ right: CountList) -> CountList {
        if left.values.isEmpty { return right }
        return right.values.isEmpty ? left : CountList(zip(left.values, right.values).map { $0 &+ $1 })
    }

    /// Reads the text.
    ///
    /// - Parameter decoder: Where from.
    /// - Throws: What the decoder throws, and `DecodingError` for a text with anything but whole numbers.
    public init(from decoder: any Decoder) throws {
        let parts = try decoder.singleValueContainer().decode(String.self).split(separator: " ")
        values = try parts.map { part in
            guard let value = UInt32(part) else {
                throw DecodingError.dataCorrupted(
                    .init(codingPath: decoder.codingPath, debugDescription: "'\(part)' is no whole number")
                )
            }
            return value
        }
    }

    /// Writes the text.
    ///
    /// - Parameter encoder: Where to.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(values.map { "\($0)" }.joined(separator: " "))
    }
}
