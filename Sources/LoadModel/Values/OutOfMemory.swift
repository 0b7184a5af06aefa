import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// What happens where memory cannot be had and nobody can be told: the program's own end, or else a trap.
///
/// What can do without the memory asks for it in another way, such as `ByteBuffer.appendIfPossible`.
package enum OutOfMemory {
    private static let programEnd = Mutex<(@Sendable (Int) -> Never)?>(nil)

    /// Sets how the program ends; the library never ends it by itself.
    ///
    /// - Parameter end: Called with the number of bytes that could not be had; it must allocate nothing.
    package static func onEnd(_ end: @escaping @Sendable (Int) -> Never) { programEnd.withLock { $0 = end } }

    /// Ends the program.
    ///
    /// - Parameter byteCount: How many bytes were asked for.
    @inline(never)
    package static func end(byteCount: Int) -> Never {
        guard let end = programEnd.withLock({ $0 }) else { fatalError("out of memory: \(byteCount) bytes") }
        end(byteCount)
    }

    /// Takes memory, or ends the program; it is given back with `free`.
    ///
    /// Swift's own `allocate` traps where there is none.
    ///
    /// - Parameters:
    ///   - type: What it is for; nothing is initialized.
    ///   - count: How many of them.
    /// - Returns: The memory.
    package static func allocate<Element>(_ type: Element.Type, count: Int) -> UnsafeMutablePointer<Element> {
        let byteCount = max(count, 1) * MemoryLayout<Element>.stride
        guard let memory = malloc(byteCount) else { end(byteCount: byteCount) }
        return memory.bindMemory(to: type, capacity: count)
    }
}
