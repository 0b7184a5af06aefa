import LoadEngine
import LoadModel

#if canImport(Glibc)
import Glibc
#endif

/// An address that does not answer: a listener that accepts nobody, and whose queue is full.
struct FullListener {
    private var descriptors: [Int32] = []

    init(address: String, port: UInt16) throws {
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        inet_pton(AF_INET, address, &name.sin_addr)
        func withName(_ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
            withUnsafePointer(to: &name) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    call($0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        descriptors.append(listener)
        guard withName({ bind(listener, $0, $1) }) == 0, listen(listener, 0) == 0 else {
            throw EngineError(operation: "listen at \(address)", reason: String(cString: strerror(errno)))
        }
        // One more than the queue holds; the second one waits for ever, which is the point.
        for _ in 0..<3 {
            let flags = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
            let client = socket(AF_INET, Int32(flags), 0)
            descriptors.append(client)
            _ = withName { connect(client, $0, $1) }
        }
    }

    func close() { for descriptor in descriptors { Glibc.close(descriptor) } }
}
