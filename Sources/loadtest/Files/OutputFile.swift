import LoadEngine
import SystemPackage

#if canImport(Glibc)
import Glibc
#endif

/// A file that is written at the end of a run, and is known to be writable before it.
struct OutputFile {
    private let path: String
    private let option: String

    /// Checks that the file can be written, without changing it.
    ///
    /// - Parameters:
    ///   - path: The file; missing folders are not created.
    ///   - option: The option that named it, for messages.
    /// - Throws: `ConfigurationError` when it cannot be written.
    init(path: String, option: String) throws(ConfigurationError) {
        self.path = path
        self.option = option
        func wrong(_ why: String) -> ConfigurationError {
            let place = path.isEmpty ? option : "\(option) \(Shown.path(path))"
            return ConfigurationError("\(place): \(why)", of: ConfigurationField(rawValue: option))
        }
        guard !path.isEmpty else { throw wrong("the name of a file is missing") }
        guard path != "-" else {
            throw wrong("for the standard output write /dev/stdout, and ./- for a file of this name")
        }
        if let status = try? Stat(FilePath(path)) {
            guard status.type != .directory else { throw wrong("this is a folder; name a file") }
            guard access(path, W_OK) == 0 else { throw wrong(SystemError.text(of: errno)) }
            isStandardStream = [FileDescriptor.standardOutput, .standardError].contains { stream in
                guard let own = try? Stat(stream) else { return false }
                return own.deviceID == status.deviceID && own.inode == status.inode
            }
            isReplaced = status.type == .regular && !isStandardStream
            heldPipe = status.type == .fifo && !isStandardStream ? HeldPipe(path) : nil
            // Its reader may not wait for longer than the run takes, and a pipe without one holds nothing.
            guard status.type != .fifo || isStandardStream || heldPipe != nil else {
                throw wrong("nobody reads this pipe; start its reader first")
            }
        } else {
            heldPipe = nil
            isReplaced = true
            isStandardStream = false
        }
        // A link stays one: /dev/stdout is one too, and leads to a file when the output goes to one.
        let isLink = (try? Stat(FilePath(path), followTargetSymlink: false))?.type == .symbolicLink
        if isLink {
            let folder = isReplaced ? LinkedPath.resolved(path).map { LinkedPath.folder(of: $0) } : path
            guard let folder, access(folder, W_OK) == 0 else {
                throw wrong("this link leads to where no file can be made; remove it, or name another file")
            }
            isReplaced = false
        }
        guard isReplaced else { return }
        let folder = LinkedPath.folder(of: path)
        guard (try? Stat(FilePath(folder)))?.type == .directory else {
            throw wrong("the folder \(Shown.path(folder)) does not exist; create it first")
        }
        guard access(folder, W_OK) == 0 else {
            throw wrong("the folder \(Shown.path(folder)): \(SystemError.text(of: errno))")
        }
        var place = stat()
        // The working folder of a program stays a folder when it is removed.
        guard stat(folder, &place) != 0 || place.st_nlink > 0 else {
            throw wrong("the folder \(Shown.path(folder)) was removed; go to another one")
        }
        // The longest name that is opened.
        do throws(Errno) {
            _ = try Stat(FilePath(temporaryPath), followTargetSymlink: false)
        } catch {
            guard error == .noSuchFileOrDirectory else { throw wrong(SystemError.text(of: error.rawValue)) }
        }
    }

    /// Who may read and write a file; nil where there is none.
    private static func permissions(of path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : nil
    }

    /// Where the new file is while it is written.
    private var temporaryPath: String { "\(path).\(getpid()).tmp" }

    /// Whether a new file takes its place; a pipe, a device or a link must not be replaced by a file.
    private var isReplaced: Bool
    /// A pipe that somebody reads, which would see its end if nobody had it open; nil for anything else.
    private let heldPipe: HeldPipe?
    /// Whether it is what the standard output or error goes to, which is not emptied.
    private let isStandardStream: Bool

    /// Whether something is where the file was written, which somebody may have removed.
    var isThere: Bool { access(path, F_OK) == 0 }

    /// Lets go of a pipe that was kept open until somebody else has opened it.
    func release() { heldPipe?.release() }

    /// Makes and writes the whole file, and says so where that takes long.
    ///
    /// - Parameter make: What makes its bytes.
    /// - Throws: What making throws, and `EngineError` when the file cannot be written any more.
    func write(making make: () throws -> [UInt8]) throws {
        try SlowWork.noting("writing \(option) \(Shown.path(path))") { try write(try make()) }
    }

    /// Writes the whole file; a reader sees the old one or the new one, never half of it.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - patience: How long a pipe may take nothing, in seconds; what the standard output is may always wait.
    /// - Throws: `EngineError` when the disk is full or the file cannot be written any more.
    func write(_ bytes: [UInt8], patience: Int32 = 30) throws(EngineError) {
        let target = isReplaced ? temporaryPath : path
        func failed(_ reason: String? = nil) -> EngineError {
            let reason = reason ?? SystemError.text(of: errno)
            if isReplaced { unlink(target) }
            return EngineError(operation: "write \(option) \(Shown.path(path))", reason: reason)
        }
        // A new file must not be somebody's link to another; what an earlier program of this number left is in the way.
        if isReplaced { unlink(target) }
        let mode = isReplaced ? O_EXCL | O_NOFOLLOW : isStandardStream ? O_APPEND : O_TRUNC
        // A pipe that nobody reads would make it wait for ever.
        let kept = isReplaced ? Self.permissions(of: path) : nil
        let descriptor = open(target, O_WRONLY | O_CREAT | mode | O_CLOEXEC | O_NONBLOCK, kept == nil ? 0o644 : 0o600)
        guard descriptor >= 0 else { throw failed(errno == ENXIO ? "nobody reads this pipe" : nil) }
        release()
        // Before there is something to read in it.
        if let kept { fchmod(descriptor, kept) }
        if isStandardStream { _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            if written < 0, errno == EAGAIN {
                var pipe = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                guard poll(&pipe, 1, patience * 1_000) == 0 else { continue }
                close(descriptor)
                throw failed("its reader has read nothing for \(counted(patience, "second"))")
            }
            guard written > 0 else {
                let error = failed()
                close(descriptor)
                throw error
            }
            rest = rest.dropFirst(written)
        }
        guard close(descriptor) == 0 else { throw failed() }
        if isReplaced, rename(target, path) != 0 { throw failed() }
    }
}
