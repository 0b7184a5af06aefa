#if canImport(Glibc)
import Glibc
#endif

/// Files that somebody named and that are read as a whole: never without a bound, and never waiting for ever.
package enum InputFile {
    /// Why a file cannot be read.
    package enum Problem: Error, Equatable {
        /// An error number of the system.
        case system(Int32)
        case folder
        case device
        case pipe
        /// A pipe that nobody has opened to write.
        case pipeWithoutWriter
        /// A pipe whose writer has written nothing for a long time.
        case silentPipe
        /// It has more bytes than it may have; nil where it is not known how many.
        case tooLarge(mostBytes: Int, bytes: Int?)

        /// What is wrong, and what to do about it.
        package var text: String {
            switch self {
            case .system(let code): SystemError.text(of: code)
            case .folder: "this is a folder; name a file"
            case .device: "this is a device; name a file"
            case .pipe: "this is a pipe, which can be read only once; name a file"
            case .pipeWithoutWriter: "nothing is in this pipe, and nobody writes to it"
            case .silentPipe: "nothing came from this pipe for \(longestSilenceMs / 1_000) seconds"
            case .tooLarge(let mostBytes, _): "it has more than \(mostBytes) bytes"
            }
        }
    }

    /// A path without links and detours, which is the same for all ways to write it; as it is where there is no file.
    package static func resolved(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static let longestSilenceMs: Int32 = 60_000

    /// Reads a whole file.
    ///
    /// - Parameters:
    ///   - path: The file; `/dev/null` is an empty one.
    ///   - mostBytes: How many bytes it may have.
    ///   - takesPipes: Whether it may be a pipe that somebody writes to, as a shell makes one of `<(...)`.
    /// - Returns: Its bytes.
    /// - Throws: Why it cannot be read.
    package static func read(
        _ path: String,
        mostBytes: Int,
        takesPipes: Bool = false
    ) throws(Problem) -> [UInt8] {
        // Opening a pipe without O_NONBLOCK would wait for its writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw .system(errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(errno) }
        switch status.st_mode & S_IFMT {
        case S_IFREG:
            let size = Int(status.st_size)
            guard size <= mostBytes else { throw .tooLarge(mostBytes: mostBytes, bytes: size) }
            return try read(descriptor, expecting: size, mostBytes: mostBytes)
        case S_IFDIR: throw .folder
        case S_IFIFO where takesPipes:
            let bytes = try read(descriptor, expecting: 0, mostBytes: mostBytes)
            guard !bytes.isEmpty else { throw .pipeWithoutWriter }
            return bytes
        case S_IFIFO: throw .pipe
        default:
            var byte: UInt8 = 0
            guard Glibc.read(descriptor, &byte, 1) == 0 else { throw .device }
            return []
        }
    }

    private static func read(
        _ descriptor: Int32,
        expecting size: Int,
        mostBytes: Int
    ) throws(Problem) -> [UInt8] {
        // One more, to see the end with the first read; a file may have grown since.
        var bytes = [UInt8](repeating: 0, count: size + 1)
        var filled = 0
        while true {
            if filled == bytes.count { bytes += [UInt8](repeating: 0, count: max(filled, 1 << 16)) }
            let (start, room) = (filled, bytes.count - filled)
            let count = bytes.withUnsafeMutableBytes { bytes in
                Glibc.read(descriptor, UnsafeMutableRawBufferPointer(rebasing: bytes[start...]).baseAddress, room)
            }
            if count < 0 {
                switch errno {
                case EINTR: continue
                case EAGAIN: try wait(descriptor)
                default: throw .system(errno)
                }
                continue
            }
            guard count > 0 else { break }
            filled += count
            guard filled <= mostBytes else { throw .tooLarge(mostBytes: mostBytes, bytes: nil) }
        }
        bytes.removeLast(bytes.count - filled)
        return bytes
    }

    private static func wait(_ descriptor: Int32) throws(Problem) {
        var source = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&source, 1, longestSilenceMs) != 0 else { throw .silentPipe }
    }
}
