import FoundationEssentials
import LoadEngine

/// What the program tells each of the processes that share a run.
enum ParentMessage: Codable {
    /// The plan, with the process's share. The first message.
    case prepare(RunPlan)
    /// Start at this moment, in nanoseconds of the monotonic clock.
    case begin(startNs: UInt64)
    /// The number of users of the whole run, and how many start per second, as if each of its processes had as many as
    /// this one; nil for the rate so far.
    case setUsers(Int, spawnRate: Double?)
    /// Count from now on.
    case resetStatistics
    /// End the run; at once, running turns are cancelled, as by a second interruption.
    case stop(StopReason, atOnce: Bool)
}

/// What a process that plays a part of a run tells the program.
enum ChildMessage: Codable {
    /// The plan has come.
    case isPrepared
    /// What has changed of the state of its part, and what has happened since the message before, in the order of time: once
    /// a second, less often when there is much to tell.
    case progress(SnapshotChanges, [TimePoint])
    /// Its part has ended; what has changed since the message before, and all that happened over time; the last message.
    case ended(Summary.Run, SnapshotChanges, TimeSeries)
    /// It cannot go on; the last message.
    case failed(operation: String, reason: String)

    /// Whether no other follows it.
    var isLast: Bool {
        switch self {
        case .ended, .failed: true
        case .isPrepared, .progress: false
        }
    }
}

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
