#if canImport(Glibc)
import Glibc
#endif

/// The open sockets of all multis by their local port, which is how libcurl names the connection that a turn is about to
/// use: it tells neither its socket nor any other name before the request has been sent.
///
/// Two multis may use one port, towards different addresses; one multi does not use it twice.
/// - Isolation: loop
struct SocketsByPort {
    private struct Entry {
        var multi: Int32 = 0
        var port: UInt16 = 0
        /// The next descriptor of the same port, -1 for none.
        var next: Int32 = -1
        /// Whose turn went out last on the connection when it was kept already, -1 for none.
        var user: Int32 = -1
        var isUsed = false
    }

    /// The first descriptor of each port, plus one: untouched pages of zeros take no memory.
    ///
    /// `Shape:` [port]
    private let firsts: UnsafeMutablePointer<Int32>
    /// What is known of each descriptor.
    private let entries = StableSlab<Entry>()

    private static let portCount = 1 << 16

    init() {
        guard let memory = calloc(Self.portCount, MemoryLayout<Int32>.stride) else {
            OutOfMemory.end(byteCount: Self.portCount * MemoryLayout<Int32>.stride)
        }
        firsts = memory.bindMemory(to: Int32.self, capacity: Self.portCount)
    }

    func destroy() {
        free(firsts)
        entries.destroy()
    }

    /// Notes the port of a connection that was made; one that the descriptor had before is forgotten.
    func insert(_ fd: Int32, port: UInt16, multi: Int) {
        remove(fd)
        while entries.count <= Int(fd) { _ = entries.append(Entry()) }
        let first = firsts[Int(port)] - 1
        entries[Int(fd)].pointee = Entry(
            multi: Int32(truncatingIfNeeded: multi),
            port: port,
            next: first,
            isUsed: true
        )
        firsts[Int(port)] = fd + 1
    }

    /// Forgets a socket that is closed, if it is known.
    func remove(_ fd: Int32) {
        guard fd >= 0, Int(fd) < entries.count, entries[Int(fd)].pointee.isUsed else { return }
        let entry = entries[Int(fd)].pointee
        entries[Int(fd)].pointee = Entry()
        var other = firsts[Int(entry.port)] - 1
        guard other != fd else {
            firsts[Int(entry.port)] = entry.next + 1
            return
        }
        while other >= 0, entries[Int(other)].pointee.next != fd { other = entries[Int(other)].pointee.next }
        if other >= 0 { entries[Int(other)].pointee.next = entry.next }
    }

    /// Notes whose turn goes out on a connection that was kept.
    func assign(_ fd: Int32, to user: Int) { entries[Int(fd)].pointee.user = Int32(truncatingIfNeeded: user) }

    /// Whose turn went out last on a socket that is known and was kept then; nil for any other.
    func user(of fd: Int32) -> Int? {
        guard fd >= 0, Int(fd) < entries.count, entries[Int(fd)].pointee.user >= 0 else { return nil }
        return Int(entries[Int(fd)].pointee.user)
    }

    /// The socket of a multi that has a local port, nil when none is known.
    func descriptor(port: UInt16, multi: Int) -> Int32? {
        var fd = firsts[Int(port)] - 1
        while fd >= 0 {
            let entry = entries[Int(fd)].pointee
            if Int(entry.multi) == multi { return fd }
            fd = entry.next
        }
        return nil
    }
}
