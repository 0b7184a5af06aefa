import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// A named pipe that is open for writing, and so not at its end for whoever reads it.
/// - Isolation: any thread
final class HeldPipe: Sendable {
    private let descriptor: Mutex<Int32>

    /// Opens a pipe; nil where nobody reads it.
    init?(_ path: String) {
        let opened = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        guard opened >= 0 else { return nil }
        descriptor = Mutex(opened)
    }

    deinit { release() }

    /// Lets go of it: somebody else has it open.
    func release() {
        descriptor.withLock { descriptor in
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
        }
    }
}
