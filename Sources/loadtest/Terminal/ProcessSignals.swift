import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// The signals of the program.
///
/// The library installs none. SIGINT and SIGTERM are for the main thread, which waits for them and does nothing else, so
/// that nothing is done in a handler. They are blocked in every thread, but a library may let them in while one of its
/// threads waits (`epoll_pwait` with an empty mask); the system may give them to that one, which hands them on.
enum ProcessSignals {
    private struct State {
        var interrupts = 0
        var handler: (@Sendable (Int) -> Void)?
    }

    private static let state = Mutex(State())
    /// Set before the handler is installed that reads it.
    private static let mainThread = Atomic<pthread_t>(0)

    /// Prepares the process: must be called before any other thread exists, since threads inherit what is blocked.
    static func prepare() {
        // A descriptor below 3 that is closed would be given to a socket, which the next message would be written into. What
        // stands in for the output takes nothing: who asked for something there is to hear that it went nowhere.
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            _ = open("/dev/null", descriptor == STDOUT_FILENO ? O_RDONLY : O_RDWR)
        }
        // Writing to a pipe or a connection that nobody reads is an error, not the end of the program.
        signal(SIGPIPE, SIG_IGN)
        var signals = interrupts
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        mainThread.store(pthread_self(), ordering: .releasing)
        var handing = sigaction()
        handing.__sigaction_handler.sa_handler = { signal in
            pthread_kill(ProcessSignals.mainThread.load(ordering: .acquiring), signal)
        }
        handing.sa_mask = signals
        handing.sa_flags = SA_RESTART
        for signal in [SIGINT, SIGTERM] { sigaction(signal, &handing, nil) }
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
