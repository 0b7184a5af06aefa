import CLoad
import LoadEngine

/// The C callbacks of the mock assistant: each recovers its context and calls one method.
///
/// Contexts outlive the watchers: `MockLoop.close` stops all of them before it is released.
enum MockCallbacks {
    static let connectionReady: cload_io_callback = { _, watcher, events in
        let connection = connection(of: watcher?.pointee.data)
        withContext(connection.pointee.context, as: MockLoop.self) { $0.didBecomeReady(connection, events) }
    }

    static let connectionTimer: cload_timer_callback = { _, watcher, _ in
        let connection = connection(of: watcher?.pointee.data)
        withContext(connection.pointee.context, as: MockLoop.self) { $0.didReachDueTime(connection) }
    }

    static let listenerReady: cload_io_callback = { _, watcher, _ in
        withContext(watcher?.pointee.data, as: MockLoop.self) { $0.didReceiveConnections() }
    }

    /// The connection behind a watcher's data.
    private static func connection(of data: UnsafeMutableRawPointer?) -> Connection.Pointer {
        // Safety: both watchers of a connection are given its address, which stays the same as long as the loop.
        data.unsafelyUnwrapped.assumingMemoryBound(to: Connection.self)
    }
}
