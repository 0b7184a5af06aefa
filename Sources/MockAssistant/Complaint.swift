import LoadEngine

#if canImport(Glibc)
import Glibc
#endif

/// Messages to the person who runs the server.
package enum Complaint {
    /// Writes a line to the standard error, unless that would have to wait.
    package static func write(_ text: String) {
        var target = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        guard poll(&target, 1, 0) == 1, target.revents & Int16(POLLOUT) != 0 else { return }
        var line = "mock: \(Shown.line(text))\n"
        line.withUTF8 { _ = Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
