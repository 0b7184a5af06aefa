import LoadEngine

#if canImport(Glibc)
import Glibc
#endif

/// A file that grows line by line while a run goes on; whatever happens to the program, it ends with a whole line.
struct AppendedFile {
    private let path: String
    private let option: String
    private let place: OutputFile
    private var descriptor: Int32?
    private var written: WrittenFile?
    /// Whether lines were added, and what is added next is not the first.
    private(set) var hasBegun = false

    /// Checks that the file can be written, without changing it.
    ///
    /// - Parameters:
    ///   - path: The file; missing folders are not created.
    ///   - option: The option that named it, for messages.
    /// - Throws: `ConfigurationError` when it cannot be written.
    init(path: String, option: String) throws(ConfigurationError) {
        place = try OutputFile(path: path, option: option)
        self.path = path
        self.option = option
    }

    /// Adds whole lines; the first time, to an empty file.
    ///
    /// - Throws: `EngineError` when the disk is full or the file cannot be written any more; then none of the lines is there.
    mutating func append(_ lines: String) throws(EngineError) {
        // O_NONBLOCK: a pipe that nobody reads would make it wait for ever; it stays so, a pipe that is full has no reader either.
        let file = descriptor ?? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0o644)
        guard file >= 0 else { throw errno == ENXIO ? error("nobody reads this pipe") : error(errno) }
        if descriptor == nil { written = WrittenFile(file, at: path) }
        place.release()
        descriptor = file
        let end = lseek(file, 0, SEEK_END)
        var rest = Array(lines.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let code = errno
                // Of a device there is nothing to take back.
                if end >= 0 { ftruncate(file, end) }
                throw error(code)
            }
            rest = rest.dropFirst(count)
        }
        hasBegun = true
    }

    /// Notices that the path leads to the file no more; what is added next is the first of a new one.
    ///
    /// - Throws: `EngineError` when somebody has removed it, or put another in its place.
    mutating func checkPresence() throws(EngineError) {
        guard let loss = written?.loss else { return }
        close()
        throw error("\(loss) while the run went on; lines before are missing")
    }

    /// Nothing is added any more.
    mutating func close() {
        written = nil
        hasBegun = false
        if let descriptor { Glibc.close(descriptor) }
        descriptor = nil
    }

    private func error(_ code: Int32) -> EngineError {
        error(code == EAGAIN ? "this pipe is full: its reader does not read" : SystemError.text(of: code))
    }

    private func error(_ reason: String) -> EngineError {
        EngineError(operation: "write \(option) \(Shown.path(path))", reason: reason)
    }
}
