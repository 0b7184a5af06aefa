import LoadEngine
import SystemPackage

#if canImport(Glibc)
import Glibc
#endif

/// What the files of a command are used for: none may be written twice, nor be written and read.
struct FileUses {
    /// Every conflict.
    private(set) var problems: [ConfigurationProblem] = []
    /// What each file or pipe is for, by its true path.
    private var uses: [String: String] = [:]
    /// The folder whose files are conversations.
    private var dataFolder: String?

    /// Notes a file that is read.
    ///
    /// - Parameters:
    ///   - path: The file; nil for none.
    ///   - use: What it is, as in "the configuration file".
    mutating func reads(_ path: String?, as use: String) {
        guard let path, let file = Self.trueFile(path) else { return }
        uses[file] = use
    }

    /// Notes where the conversations are: a file, or a folder with files.
    mutating func readsData(_ path: String) {
        if let status = try? Stat(FilePath(path)), status.type == .directory {
            dataFolder = LinkedPath.resolved(path)
        } else {
            reads(path, as: "the conversations (--data)")
        }
    }

    /// Notes a file that is written.
    ///
    /// - Parameters:
    ///   - path: The file; nil for none.
    ///   - option: The option that named it.
    mutating func writes(_ path: String?, by option: String) {
        guard let path, !path.isEmpty, let file = Self.trueFile(path) else { return }
        func note(_ why: String) {
            let field = ConfigurationField(rawValue: option)
            problems.append(ConfigurationProblem(field, message: "\(option) \(Shown.path(path)): \(why)"))
        }
        if let use = uses[file] {
            note("this is \(use) already; name another file")
        } else if let dataFolder, file.hasPrefix(dataFolder + "/"), file.hasSuffix(".json") {
            note("files of this name in the data folder are conversations; write it elsewhere")
        }
        uses[file] = "the file of \(option)"
    }

    /// Notes a text that goes to the standard output.
    ///
    /// - Parameter use: What it is, as in "where the tables go".
    mutating func writesOutput(as use: String) {
        if let output = Self.output { uses[output] = use }
    }

    /// Whether something goes to the standard output already.
    var writesOutput: Bool { Self.output.map { uses[$0] != nil } ?? false }

    private static var output: String? { trueFile("/proc/self/fd/\(STDOUT_FILENO)") }

    /// The path without links, or what stands for a pipe or a terminal; nil for other devices, which several may write to.
    private static func trueFile(_ path: String) -> String? {
        guard let status = try? Stat(FilePath(path)) else { return LinkedPath.resolved(path) }
        switch status.type {
        case .regular:
            // What a link of /proc leads to may have no path any more.
            if let file = LinkedPath.resolved(path) { return file }
        case .fifo, .socket: break
        case .characterSpecial: guard isTerminal(path) else { return nil }
        default: return nil
        }
        return "\(status.deviceID.rawValue):\(status.inode.rawValue)"
    }

    private static func isTerminal(_ path: String) -> Bool {
        let descriptor = open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return isatty(descriptor) == 1
    }
}
