import LoadEngine
import SystemPackage

#if canImport(Glibc)
import Glibc
#endif

/// What the files of a command are used for: none may be written twice, nor be written and read.
struct FileUses {
    private var problems: [String] = []
    /// What each file is for, by its true path.
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
            dataFolder = Self.real(path)
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
        if let use = uses[file] {
            problems.append("\(option) \(Shown.path(path)): this is \(use) already; name another file")
        } else if let dataFolder, file.hasPrefix(dataFolder + "/"), file.hasSuffix(".json") {
            problems.append(
                "\(option) \(Shown.path(path)): files of this name in the data folder are conversations; write it elsewhere"
            )
        }
        uses[file] = "the file of \(option)"
    }

    /// Notes the files of a command's reports.
    mutating func writes(_ files: FileOptions) {
        writes(files.html, by: "--html")
        writes(files.junit, by: "--junit")
        writes(files.jsonPath, by: "--json-file")
        guard let prefix = files.csvPrefix else { return }
        for path in CSVOutput.paths(prefix: prefix) { writes(path, by: "--csv") }
    }

    /// Tells every conflict.
    func check(_ all: inout Problems) {
        for problem in problems { all.require(false, problem) }
    }

    /// The path without links; nil for pipes and devices, which several may write to.
    private static func trueFile(_ path: String) -> String? {
        if let status = try? Stat(FilePath(path)) { return status.type == .regular ? real(path) : nil }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let folder = parts.count > 1 ? parts.dropLast().joined(separator: "/") + "/" : "."
        return real(folder).map { "\($0)/\(parts.last ?? "")" }
    }

    private static func real(_ path: String) -> String? {
        guard let text = realpath(path, nil) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }
}
