import TestSupport
import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// A server's process, which dies with the test process however that ends, and the lines it wrote.
final class RealServerProcess: Sendable {
    /// Why a server could not be started, or did not do what was waited for; with all that it wrote.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// A generous bound of every wait for a server: only a broken one reaches it.
    static let patienceSeconds = 30.0

    private let name: String
    private let lines = Output()
    /// The server lives as long as this is open; nil once stopped.
    private let lifeline: Mutex<FileHandle?>

    /// Starts a command, with its standard output and standard error read as lines.
    init(_ command: [String], in folder: URL) throws {
        name = command[0]
        let input = Self.privatePipe()
        let output = Self.privatePipe()
        let process = try Self.spawn(
            ["/bin/sh", "-c", #"cd "$0" && exec "$@""#, folder.path]
                + [Repository.servers.appendingPathComponent("run-until-eof").path] + command,
            input: input.fileHandleForReading.fileDescriptor,
            output: output.fileHandleForWriting.fileDescriptor
        )
        try input.fileHandleForReading.close()
        try output.fileHandleForWriting.close()
        lifeline = Mutex(input.fileHandleForWriting)
        let reading = output.fileHandleForReading
        // The thread holds the lines, not the process: one that nobody holds any more closes its lifeline.
        Thread.detachNewThread { [lines] in
            repeat { lines.append(reading.availableData) } while !lines.isClosed
            waitpid(process, nil, 0)
        }
    }

    /// Waits until the server has written a number of lines that contain a text.
    ///
    /// - Returns: Those lines, all there are by then.
    /// - Throws: `Failure`, with the log, when they did not come in time or the server ended without them.
    func lines(containing text: String, atLeast count: Int = 1) throws -> [String] {
        var found: [String] = []
        let isFound = lines.wait { lines in
            found += lines.filter { $0.contains(text) }
            return found.count >= count
        }
        guard isFound else {
            let end = lines.isClosed ? "before it ended" : "within \(Self.patienceSeconds) s"
            throw failure("did not write “\(text)” \(count) times \(end)")
        }
        return found
    }

    /// Kills the server, and waits until it is gone. Does nothing when it is stopped already.
    func stop() throws {
        let open = lifeline.withLock { lifeline in
            defer { lifeline = nil }
            return lifeline
        }
        guard let open else { return }
        try open.close()
        _ = lines.wait { _ in false }
        guard lines.isClosed else { throw failure("could not be stopped") }
    }

    private func failure(_ what: String) -> Failure {
        Failure(description: "\(name) \(what). Its log:\n\(lines.text)")
    }

    /// Starts a program.
    ///
    /// Not with Foundation's Process: it reads beyond a directory entry, which the address sanitizer ends the tests for.
    private static func spawn(_ command: [String], input: Int32, output: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Tests run on threads that block every signal, and a child inherits that: a shell would never hear that the
        // program it waits for has ended.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var arguments = command.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var process = pid_t()
        let code = posix_spawn(&process, command[0], &actions, &attributes, &arguments, environ)
        guard code == 0 else { throw Failure(description: "\(command[0]): \(String(cString: strerror(code)))") }
        return process
    }

    /// A pipe whose ends no other child gets: one that held the lifeline would keep the server alive.
    private static func privatePipe() -> Pipe {
        let pipe = Pipe()
        for end in [pipe.fileHandleForReading, pipe.fileHandleForWriting] {
            _ = fcntl(end.fileDescriptor, F_SETFD, FD_CLOEXEC)
        }
        return pipe
    }
}

extension RealServerProcess {
    /// The lines that a process wrote, filled by one thread and waited for by others.
    private final class Output: Sendable {
        private struct State {
            var lines: [String] = []
            var unfinished = Data()
            var isClosed = false
        }

        private let state = Mutex(State())
        private let changed = DispatchSemaphore(value: 0)

        var isClosed: Bool { state.withLock(\.isClosed) }
        var text: String { state.withLock { $0.lines.joined(separator: "\n") } }

        /// Takes what was read; nothing is the end.
        func append(_ bytes: Data) {
            state.withLock { state in
                state.unfinished += bytes.isEmpty && !state.unfinished.isEmpty ? Data("\n".utf8) : bytes
                let lines = state.unfinished.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                state.lines += lines.dropLast().map { String(decoding: $0, as: UTF8.self) }
                state.unfinished = Data(lines.last ?? Data())
                state.isClosed = bytes.isEmpty
            }
            changed.signal()
        }

        /// Calls `isEnough` with the lines so far, then with new ones, until it is true.
        ///
        /// - Returns: False when the process ended, or patience did, before.
        func wait(until isEnough: ([String]) -> Bool) -> Bool {
            let deadline = DispatchTime.now() + patienceSeconds
            var seen = 0
            while true {
                let (new, isLast) = state.withLock { (Array($0.lines[seen...]), $0.isClosed) }
                seen += new.count
                if isEnough(new) { return true }
                guard !isLast, changed.wait(timeout: deadline) == .success else { return false }
            }
        }
    }
}
