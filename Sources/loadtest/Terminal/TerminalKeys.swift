import LoadEngine
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// Single keys of the terminal that the program was started in, without Enter and without being shown.
///
/// Ctrl-C and the like stay signals. The terminal is as before at every end of the program, and while it stands still.
/// - Isolation: any thread
enum TerminalKeys {
    // Memory of its own, and no value in an optional: the optimiser of Swift 6.3 kept the zeros from before `tcgetattr`.
    private struct State: @unchecked Sendable {
        /// How the terminal was.
        let before = UnsafeMutablePointer<termios>.allocate(capacity: 1)
        /// Whether it is otherwise now.
        var isChanged = false
        /// Whether keys are read, also while the program stands still.
        var isReading = false
    }

    private static let state = Mutex(State())
    /// How often the thread that reads looks whether it is to end, in milliseconds.
    private static let lookMs: Int32 = 100

    /// Whether somebody could press one: the standard input is a terminal, and the program is not in the background.
    static var areThere: Bool { isatty(STDIN_FILENO) == 1 && tcgetpgrp(STDIN_FILENO) == getpgrp() }

    /// Reads keys until `end`.
    ///
    /// - Parameter body: Called for each key, on a thread of its own.
    /// - Returns: Whether there are keys to be read.
    static func begin(_ body: @escaping @Sendable (Character) -> Void) -> Bool {
        guard areThere, setModes() else { return false }
        state.withLock { $0.isReading = true }
        do {
            try LoopThread.start { read(body) }
        } catch {
            end()
            return false
        }
        return true
    }

    /// Reads no more, and sets the terminal as it was.
    static func end() {
        state.withLock { $0.isReading = false }
        restoreModes()
    }

    private static func restoreModes() {
        state.withLock { state in
            guard state.isChanged else { return }
            tcsetattr(STDIN_FILENO, TCSANOW, state.before)
            state.isChanged = false
        }
    }

    /// Stands still with the terminal as it was, for the shell.
    ///
    /// - Parameter body: Returns when the program goes on.
    static func suspended(_ body: () -> Void) {
        restoreModes()
        body()
        // In the background it gets no keys, and comes to them when it is in the foreground again.
        if state.withLock({ $0.isReading }), areThere { _ = setModes() }
    }

    private static func setModes() -> Bool {
        state.withLock { state in
            guard state.isChanged || tcgetattr(STDIN_FILENO, state.before) == 0 else { return false }
            let modes = UnsafeMutablePointer<termios>.allocate(capacity: 1)
            defer { modes.deallocate() }
            modes.initialize(to: state.before.pointee)
            modes.pointee.c_lflag &= ~tcflag_t(ICANON | ECHO)
            state.isChanged = tcsetattr(STDIN_FILENO, TCSANOW, modes) == 0
            return state.isChanged
        }
    }

    private static func read(_ body: (Character) -> Void) {
        while true {
            guard state.withLock({ $0.isReading }) else { return }
            var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            // To read in the background would make the system stop the program.
            guard areThere else {
                poll(nil, 0, lookMs)
                continue
            }
            if state.withLock({ !$0.isChanged && $0.isReading }) { _ = setModes() }
            guard poll(&input, 1, lookMs) > 0 else { continue }
            guard state.withLock({ $0.isReading }) else { return }
            var key: UInt8 = 0
            guard input.revents & Int16(POLLIN) != 0, Glibc.read(STDIN_FILENO, &key, 1) == 1 else { return }
            body(Character(Unicode.Scalar(key)))
        }
    }
}
