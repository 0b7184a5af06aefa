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

    /// The threads of a process, but its main one, to which the system may give a signal.
    static func threads(of process: pid_t, open signal: Int32) -> [pid_t] {
        let folder = "/proc/\(process)/task"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.compactMap { pid_t($0) }.filter { thread in
            let status = (try? String(contentsOfFile: "\(folder)/\(thread)/status", encoding: .utf8)) ?? ""
            let blocked = status.firstMatch(of: /SigBlk:\s*([0-9a-f]+)/).flatMap { UInt64($0.1, radix: 16) }
            return thread != process && (blocked ?? .max) >> (signal - 1) & 1 == 0
        }
    }

    /// Whether a process has ended, its parent having taken note or not.
    static func isGone(_ process: pid_t) -> Bool {
        kill(process, 0) != 0 || statusFields(process).first == "Z"
    }

    /// Whether a process stands still, as a shell's Ctrl-Z makes it.
    static func isStopped(_ process: pid_t) -> Bool { statusFields(process).first == "T" }

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
