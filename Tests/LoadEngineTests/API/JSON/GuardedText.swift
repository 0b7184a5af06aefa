import Glibc

/// Memory in which a text can be put so that the byte behind it, or before it, cannot be read.
///
/// Not for use from two threads at once.
final class GuardedText {
    private let pages: UnsafeMutableRawPointer
    private let pageBytes = Int(sysconf(Int32(_SC_PAGESIZE)))
    private let capacity: Int

    /// Makes room for texts of up to this many bytes.
    init(capacity: Int) {
        let wanted = (capacity + pageBytes - 1) / pageBytes * pageBytes
        guard let pages = mmap(nil, wanted + 2 * pageBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            pages != MAP_FAILED,
            mprotect(pages + pageBytes, wanted, PROT_READ | PROT_WRITE) == 0
        else { fatalError("no memory to test with") }
        self.pages = pages
        self.capacity = wanted
    }

    deinit { munmap(pages, capacity + 2 * pageBytes) }

    /// Puts a text right before memory that cannot be read, or, if it is asked for, right behind.
    func put(_ text: some Collection<UInt8>, atStart: Bool = false) -> UnsafeRawBufferPointer {
        precondition(text.count <= capacity, "a text of \(text.count) bytes does not fit")
        let target = pages + pageBytes + (atStart ? 0 : capacity - text.count)
        UnsafeMutableRawBufferPointer(start: target, count: text.count).copyBytes(from: text)
        return UnsafeRawBufferPointer(start: target, count: text.count)
    }
}
