import LoadEngine

#if canImport(Glibc)
import Glibc
#endif

/// What a process that plays a share hears on its standard input; reading waits.
struct ParentMessages {
    private var received: [UInt8] = []

    /// The next message; nil at the end of the input.
    mutating func next() throws -> ParentMessage? {
        while true {
            if let message = try MessageFrame.take(ParentMessage.self, from: &received) { return message }
            let count = withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 1) { block in
                let count = read(STDIN_FILENO, block.baseAddress, block.count)
                if count > 0 { received.append(contentsOf: block[..<count]) }
                return count
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return nil }
        }
    }
}

/// What it says on its standard output, which is for nobody else then: what others print goes to the standard error.
struct ChildMessages: ~Copyable {
    private let descriptor: Int32

    /// Takes the standard output.
    ///
    /// - Throws: `EngineError` when the system refuses that.
    init() throws(EngineError) {
        descriptor = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
        guard descriptor >= 0 else { throw Self.error() }
        guard dup2(STDERR_FILENO, STDOUT_FILENO) >= 0 else {
            let error = Self.error()
            close(descriptor)
            throw error
        }
    }

    deinit { close(descriptor) }

    /// Says something; that nobody hears it any more is found out by who listens.
    func send(_ message: ChildMessage) throws {
        try MessageFrame.encode(message).withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                guard count > 0 || count < 0 && errno == EINTR else { return }
                rest = rest.dropFirst(max(count, 0))
            }
        }
    }

    private static func error() -> EngineError {
        EngineError(operation: "take the standard output", reason: SystemError.text(of: errno))
    }
}
