#if canImport(Glibc)
import Glibc
#endif

/// Memory that is taken in pieces and given back at once; nothing counts references to it.
struct EventRuleMemory {
    /// The block that was taken last; each begins with the address of the one before.
    private var last: UnsafeMutableRawPointer?
    private static let headerBytes = 16

    mutating func keep<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafeBufferPointer<Element> {
        let byteCount = Self.headerBytes + elements.count * MemoryLayout<Element>.stride
        let block = UnsafeMutableRawPointer(OutOfMemory.allocate(UInt8.self, count: byteCount))
        block.initializeMemory(as: UnsafeMutableRawPointer?.self, to: last)
        last = block
        let memory = (block + Self.headerBytes).initializeMemory(
            as: Element.self,
            from: elements,
            count: elements.count
        )
        return UnsafeBufferPointer(start: memory, count: elements.count)
    }

    mutating func keep(bytes: [UInt8]) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(keep(bytes)) }

    /// Gives all of it back.
    func destroy() {
        var block = last
        while let next = block {
            block = next.load(as: UnsafeMutableRawPointer?.self)
            free(next)
        }
    }
}
