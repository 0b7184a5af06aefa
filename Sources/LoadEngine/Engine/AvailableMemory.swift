/// The memory that a process could still have.
enum AvailableMemory {
    /// In bytes; nil when the system does not say.
    static var bytes: UInt64? {
        let machine = ProcText.read("/proc/meminfo").flatMap(available(inMeminfo:))
        return [machine, group].compactMap { $0 }.min()
    }

    /// MemAvailable of /proc/meminfo.
    static func available(inMeminfo text: String) -> UInt64? {
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") }),
            let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ UInt64($0) })
        else { return nil }
        return kilobytes << 10
    }

    /// What the control group, of version 2, has left; a container's limit is there.
    private static var group: UInt64? {
        guard
            let line = ProcText.read("/proc/self/cgroup")?.split(separator: "\n").first(where: { $0.hasPrefix("0::") })
        else { return nil }
        let folder = "/sys/fs/cgroup" + line.dropFirst(3)
        func number(_ name: String) -> UInt64? {
            ProcText.read("\(folder)/\(name)").flatMap { UInt64($0.prefix { $0.isNumber }) }
        }
        guard let limit = number("memory.max"), let used = number("memory.current") else { return nil }
        return limit - min(used, limit)
    }
}
