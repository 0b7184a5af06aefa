import LoadProcesses
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// The signals of the program.
///
/// The library installs none. SIGINT, SIGTERM, SIGHUP and SIGQUIT are for the main thread, which waits for them and does
/// nothing else, so that nothing is done in a handler; the last two stay ignored where whoever started the program ignores
/// them, as `nohup` does. So is SIGTSTP, the Ctrl-Z of a terminal. They are blocked in every thread, but a library may let them in while one of its
/// threads waits (`epoll_pwait` with an empty mask); the system may give them to that one, which hands them on.
enum ProcessSignals {
    private struct State {
        var interrupts = 0
        var handler: (@Sendable (Int) -> Void)?
    }

    private static let state = Mutex(State())

    /// Prepares the process: must be called before any other thread exists, since threads inherit what is blocked.
    static func prepare() {
        // A descriptor below 3 that is closed would be given to a socket, which the next message would be written into. What
        // stands in for the output takes nothing: who asked for something there is to hear that it went nowhere.
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
            _ = open("/dev/null", descriptor == STDOUT_FILENO ? O_RDONLY : O_RDWR)
        }
        // Writing to a pipe or a connection that nobody reads is an error, not the end of the program.
        signal(SIGPIPE, SIG_IGN)
        // A parent that ignores it hands that on: the system would then forget how children have ended.
        signal(SIGCHLD, SIG_DFL)
        let numbers = awaited
        var signals = Self.set(of: numbers)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        SignalCallbacks.mainThread.store(pthread_self(), ordering: .releasing)
        var handing = sigaction()
        handing.__sigaction_handler.sa_handler = SignalCallbacks.handOn
        handing.sa_mask = signals
        handing.sa_flags = SA_RESTART
        for signal in numbers { sigaction(signal, &handing, nil) }
    }

    /// Stands still as Ctrl-Z asks, with all children, until the shell lets the program go on.
    private static func suspend() {
        ChildProcesses.suspend()
        var (standing, handing) = (sigaction(), sigaction())
        standing.__sigaction_handler.sa_handler = SIG_DFL
        sigaction(SIGTSTP, &standing, &handing)
        var signals = Self.set(of: [SIGTSTP])
        TerminalKeys.suspended {
            // Sent while it is blocked, it stops the program as soon as it is not.
            pthread_kill(pthread_self(), SIGTSTP)
            pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        }
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        sigaction(SIGTSTP, &handing, nil)
        ChildProcesses.resume()
    }

    /// Sets what happens at SIGINT, SIGTERM and SIGHUP, by which a terminal says that it is gone.
    ///
    /// Until then they end the program. SIGQUIT always does, at once: Swift's own handler would show a crash, and ask what
    /// to do about it.
    ///
    /// - Parameter body: Called on the main thread with the number of the interrupt, from 1.
    static func onInterrupt(_ body: @escaping @Sendable (Int) -> Void) {
        state.withLock { $0.handler = body }
    }

    /// Waits for signals for as long as the process lives.
    static func deliver() -> Never {
        var signals = Self.set(of: awaited)
        while true {
            var number: Int32 = 0
            guard sigwait(&signals, &number) == 0 else { continue }
            guard number != SIGQUIT else { ProcessExit.now(130) }
            guard number != SIGTSTP else {
                suspend()
                continue
            }
            let (handler, count) = state.withLock { state in
                if state.handler != nil { state.interrupts += 1 }
                return (state.handler, state.interrupts)
            }
            guard let handler else { ProcessExit.now(130) }
            handler(count)
        }
    }

    /// The signals that the main thread waits for, before and after it has handlers for them.
    private static var awaited: [Int32] { [SIGINT, SIGTERM] + [SIGHUP, SIGQUIT, SIGTSTP].filter { !isIgnored($0) } }

    private static func isIgnored(_ signal: Int32) -> Bool {
        var present = sigaction()
        sigaction(signal, nil, &present)
        return unsafeBitCast(present.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    private static func set(of numbers: [Int32]) -> sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in numbers { sigaddset(&signals, number) }
        return signals
    }
}
