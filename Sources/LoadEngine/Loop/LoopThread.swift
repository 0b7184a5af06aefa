#if canImport(Glibc)
import Glibc
#endif

/// Starts threads for loops.
package enum LoopThread {
    /// Starts a thread that runs a closure to its end.
    ///
    /// The thread takes no signals of the program: their handlers run elsewhere, and a connection that breaks while
    /// TLS writes to it raises no SIGPIPE.
    /// - Parameter body: What it runs; all that it captures goes over to the thread.
    /// - Throws: `EngineError` when the system gives no thread.
    package static func start(_ body: sending @escaping () -> Void) throws(EngineError) {
        let context = LoopCallbacks.retainedContext(body)
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        defer { pthread_attr_destroy(&attributes) }
        var signals = sigset_t()
        sigfillset(&signals)
        // Signals of the thread's own faults must stay deadly.
        for fault in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT] { sigdelset(&signals, fault) }
        var before = sigset_t()
        // A new thread inherits the mask; blocked here, no signal can come to it before it blocks it itself.
        pthread_sigmask(SIG_BLOCK, &signals, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        var thread = pthread_t()
        let code = pthread_create(&thread, &attributes, LoopCallbacks.threadMain, context)
        guard code == 0 else {
            LoopCallbacks.releaseContext(context)
            throw EngineError(operation: "start the loop's thread", reason: SystemError.text(of: code))
        }
    }
}
