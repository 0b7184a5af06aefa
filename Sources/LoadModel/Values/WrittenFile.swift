#if canImport(Glibc)
import Glibc
#endif

/// A file that is open for a long time: whether its path still leads to it.
///
/// What is written to one that somebody has removed is seen by nobody, and the system says nothing of it.
package struct WrittenFile: Sendable {
    private let descriptor: Int32
    private let path: String
    private let isNamed: Bool

    /// Takes a file that was just opened.
    ///
    /// - Parameters:
    ///   - descriptor: The file, which must be open as long as it is asked.
    ///   - path: Where it is.
    package init(_ descriptor: Int32, at path: String) {
        self.descriptor = descriptor
        self.path = path
        var status = stat()
        // One that has had no name from the start is read by whoever holds it.
        isNamed = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_nlink > 0
    }

    /// What has become of it, as in "it was removed"; nil where its path leads to it, and for pipes and devices.
    package var loss: String? {
        guard isNamed else { return nil }
        var (own, present) = (stat(), stat())
        guard fstat(descriptor, &own) == 0 else { return nil }
        let isThere = stat(path, &present) == 0
        if isThere, own.st_ino == present.st_ino, own.st_dev == present.st_dev { return nil }
        if isThere { return "another file took its place" }
        return own.st_nlink == 0 ? "it was removed" : "it was renamed or moved"
    }
}
