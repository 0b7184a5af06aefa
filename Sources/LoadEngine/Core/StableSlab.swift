#if canImport(Glibc)
import Glibc
#endif

/// A growing array whose elements never move, so that C may keep their addresses.
///
/// Elements live in blocks of 1,024 behind a table that is large enough from the start: the address of an element is
/// two loads away, and growing touches no element that is there already. The slab is a handle to its memory: as a constant
/// member of a class it is reached without the exclusivity checks that a variable one costs at every use.
/// - Isolation: loop
package struct StableSlab<Element> {
    private static var blockShift: Int { 10 }
    private static var blockCount: Int { 1 << 14 }

    /// The most elements a slab can hold.
    package static var maximumCount: Int { blockCount << blockShift }

    private let blocks: UnsafeMutablePointer<UnsafeMutablePointer<Element>?>
    private let counter: UnsafeMutablePointer<Int>

    /// How many elements are initialized.
    package var count: Int { counter.pointee }

    package init() {
        // Untouched pages of the table take no memory: 8 bytes for every 1,024 elements in use.
        blocks = OutOfMemory.allocate(UnsafeMutablePointer<Element>?.self, count: Self.blockCount)
        blocks.initialize(repeating: nil, count: Self.blockCount)
        counter = OutOfMemory.allocate(Int.self, count: 1)
        counter.initialize(to: 0)
    }

    /// The address of an element; it stays the same until `destroy`.
    package subscript(index: Int) -> UnsafeMutablePointer<Element> {
        // Safety: a block exists for every index below `count`.
        blocks[index >> Self.blockShift].unsafelyUnwrapped + (index & ((1 << Self.blockShift) - 1))
    }

    /// Adds an element at the end and returns its address.
    package func append(_ element: Element) -> UnsafeMutablePointer<Element> {
        let count = count
        precondition(count < Self.maximumCount, "a slab holds at most \(Self.maximumCount) elements")
        if blocks[count >> Self.blockShift] == nil {
            blocks[count >> Self.blockShift] = OutOfMemory.allocate(Element.self, count: 1 << Self.blockShift)
        }
        let address = self[count]
        address.initialize(to: element)
        counter.pointee = count + 1
        return address
    }

    /// Gives all memory back; neither the slab nor any address may be used afterwards.
    package func destroy() {
        for index in 0..<count { self[index].deinitialize(count: 1) }
        for index in 0..<Self.blockCount { free(blocks[index]) }
        free(blocks)
        free(counter)
    }
}
