import FoundationEssentials

extension Summary {
    /// The summary as JSON, with sorted keys and an end of line.
    ///
    /// - Returns: UTF-8.
    /// - Throws: What the encoder throws for a number that JSON cannot hold.
    public func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        var text = Shown.json(try encoder.encode(self))
        text.append(UInt8(ascii: "\n"))
        return text
    }
}
