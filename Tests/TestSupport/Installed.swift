import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// Programs of this machine that tests use and nobody here wrote.
package enum Installed {
    private static let folders =
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        + ["/usr/local/sbin", "/usr/sbin", "/sbin"]

    /// The path of a program, also of one for administrators; nil where it is not installed.
    package static func path(of program: String) -> String? {
        folders.map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
    }

    /// Which of several are not installed, as a test is skipped with; empty where all are.
    package static func missing(of programs: String...) -> String {
        let missing = programs.filter { path(of: $0) == nil }
        return missing.isEmpty ? "" : "not installed: \(missing.joined(separator: ", "))"
    }
}
