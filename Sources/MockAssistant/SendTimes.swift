import LoadEngine

/// When the content events of one turn were sent, kept for the log.
///
/// It takes no memory before the first one, and lives in a slab: its owner calls `destroy`.
/// - Isolation: loop
struct SendTimes {
    /// The most that are kept: an endless turn must not take all memory.
    static let most = 100_000

    /// - Shape: 8 bytes for each, in order
    private var times = ByteBuffer()
    /// How many came after the last one that is kept.
    private var leftOut = 0

    mutating func append(_ ns: UInt64) {
        guard times.count < Self.most * MemoryLayout<UInt64>.size else {
            leftOut += 1
            return
        }
        withUnsafeBytes(of: ns) { times.append($0) }
    }

    /// Forgets all of them.
    mutating func reset() {
        times.reset()
        leftOut = 0
    }

    mutating func destroy() {
        times.destroy()
        leftOut = 0
    }

    /// Writes them into a line of the log, as members of its object.
    func write(into line: inout ByteBuffer) {
        line.append(",\"sent_ns\":[")
        let bytes = times.bytes
        for offset in stride(from: 0, to: bytes.count, by: MemoryLayout<UInt64>.size) {
            if offset > 0 { line.append(UInt8(ascii: ",")) }
            line.append(decimal: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        line.append("]")
        guard leftOut > 0 else { return }
        line.append(",\"sent_ns_left_out\":")
        line.append(decimal: leftOut)
    }
}
