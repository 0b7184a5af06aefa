#if canImport(Glibc)
import Glibc
#endif

/// Bytes that are appended and thrown away again and again without a new allocation.
///
/// A plain struct around `malloc`, because it lives in slabs that C points into; its owner calls `destroy`.
/// - Isolation: loop
package struct ByteBuffer {
    private var base: UnsafeMutableRawPointer?
    private var capacity: Int32 = 0
    private var length: Int32 = 0

    /// What a buffer may keep between two turns, in bytes: one large event must not cost its memory for ever.
    private static let keptCapacity = 1024

    package init() {}

    package var count: Int { Int(length) }
    package var isEmpty: Bool { length == 0 }
    /// The bytes of memory that the buffer takes.
    package var heldBytes: Int { Int(capacity) }

    /// The bytes; valid until the next change of the buffer.
    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: Int(length)) }

    /// Adds bytes at the end; without memory for them the program ends.
    package mutating func append(_ more: UnsafeRawBufferPointer) {
        guard appendIfPossible(more) else { OutOfMemory.end(byteCount: Int(length) + more.count) }
    }

    /// Adds bytes at the end, if there is memory for them; otherwise the buffer stays as it is.
    ///
    /// - Returns: Whether they were added.
    package mutating func appendIfPossible(_ more: UnsafeRawBufferPointer) -> Bool {
        guard let source = more.baseAddress, more.count > 0 else { return true }
        guard let target = reserve(more.count) else { return false }
        target.copyMemory(from: source, byteCount: more.count)
        length += Int32(truncatingIfNeeded: more.count)
        return true
    }

    /// Adds a byte at the end; without memory for it the program ends.
    package mutating func append(_ byte: UInt8) {
        guard let target = reserve(1) else { OutOfMemory.end(byteCount: Int(length) + 1) }
        target.storeBytes(of: byte, as: UInt8.self)
        length += 1
    }

    /// Empties the buffer and keeps its memory.
    package mutating func removeAll() { length = 0 }

    /// Drops all bytes behind the first.
    package mutating func truncate(to count: Int) { length = min(length, Int32(clamping: count)) }

    /// Drops bytes from the front.
    package mutating func removeFirst(_ dropped: Int) {
        guard let base, dropped > 0 else { return }
        length -= Int32(truncatingIfNeeded: dropped)
        memmove(base, base + dropped, Int(length))
    }

    /// Empties the buffer and gives memory back that only an unusually large event needed.
    package mutating func reset() {
        length = 0
        if Int(capacity) > Self.keptCapacity { destroy() }
    }

    package mutating func destroy() {
        free(base)
        base = nil
        capacity = 0
        length = 0
    }

    /// Makes room and returns the address behind the last byte; nil when there is no memory, or none of more than 2 GiB.
    private mutating func reserve(_ more: Int) -> UnsafeMutableRawPointer? {
        let needed = Int(length) + more
        if needed > Int(capacity) {
            guard needed <= Int(Int32.max) else { return nil }
            let newCapacity = max(needed, min(Int(capacity) * 2, Int(Int32.max)), 64)
            guard let grown = realloc(base, newCapacity) else { return nil }
            base = grown
            capacity = Int32(truncatingIfNeeded: newCapacity)
        }
        // Safety: there is room for at least one byte, so there is memory.
        return base.unsafelyUnwrapped + Int(length)
    }
}
