#if canImport(Glibc)
import Glibc
#endif

/// Memory that two threads use, never both of them the same part of it: whose a part is, is for them to agree on.
///
/// It has its address as a number, since a pointer does not go from thread to thread, and is freed with the last of its
/// users.
/// - Isolation: any thread
package final class SharedMemory<Element: BitwiseCopyable>: Sendable {
    private let address: UInt

    /// Takes memory, which means nothing before it was written to, and takes no room before that.
    package init(count: Int) {
        address = UInt(bitPattern: OutOfMemory.allocate(Element.self, count: count))
    }

    deinit { free(start) }

    /// The first element; valid as long as the object.
    package var start: UnsafeMutablePointer<Element> {
        // Safety: allocated memory never lies at 0.
        UnsafeMutablePointer(bitPattern: address).unsafelyUnwrapped
    }
}
