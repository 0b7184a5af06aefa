import LoadEngine
import SystemPackage

#if canImport(Glibc)
import Glibc
#endif

/// How many characters a terminal shows.
struct TerminalSize: Equatable {
    let columns: Int
    let rows: Int
}

/// One of the program's output streams, written without a buffer.
struct StandardStream {
    static let output = StandardStream(descriptor: STDOUT_FILENO)
    static let error = StandardStream(descriptor: STDERR_FILENO)

    let descriptor: Int32

    /// Whether a person looks at the stream.
    var isTerminal: Bool { isatty(descriptor) == 1 }

    /// Whether it is a terminal on which the cursor can be moved.
    var isDrawable: Bool {
        isTerminal && terminalSize != nil && !["", "dumb"].contains(Self.variable("TERM") ?? "")
    }

    /// Whether colors are wanted, as no-color.org asks.
    static var wantsColors: Bool { (variable("NO_COLOR") ?? "").isEmpty }

    /// The size of the terminal, nil where there is none.
    var terminalSize: TerminalSize? {
        var size = winsize()
        guard isTerminal, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return nil
        }
        return TerminalSize(columns: Int(size.ws_col), rows: Int(size.ws_row))
    }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// Calls a closure when the standard input has come to its end, on a thread of its own.
    ///
    /// - Parameter body: Called once.
    /// - Throws: `EngineError` when the system gives no thread.
    static func whenInputEnds(_ body: sending @escaping () -> Void) throws {
        try LoopThread.start {
            var ignored: UInt8 = 0
            while true {
                let count = read(STDIN_FILENO, &ignored, 1)
                if count > 0 || count < 0 && errno == EINTR { continue }
                return body()
            }
        }
    }

    /// Writes a short text if that does not have to wait: a terminal that is held, or a pipe that is full, must not hold
    /// up the program.
    ///
    /// - Returns: Whether it was written.
    @discardableResult
    func writeUnlessBlocked(_ text: String) -> Bool {
        var target = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&target, 1, 0) == 1, target.revents & Int16(POLLOUT) != 0 else { return false }
        return attemptToWrite(Array(text.utf8), waits: false) == 0
    }

    /// Writes text that may be lost, as `Shown` shows it.
    func write(_ text: String) { write(Array(Shown.lines(text).utf8)) }

    /// Writes what may be lost: what cannot be written, because nobody reads any more, is dropped.
    func write(_ bytes: [UInt8]) { _ = attemptToWrite(bytes) }

    /// Writes text that somebody has asked for, as `Shown` shows it; that they read no more of it is their choice.
    ///
    /// - Throws: `EngineError` when not all of it could be written.
    func writeAll(_ text: String) throws(EngineError) {
        try writeAll(Array(Shown.lines(text).utf8), mayBeLeft: true)
    }

    /// Writes data for another program, of which a part is worth nothing.
    ///
    /// - Throws: `EngineError` when not all of it could be written.
    func writeAll(_ bytes: [UInt8]) throws(EngineError) { try writeAll(bytes, mayBeLeft: false) }

    private func writeAll(_ bytes: [UInt8], mayBeLeft: Bool) throws(EngineError) {
        let code = attemptToWrite(bytes)
        guard code != 0, !(mayBeLeft && isLeft(code)) else { return }
        let name = descriptor == STDOUT_FILENO ? "output" : "error"
        // An error of Linux for a file that was not opened for this, such as what stands in for a closed one.
        let reason = code == EBADF ? "it is closed" : SystemError.text(of: code)
        throw EngineError(operation: "write to the standard \(name)", reason: reason)
    }

    /// Whether an error says that nobody reads any more: a pipe has lost its reader, or a terminal its window.
    private func isLeft(_ code: Int32) -> Bool {
        if code == EPIPE { return true }
        return code == EIO && (try? Stat(FileDescriptor(rawValue: descriptor)))?.type == .characterSpecial
    }

    /// - Parameters:
    ///   - bytes: What is written.
    ///   - waits: Whether to wait for a stream that whoever shares it has made non-blocking.
    /// - Returns: 0, or the error number.
    private func attemptToWrite(_ bytes: [UInt8], waits: Bool = true) -> Int32 {
        bytes.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let written = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if written > 0 {
                    rest = rest.dropFirst(written)
                } else if written < 0, errno == EAGAIN, waits {
                    var target = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&target, 1, -1)
                } else if written == 0 || errno != EINTR {
                    return written == 0 ? EIO : errno
                }
            }
            return 0
        }
    }
}
