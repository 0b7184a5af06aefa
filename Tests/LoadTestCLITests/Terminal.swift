import Foundation
import Subprocess
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// A terminal that a program writes its errors to: a pseudo-terminal, and what has come out of it.
final class Terminal: Sendable {
    private let descriptor: Int32
    /// The path of the programs' side.
    private let name: String
    private let written = Mutex<[UInt8]>([])

    /// Opens a terminal of this size.
    init(columns: Int, rows: Int) throws {
        descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var isLocked: Int32 = 0
        var number: Int32 = 0
        // TIOCSPTLCK and TIOCGPTN, macros that Swift does not see.
        try #require(ioctl(descriptor, 0x4004_5431, &isLocked) == 0 && ioctl(descriptor, 0x8004_5430, &number) == 0)
        name = "/dev/pts/\(number)"
        resize(columns: columns, rows: rows)
    }

    deinit { close(descriptor) }

    func resize(columns: Int, rows: Int) {
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(descriptor, UInt(TIOCSWINSZ), &size)
    }

    /// Presses keys.
    func press(_ keys: String) {
        let bytes = Array(keys.utf8)
        _ = write(descriptor, bytes, bytes.count)
    }

    /// Whether it shows keys and waits for Enter, as a shell leaves it.
    var isPlain: Bool {
        var modes = termios()
        return tcgetattr(descriptor, &modes) == 0 && modes.c_lflag & tcflag_t(ICANON) != 0
            && modes.c_lflag & tcflag_t(ECHO) != 0
    }

    /// The same in words, or why it cannot be told.
    var modes: String {
        var modes = termios()
        guard tcgetattr(descriptor, &modes) == 0 else { return "error \(errno)" }
        return (modes.c_lflag & tcflag_t(ECHO) != 0 ? "shows" : "hides") + " keys, "
            + (modes.c_lflag & tcflag_t(ICANON) != 0 ? "waits for Enter" : "waits for none")
    }

    /// Everything that has been written to it.
    var text: String { String(decoding: written.withLock { $0 }, as: UTF8.self) }

    /// Runs a program to its end, in the repository's folder.
    ///
    /// - Parameters:
    ///   - program: The program.
    ///   - arguments: Its arguments.
    ///   - variables: What its environment has besides; `TERM` is `xterm` unless it is among them.
    ///   - hasKeys: Whether it is its terminal, whose keys it gets: otherwise it has no input.
    ///   - whileRunning: Called once it has been started.
    func run(
        _ program: Program,
        _ arguments: [String],
        variables: [String: String] = [:],
        hasKeys: Bool = false,
        whileRunning: () async throws -> Void = {}
    ) async throws -> Int {
        let side = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
        let input = open(hasKeys ? name : "/dev/null", O_RDWR | O_NOCTTY | O_CLOEXEC)
        try #require(side >= 0 && input >= 0)
        let changes = ["TERM": "xterm", "NO_COLOR": ""].merging(variables) { $1 }
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        // A thread of its own: those of the test library must not be made to wait.
        Thread.detachNewThread { [self] in
            readAll()
            end.finish()
        }
        let record = try await ProgramGate.pass {
            try await Subprocess.run(
                .path(FilePath(hasKeys ? "/usr/bin/setsid" : program.path)),
                arguments: Arguments((hasKeys ? ["--ctty", "--wait", program.path] : []) + arguments),
                environment: .inherit.updating(
                    Dictionary(uniqueKeysWithValues: changes.map { (Environment.Key(stringLiteral: $0), $1) })
                ),
                workingDirectory: FilePath(Repository.path),
                input: .fileDescriptor(FileDescriptor(rawValue: input), closeAfterSpawningProcess: true),
                output: .discarded,
                error: .fileDescriptor(FileDescriptor(rawValue: side), closeAfterSpawningProcess: true)
            ) { _ in try await whileRunning() }
        }
        for await _ in ends {}
        return record.terminationStatus.exitCode
    }

    /// Reads until nobody has the other side open any more.
    private func readAll() {
        var block = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            let count = read(descriptor, &block, block.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            written.withLock { $0 += block[..<count] }
        }
    }
}

/// What a terminal shows after it has been written to, with all that has scrolled out at its top.
struct Screen {
    private(set) var lines: [[Character]] = [[]]
    private var row = 0
    private var column = 0
    private let columns: Int

    init(columns: Int, showing text: String) {
        self.columns = columns
        var rest = Substring(text)
        // A line feed after a carriage return is one character of Swift's.
        while let character = rest.popFirst() {
            switch character {
            case "\r\n":
                column = 0
                feed()
            case "\r": column = 0
            case "\n": feed()
            case "\u{1B}": control(&rest)
            default: put(character)
            }
        }
    }

    var text: String { lines.map { String($0) }.joined(separator: "\n") }

    private mutating func feed() {
        row += 1
        if row == lines.count { lines.append([]) }
    }

    private mutating func put(_ character: Character) {
        if column == columns {
            column = 0
            feed()
        }
        while lines[row].count <= column { lines[row].append(" ") }
        lines[row][column] = character
        column += 1
    }

    private mutating func control(_ rest: inout Substring) {
        #expect(rest.popFirst() == "[")
        let number = Int(rest.prefix { $0.isNumber }) ?? 1
        rest = rest.drop { $0.isNumber || $0 == ";" }
        switch rest.popFirst() {
        case "A": row = max(row - number, 0)
        case "K": lines[row] = Array(lines[row].prefix(column))
        case "J": lines = Array(lines[..<row]) + [Array(lines[row].prefix(column))]
        case "m": break
        case let other: Issue.record("what no terminal test knows: \(other.map(String.init) ?? "nothing")")
        }
    }
}
