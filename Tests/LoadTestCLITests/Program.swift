import Foundation
import Subprocess
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// One of the package's programs, run as a user would run it.
struct Program {
    static let loadtest = Program(name: "loadtest")
    static let embed = Program(name: "Embed")
    static let share = Program(name: "Share")
    static let watch = Program(name: "Watch")

    let path: String

    /// What a program left when it ended.
    struct Result {
        let exitCode: Int
        let output: String
        let errors: String
    }

    init(path: String) {
        self.path = path
    }

    private init(name: String) {
        // Beside the test bundle, unless the Makefile says where.
        let folder =
            ProcessInfo.processInfo.environment["LOADTEST_BIN_DIR"]
            ?? URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
        path = "\(folder)/\(name)"
    }

    /// Runs the program to its end, in the repository's folder.
    ///
    /// - Parameters:
    ///   - arguments: Its arguments.
    ///   - whileRunning: Called once it has been started.
    func run(
        _ arguments: String...,
        whileRunning: (borrowing Handle) async throws -> Void = { _ in }
    ) async throws -> Result {
        try await run(arguments, whileRunning: whileRunning)
    }

    /// Runs the program to its end.
    ///
    /// - Parameters:
    ///   - arguments: Its arguments.
    ///   - environment: Variables that it has besides those of the tests, none of which is an option.
    ///   - folder: Where it runs.
    ///   - hasOwnGroup: Whether it is in a process group of its own, as a shell gives each job.
    ///   - whileRunning: Called once it has been started.
    func run(
        _ arguments: [String],
        environment: [String: String] = [:],
        in folder: String = Repository.path,
        hasOwnGroup: Bool = false,
        whileRunning: (borrowing Handle) async throws -> Void = { _ in }
    ) async throws -> Result {
        var options = PlatformOptions()
        if hasOwnGroup { options.processGroupID = 0 }
        let record = try await ProgramGate.pass {
            try await Subprocess.run(
                .path(FilePath(path)),
                arguments: Arguments(arguments),
                environment: Self.environment(with: environment),
                workingDirectory: FilePath(folder),
                platformOptions: options,
                input: .none,
                output: .sequence,
                error: .sequence
            ) { execution in
                let written = Written()
                let complained = Written()
                async let output = Self.text(execution.standardOutput, to: written)
                async let errors = Self.text(execution.standardError, to: complained)
                try await whileRunning(
                    Handle(
                        processID: execution.processIdentifier.value,
                        written: written,
                        complained: complained
                    )
                )
                return try await (output, errors)
            }
        }
        return Result(
            exitCode: record.terminationStatus.exitCode,
            output: record.closureResult.0,
            errors: record.closureResult.1
        )
    }

    /// A program that is running.
    struct Handle: ~Copyable {
        let processID: pid_t
        fileprivate let written: Written
        fileprivate let complained: Written

        func send(_ signal: Int32) { kill(processID, signal) }

        /// What it has written on its standard error so far.
        var complaints: String { complained.text }

        /// Waits until it has written a whole line, and returns the first.
        func firstLine() async throws -> String {
            let isThere = try await becomesTrue { written.text.contains("\n") }
            try #require(isThere, "it has written \(written.text)")
            return String(written.text.prefix { !$0.isNewline })
        }

        /// Waits until it has written a line on its standard error that begins so, and returns the rest of the line.
        func errorLine(beginning start: String) async throws -> String {
            func rest() -> String? {
                let whole = complained.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                return whole.first { $0.hasPrefix(start) }.map { String($0.dropFirst(start.count)) }
            }
            let isThere = try await becomesTrue { rest() != nil }
            try #require(isThere, "it has written \(complained.text)")
            return try #require(rest())
        }
    }

    /// What a program that is running has written on its standard output, or its standard error.
    fileprivate final class Written: Sendable {
        private let bytes = Mutex<[UInt8]>([])

        var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }

        func append(_ more: UnsafeRawBufferPointer) { bytes.withLock { $0 += more } }
    }

    private static func environment(with added: [String: String]) -> Environment {
        var changes: [Environment.Key: String?] = [:]
        for name in ProcessInfo.processInfo.environment.keys where name.hasPrefix("LOADTEST_") {
            changes[Environment.Key(stringLiteral: name)] = .some(nil)
        }
        for (name, value) in added { changes[Environment.Key(stringLiteral: name)] = value }
        return .inherit.updating(changes)
    }

    private static func text(
        _ sequence: SubprocessOutputSequence,
        to written: Written
    ) async throws -> String {
        for try await buffer in sequence { buffer.withUnsafeBytes { written.append($0) } }
        return written.text
    }
}

extension TerminationStatus {
    /// The exit code, or 1,000 and the signal's number.
    var exitCode: Int {
        switch self {
        case .exited(let code): Int(code)
        case .signaled(let signal): 1_000 + Int(signal)
        }
    }
}
