import FoundationEssentials
import LoadEngine

/// Messages as bytes: the length in four bytes, the highest first, and a binary property list.
///
/// Not JSON: Foundation's decoder refuses U+0000, which a conversation may contain.
enum MessageFrame {
    /// A length over this is no message.
    private static let mostBytes = 1 << 30

    static func encode(_ message: some Encodable) throws -> [UInt8] {
        let encoder = PropertyListEncoder()
        encoder.outputFormat = .binary
        let body = try encoder.encode(message)
        let length = UInt32(body.count)
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) } + body
    }

    /// Takes the first whole message out of bytes that have come.
    ///
    /// - Parameters:
    ///   - type: The message's type.
    ///   - bytes: What has come; the message's bytes are removed.
    /// - Returns: Nil when it has not come whole.
    /// - Throws: `EngineError` when the bytes are no message.
    static func take<Message: Decodable>(_ type: Message.Type, from bytes: inout [UInt8]) throws -> Message? {
        guard bytes.count >= 4 else { return nil }
        let length = bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        guard length < mostBytes else {
            throw EngineError(operation: "read a message of another process", reason: "it is not one")
        }
        guard bytes.count >= 4 + length else { return nil }
        let body = Data(bytes[4..<4 + length])
        bytes.removeFirst(4 + length)
        return try PropertyListDecoder().decode(type, from: body)
    }
}
