public import FoundationEssentials

/// A value that is written as bytes, in one piece: to another process of the same program, never to a file.
///
/// A property list of single numbers would take ten times as much, and as long.
protocol PackedCodable: Codable {
    func pack() -> PackedBytes
    init(unpacking reader: inout PackedBytes.Reader) throws(PackedBytes.Mistake)
}

extension PackedCodable {
    /// Reads the bytes.
    ///
    /// - Parameter decoder: Where from.
    /// - Throws: What the decoder throws, and `DecodingError` for bytes that are something else.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        var reader = PackedBytes.Reader(Array(try container.decode(Data.self)))
        do {
            try self.init(unpacking: &reader)
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no packed \(Self.self)")
        }
    }

    /// Writes the bytes.
    ///
    /// - Parameter encoder: Where to.
    /// - Throws: What the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Data(pack().bytes))
    }
}
