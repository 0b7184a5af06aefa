import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// The functions that the system calls with a signal.
enum SignalCallbacks {
    /// Set before the function is installed that reads it.
    static let mainThread = Atomic<pthread_t>(0)

    /// Hands a signal on to the main thread.
    static let handOn: @convention(c) (Int32) -> Void = { signal in
        pthread_kill(mainThread.load(ordering: .acquiring), signal)
    }
}
