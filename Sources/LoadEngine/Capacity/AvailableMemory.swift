/// The memory that a process could still have, of the machine and of the control groups that it is in.
struct AvailableMemory {
    /// What is before `/proc` and `/sys`: nothing, but in tests.
    private let root: String

    /// Makes one of this machine.
    ///
    /// - Parameter root: The folder that stands for `/`, without a slash at its end.
    init(root: String = "") {
        self.root = root
    }

    /// In bytes; nil when the system does not say.
    var bytes: UInt64? {
        let machine = ProcText.read(root + "/proc/meminfo").flatMap(Self.available(inMeminfo:))
        return ([machine] + groups).compactMap(\.self).min()
    }

    /// MemAvailable of /proc/meminfo.
    static func available(inMeminfo text: String) -> UInt64? {
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") }),
            let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ UInt64($0) })
        else { return nil }
        return kilobytes << 10
    }

    // MARK: Control groups

    /// The files of a version of control groups.
    private struct Version {
        let folder: String
        let limit: String
        let usage: String
        /// What is in memory.stat of pages that the group gets back when it needs them.
        let cache: String
    }

    private static let second = Version(
        folder: "/sys/fs/cgroup",
        limit: "memory.max",
        usage: "memory.current",
        cache: "inactive_file"
    )
    private static let first = Version(
        folder: "/sys/fs/cgroup/memory",
        limit: "memory.limit_in_bytes",
        usage: "memory.usage_in_bytes",
        cache: "total_inactive_file"
    )

    /// What each group has left that this process is in, those around it included: the limit of any of them holds.
    private var groups: [UInt64?] {
        // Such as "0::/user.slice" of version 2 and "4:cpu,memory:/docker/1f" of version 1.
        let lines = ProcText.read(root + "/proc/self/cgroup")?.split(separator: "\n") ?? []
        return lines.flatMap { line -> [UInt64?] in
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { return [] }
            if fields[0] == "0", fields[1].isEmpty { return left(in: fields[2], Self.second) }
            return fields[1].split(separator: ",").contains("memory") ? left(in: fields[2], Self.first) : []
        }
    }

    /// What a group and those around it have left.
    ///
    /// A container may see the path of its group as the machine has it, and the group itself where the topmost one would be.
    private func left(in path: Substring, _ version: Version) -> [UInt64?] {
        let names = path.split(separator: "/")
        return (0...names.count).map { depth in
            left(
                inFolder: ([root + version.folder] + names.prefix(depth).map(String.init)).joined(separator: "/"),
                version
            )
        }
    }

    private func left(inFolder folder: String, _ version: Version) -> UInt64? {
        // "max" stands for none.
        guard let limit = ProcText.number(inFile: "\(folder)/\(version.limit)"),
            let usage = ProcText.number(inFile: "\(folder)/\(version.usage)")
        else { return nil }
        let cache =
            ProcText.read("\(folder)/memory.stat").flatMap { ProcText.number(named: version.cache, in: $0) } ?? 0
        let used = usage - min(cache, usage)
        return limit - min(used, limit)
    }
}
