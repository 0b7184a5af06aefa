import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// The signals of the program.
///
/// The library installs none. SIGINT and SIGTERM are blocked in every thread; the main thread waits for them and does
/// nothing else, so that no handler runs in the middle of anything.
enum ProcessSignals {
    private struct State {
        var interrupts = 0
        var handler: (@Sendable (Int) -> Void)?
    }

    private static let state = Mutex(State())

    /// Prepares the process: must be called before any other thread exists, since threads inherit what is blocked.
    static func prepare() {
        // A descriptor below 3 that is closed would be given to a socket, which the next message would be written into.
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            _ = open("/dev/null", O_RDWR)
        }
        // Writing to a pipe or a connection that nobody reads is an error, not the end of the program.
        signal(SIGPIPE, SIG_IGN)
        var signals = interrupts
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Sets what happens at SIGINT and SIGTERM; until then they end the program.
    ///
    /// - Parameter body: Called on the main thread with the number of the interrupt, from 1.
    static func onInterrupt(_ body: @escaping @Sendable (Int) -> Void) {
        state.withLock { $0.handler = body }
    }

    /// Waits for signals for as long as the process lives.
    static func deliver() -> Never {
        var signals = interrupts
        while true {
            var number: Int32 = 0
            guard sigwait(&signals, &number) == 0 else { continue }
            let (handler, count) = state.withLock { state in
                if state.handler != nil { state.interrupts += 1 }
                return (state.handler, state.interrupts)
            }
            guard let handler else { _exit(130) }
            handler(count)
        }
    }

    /// Ends a process that was started by this one and has not been waited for.
    static func kill(_ processID: pid_t) { _ = Glibc.kill(processID, SIGKILL) }

    private static var interrupts: sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGTERM)
        return signals
    }
}
