package import LoadEngine

#if canImport(Glibc)
import Glibc
#endif

/// What several processes that together are one mock assistant share: the port, and the log.
///
/// Held by the process that starts them. Each of them is a `MockServer` whose configuration has its number.
/// - Isolation: any thread
package final class MockGroup: Sendable {
    /// The port that is theirs, never 0.
    package let port: UInt16
    /// The log under a name that is the same for each process: /dev/stdout is not.
    package let logPath: String?

    private let descriptor: Int32

    /// Takes the port for the group, and empties the log.
    ///
    /// Nothing listens on the port yet: connections are refused until the first process serves.
    ///
    /// - Parameter configuration: Where the group listens, and its log.
    /// - Throws: `EngineError` when the port or the log cannot be had.
    package init(_ configuration: MockConfiguration) throws(EngineError) {
        (descriptor, port) = try Self.reserve(host: configuration.host, port: configuration.port)
        do {
            logPath = try configuration.logPath.map { path throws(EngineError) in try TurnLog.empty(path: path) }
        } catch {
            _ = Glibc.close(descriptor)
            throw error
        }
    }

    /// Gives the port back; once, when the processes have ended.
    package func release() {
        _ = Glibc.close(descriptor)
    }

    /// Binds a socket that keeps everybody off the port but those who share it.
    ///
    /// Linux lets all sockets of one user with SO_REUSEPORT listen on one port, without a word: a second mock with the
    /// same port would take half of the first one's connections. So the port is taken like any other first, by a socket
    /// that listens without the option, which is an error when anybody else does; what connects in the few microseconds
    /// before that one is closed is reset. The option may be set later: bind(2) looks at what each socket says now.
    private static func reserve(host: String, port: UInt16) throws(EngineError) -> (descriptor: Int32, port: UInt16) {
        let (alone, port) = try Listener.open(host: host, port: port)
        defer { _ = Glibc.close(alone) }
        Listener.set(SO_REUSEPORT, of: alone, to: true)
        let descriptor = BoundAddress(of: alone).withPointer {
            Listener.bound(to: $0, byteCount: $1, isShared: true)
        }
        guard descriptor >= 0 else {
            throw EngineError(operation: "share port \(port)", reason: SystemError.text(of: errno))
        }
        // It was for what former connections left of the port. From now on it would let others in, as nothing listens.
        Listener.set(SO_REUSEADDR, of: descriptor, to: false)
        return (descriptor, port)
    }
}
