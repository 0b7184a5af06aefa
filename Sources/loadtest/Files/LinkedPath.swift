import LoadEngine
import SystemPackage

#if canImport(Glibc)
import Glibc
#endif

/// Where a path leads, through links that lead to nothing yet: a file that is made by way of them is made there.
enum LinkedPath {
    /// As many links as Linux follows.
    private static let mostLinks = 40

    /// The path without links.
    ///
    /// - Parameter path: A file that is there or not; its folder has to be.
    /// - Returns: Nil where the folder is not there, and for links in a circle.
    static func resolved(_ path: String) -> String? {
        var path = path
        for _ in 0...mostLinks {
            if let there = real(path) { return there }
            guard (try? Stat(FilePath(path), followTargetSymlink: false))?.type == .symbolicLink else {
                let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
                return real(folder(of: path)).map { $0 == "/" ? "/\(name)" : "\($0)/\(name)" }
            }
            guard let target = target(of: path) else { return nil }
            path = target.hasPrefix("/") ? target : folder(of: path) + target
        }
        return nil
    }

    /// The folder of a file, with a slash at its end.
    static func folder(of path: String) -> String { path.lastIndex(of: "/").map { String(path[...$0]) } ?? "./" }

    private static func target(of link: String) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { text in
            guard let start = text.baseAddress else { return nil }
            let count = readlink(link, start, text.count)
            return count > 0 ? String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self) : nil
        }
    }

    private static func real(_ path: String) -> String? {
        guard let text = realpath(path, nil) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }
}
