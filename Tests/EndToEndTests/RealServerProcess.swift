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

    /// The checkout this file is compiled from.
    static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    /// The servers' configurations and programs.
    static let servers = repository.appendingPathComponent("Tests/EndToEndTests/Servers")
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
        let process = Process()
        process.executableURL = Self.servers.appendingPathComponent("run-until-eof")
        process.arguments = command
        process.currentDirectoryURL = folder
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try Self.withSignalsOpen { try process.run() }
        lifeline = Mutex(input.fileHandleForWriting)
        let reading = output.fileHandleForReading
        // The thread holds the lines, not the process: one that nobody holds any more closes its lifeline.
        Thread.detachNewThread { [lines] in
            repeat { lines.append(reading.availableData) } while !lines.isClosed
        }
    }

    /// The path of a program, also of one for administrators.
    static func executable(_ name: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return (path.split(separator: ":").map(String.init) + ["/usr/local/sbin", "/usr/sbin", "/sbin"])
            .map { "\($0)/\(name)" }
            .first { access($0, X_OK) == 0 }
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

    /// Tests run on threads that block every signal, and a child inherits that: a shell would never hear that the program
    /// it waits for has ended.
    private static func withSignalsOpen(_ body: () throws -> Void) rethrows {
        var none = sigset_t()
        sigemptyset(&none)
        var blocked = sigset_t()
        pthread_sigmask(SIG_SETMASK, &none, &blocked)
        defer { pthread_sigmask(SIG_SETMASK, &blocked, nil) }
        try body()
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
