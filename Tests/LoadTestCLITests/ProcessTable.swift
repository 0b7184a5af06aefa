import Foundation
import Testing

/// The system's processes.
enum ProcessTable {
    /// The copies of itself that the given process has started.
    ///
    /// Not all its children: a sanitizer starts a program that looks up names for its reports, suppressed ones too.
    static func children(of process: pid_t) -> [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter {
            statusFields($0).dropFirst().first == "\(process)" && isCopy($0)
        }
    }

    /// Whether a process has ended, its parent having taken note or not.
    static func isGone(_ process: pid_t) -> Bool {
        kill(process, 0) != 0 || statusFields(process).first == "Z"
    }

    /// How many sockets listen on the port of an IPv4 URL.
    static func listeners(on url: String) throws -> Int {
        let port = try #require(url.split(separator: ":").last.flatMap { UInt16($0) })
        let digits = String(port, radix: 16, uppercase: true)
        let address = ":" + String(repeating: "0", count: 4 - digits.count) + digits
        // The system gives its table in pieces, between which others change it, so that one may be missed or come twice.
        var seen = Set<Substring>()
        for _ in 0..<3 {
            for line in try String(contentsOfFile: "/proc/net/tcp", encoding: .utf8).split(separator: "\n") {
                // Local address, state and inode; 0A is LISTEN (proc_net_tcp in the kernel's documentation).
                let fields = line.split(separator: " ")
                if fields.count > 9, fields[1].hasSuffix(address), fields[3] == "0A" { seen.insert(fields[9]) }
            }
        }
        return seen.count
    }

    /// Whether a process runs its parent's program once more; false while it has only been forked.
    private static func isCopy(_ process: pid_t) -> Bool {
        let arguments = (try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8)) ?? ""
        return arguments.hasPrefix("/proc/self/exe\0")
    }

    /// What the system says of a process behind its name: the state, the parent, and so on.
    private static func statusFields(_ process: pid_t) -> [Substring] {
        let text = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
        return text.split(separator: ")").last?.split(separator: " ") ?? []
    }
}
