#if canImport(Glibc)
import Glibc
#endif

/// The file of an event log, which grows by whole lines only, even where several processes write it.
///
/// Each block of lines is appended under a lock. One that does not fit, because the disk is full, is taken back whole; so is
/// the rest of a line that a killed process has left.
/// - Isolation: any one thread
package struct EventLogFile {
    private let descriptor: Int32
    /// Anything else, such as a pipe, takes its bytes once and for all.
    private let isRegular: Bool
    /// Where this process's last block has ended.
    private var endedAt: off_t = 0
    /// Whether a block was gone when the next was appended.
    private var isShortened = false
    private let written: WrittenFile

    // MARK: Before the run

    /// What is wrong with a path, without changing what is there; nil when it can be written.
    static func problem(with path: String) -> String? {
        guard !path.isEmpty else { return "the name of a file is missing" }
        guard path != "-" else { return "for the standard output write /dev/stdout, and ./- for a file of this name" }
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT != S_IFDIR else { return "this is a folder; name a file" }
            return access(path, W_OK) == 0 ? nil : SystemError.text(of: errno)
        }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            return "the folder \(folder) does not exist; create it first"
        }
        return access(folder, W_OK | X_OK) == 0 ? nil : "the folder \(folder): \(SystemError.text(of: errno))"
    }

    /// Empties the file, or makes it.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - processes: How many are going to write it.
    /// - Returns: The file's own path, without links: another process may find something else behind them.
    /// - Throws: `ConfigurationError` when the file cannot be written, or not by several.
    static func empty(_ path: String, processes: Int) throws(ConfigurationError) -> String {
        func wrong(_ why: String) -> ConfigurationError {
            ConfigurationError("the event log '\(path)': \(why)", of: .eventLog)
        }
        if let problem = problem(with: path) { throw wrong(problem) }
        var status = stat()
        let isThere = stat(path, &status) == 0
        if !isThere || status.st_mode & S_IFMT == S_IFREG {
            let descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else { throw wrong(SystemError.text(of: errno)) }
            Glibc.close(descriptor)
        } else if processes > 1, status.st_mode & S_IFMT == S_IFIFO {
            throw wrong("several processes would mix their lines in a pipe; name a file, or use one process")
        }
        // Links of /proc may lead to what has no path.
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    // MARK: After the run

    /// Counts the lines of a file that nobody writes any more, and takes away the part of a line that a killed process has
    /// left at its end.
    ///
    /// - Parameter path: The file.
    /// - Returns: Nil for what is no file, such as a device.
    package static func countLines(_ path: String) -> UInt64? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, let file = try? EventLogFile(path: path)
        else {
            return nil
        }
        defer { _ = file.close() }
        let end = file.trimmed(lseek(file.descriptor, 0, SEEK_END))
        var count: UInt64 = 0
        var offset: off_t = 0
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 1)
        defer { block.deallocate() }
        while offset < end {
            let byteCount = pread(file.descriptor, block.baseAddress, block.count, offset)
            if byteCount < 0, errno == EINTR { continue }
            guard byteCount > 0 else { return nil }
            count += lineEnds(in: UnsafeRawBufferPointer(rebasing: block[..<byteCount]))
            offset += off_t(byteCount)
        }
        return count
    }

    private static func lineEnds(in bytes: UnsafeRawBufferPointer) -> UInt64 {
        guard var next = bytes.baseAddress else { return 0 }
        let end = next + bytes.count
        var count: UInt64 = 0
        while let found = memchr(next, Int32(UInt8(ascii: "\n")), end - next) {
            count += 1
            next = UnsafeRawPointer(found) + 1
        }
        return count
    }

    // MARK: During the run

    /// Opens the file to append to it.
    ///
    /// - Throws: `EngineError` when it cannot be written.
    init(path: String) throws(EngineError) {
        var status = stat()
        isRegular = stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
        // A pipe that nobody reads is an error now, and a full one must not hold the thread for ever.
        let mode = isRegular ? O_RDWR | O_CREAT : O_WRONLY | O_NONBLOCK
        descriptor = open(path, mode | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            let reason = errno == ENXIO ? "nobody reads this pipe" : SystemError.text(of: errno)
            throw EngineError(operation: "write the event log '\(path)'", reason: reason)
        }
        written = WrittenFile(descriptor, at: path)
    }

    /// What somebody has done to the lines while the run went on, as in "it was removed"; nil for nothing.
    var loss: String? {
        if let loss = written.loss { return loss }
        let isCut = isShortened || isRegular && lseek(descriptor, 0, SEEK_END) < endedAt
        return isCut ? "it was emptied or shortened" : nil
    }

    /// Appends whole lines.
    ///
    /// - Parameters:
    ///   - lines: The lines.
    ///   - isGivenUp: Whether a pipe that takes nothing is not to be waited for any longer.
    /// - Returns: 0, or the system's error: then none of the lines is in the file, unless it is a pipe.
    mutating func append(_ lines: UnsafeRawBufferPointer, isGivenUp: () -> Bool) -> Int32 {
        guard isRegular else { return write(lines, isGivenUp) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { return errno }
        }
        defer { flock(descriptor, LOCK_UN) }
        var end = lseek(descriptor, 0, SEEK_END)
        // Of whatever other processes take back nothing is before it.
        if end < endedAt { isShortened = true }
        if end != endedAt { end = trimmed(end) }
        let code = write(lines, isGivenUp)
        if code == 0 {
            endedAt = end + off_t(lines.count)
        } else {
            ftruncate(descriptor, end)
            endedAt = end
        }
        return code
    }

    /// Closes the file.
    ///
    /// - Returns: 0, or the system's error: some systems tell only now that the disk was full.
    func close() -> Int32 { Glibc.close(descriptor) == 0 ? 0 : errno }

    private func write(_ lines: UnsafeRawBufferPointer, _ isGivenUp: () -> Bool) -> Int32 {
        var rest = lines[...]
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            let written = Glibc.write(descriptor, part.baseAddress, part.count)
            if written > 0 {
                rest = rest.dropFirst(written)
            } else if written < 0, errno == EAGAIN, !isGivenUp() {
                var target = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&target, 1, 100)
            } else if written == 0 || errno != EINTR {
                return written == 0 ? EIO : errno
            }
        }
        return 0
    }

    /// Takes the beginning of a line away that the file ends with, and returns its new end.
    private func trimmed(_ end: off_t) -> off_t {
        var whole = end
        var byte: UInt8 = 0
        while whole > 0, pread(descriptor, &byte, 1, whole - 1) == 1, byte != UInt8(ascii: "\n") { whole -= 1 }
        if whole < end { ftruncate(descriptor, whole) }
        return whole
    }
}
