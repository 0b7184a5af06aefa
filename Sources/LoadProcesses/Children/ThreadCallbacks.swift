#if canImport(Glibc)
import Glibc
#endif

/// The functions that threads begin with.
enum ThreadCallbacks {
    /// Waits until the mutex that is its context can be had, and ends.
    static let passGate: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
        guard let gate = context?.assumingMemoryBound(to: pthread_mutex_t.self) else { return nil }
        pthread_mutex_lock(gate)
        pthread_mutex_unlock(gate)
        return nil
    }
}
