#if canImport(Glibc)
import Glibc
#endif

/// The data files below a path.
struct FileListing {
    /// The files, sorted by the bytes of their paths.
    private(set) var files: [String] = []
    /// One line per file or folder that cannot be read.
    var problems: [String] = []

    /// A folder, whatever path leads to it.
    private struct Identity: Hashable {
        let device: dev_t
        let inode: ino_t
    }

    /// The folders seen so far: a link to one of them leads nowhere new, and may lead in a circle.
    private var folders: Set<Identity> = []

    /// Lists the files: the path itself, or what is below it when it is a folder.
    init(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            let reason = errno == ENOENT ? "there is no such file or folder" : SystemError.text(of: errno)
            problems.append(
                "\(Shown.path(Self.absolute(path))): \(reason); expected a folder of conversation files, or one such file"
            )
            return
        }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: list(folder: path, status)
        case S_IFREG: files.append(path)
        default:
            problems.append("\(Shown.path(path)): expected a folder or a regular file, found neither")
        }
        files.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The path from the root: where a file was looked for depends on where the program was started.
    private static func absolute(_ path: String) -> String {
        guard !path.isEmpty, !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        return String(cString: folder) + "/" + path
    }

    private mutating func list(folder: String, _ status: stat) {
        guard folders.insert(Identity(device: status.st_dev, inode: status.st_ino)).inserted else { return }
        guard let names = names(in: folder) else { return }
        let prefix = folder.hasSuffix("/") ? folder : folder + "/"
        for name in names where !name.hasPrefix(".") {
            let path = prefix + name
            var status = stat()
            guard stat(path, &status) == 0 else {
                guard noteProblem(with: path, in: folder, errno) else { return }
                continue
            }
            if status.st_mode & S_IFMT == S_IFDIR {
                list(folder: path, status)
            } else if name.hasSuffix(".json") {
                files.append(path)
            }
        }
    }

    /// Notes why it cannot be told what something is: it may be a folder of files that would be left out silently.
    ///
    /// - Returns: False when the folder cannot be entered, so that nothing in it can be looked at.
    private mutating func noteProblem(with path: String, in folder: String, _ code: Int32) -> Bool {
        var status = stat()
        switch code {
        case ENOENT where !path.hasSuffix(".json"): return true
        case EACCES where lstat(path, &status) != 0:
            problems.append(
                "\(Shown.path(folder)): the folder can be listed but not entered: \(SystemError.text(of: code))"
            )
            return false
        case ENAMETOOLONG:
            problems.append("\(Shown.path(path)): \(SystemError.text(of: code)); move what is in it further up")
        default:
            problems.append("\(Shown.path(path)): \(SystemError.text(of: code))")
        }
        return true
    }

    /// The names in a folder, sorted, so that of two links to one folder always the same is followed.
    private mutating func names(in folder: String) -> [String]? {
        guard let directory = opendir(folder) else {
            problems.append("\(Shown.path(folder)): the folder cannot be read: \(SystemError.text(of: errno))")
            return nil
        }
        defer { closedir(directory) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(directory) else { break }
            // Not through the imported tuple: it is longer than the entry.
            let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
            let bytes = (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self)
            guard let name = String(validatingCString: bytes) else {
                let shown = Shown.path(folder + "/" + String(cString: bytes))
                problems.append("\(shown): the name is not valid UTF-8; rename the file")
                continue
            }
            names.append(name)
        }
        if errno != 0 {
            problems.append("\(Shown.path(folder)): the folder cannot be read: \(SystemError.text(of: errno))")
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
