import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// Networks and names of a test's own, in which root may do as it likes.
enum Namespaces {
    /// What this machine lacks for them; empty when it lacks nothing.
    static let whyNone: String = {
        guard geteuid() == 0 else { return "not root: no namespace of its own" }
        let tools = ["/usr/bin/unshare", "/sbin/ip", "/usr/sbin/ip", "/bin/ip"].filter {
            FileManager.default.isExecutableFile(atPath: $0)
        }
        guard tools.contains("/usr/bin/unshare"), tools.count > 1 else { return "not installed: unshare or ip" }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
        process.arguments = ["--mount", "--net", "true"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return "unshare cannot be run" }
        process.waitUntilExit()
        return process.terminationStatus == 0 ? "" : "no namespaces here"
    }()
}
