import FoundationEssentials

#if canImport(Glibc)
import Glibc
#endif

/// What the system allows and has to give, as far as a run is concerned.
package struct SystemFacts: Sendable {
    /// How many files and sockets a process may have open (the soft limit of RLIMIT_NOFILE).
    package var openFilesLimit: Int
    /// The highest that the process may set that limit to itself.
    package var openFilesHardLimit: Int
    /// How many this process has open now.
    package var openFiles: Int
    /// How many more are kept for what is no stream.
    package var keptFiles = 0
    /// The local ports that the system gives to connections.
    package var portRange: ClosedRange<Int>
    /// Those of the range that are kept for others (net.ipv4.ip_local_reserved_ports).
    package var reservedPorts: Int
    /// The memory that could be had without pushing others out, in bytes; nil when the system does not say.
    package var availableMemoryBytes: UInt64?
    /// What limits the memory that a process may ask for.
    package var memoryLimits: [MemoryLimit] = []
    /// What of that a process takes before its first user, in bytes.
    package var programBytes: UInt64 = 0
    /// The processors that this process may run on.
    package var cores: Int

    package init(
        openFilesLimit: Int,
        openFilesHardLimit: Int,
        openFiles: Int,
        portRange: ClosedRange<Int>,
        reservedPorts: Int,
        availableMemoryBytes: UInt64?,
        cores: Int
    ) {
        self.openFilesLimit = openFilesLimit
        self.openFilesHardLimit = openFilesHardLimit
        self.openFiles = openFiles
        self.portRange = portRange
        self.reservedPorts = reservedPorts
        self.availableMemoryBytes = availableMemoryBytes
        self.cores = cores
    }

    /// Asks the system.
    package static func current() -> SystemFacts {
        let limits = openFilesLimits()
        let range = portRange(in: ProcText.read("/proc/sys/net/ipv4/ip_local_port_range") ?? "") ?? 32_768...60_999
        let reserved = ProcText.read("/proc/sys/net/ipv4/ip_local_reserved_ports") ?? ""
        var facts = SystemFacts(
            openFilesLimit: limits.soft,
            openFilesHardLimit: limits.hard,
            openFiles: openFilesNow(),
            portRange: range,
            reservedPorts: reservedPorts(in: reserved, within: range),
            availableMemoryBytes: AvailableMemory().bytes,
            // Those that this process may run on, where that is restricted.
            cores: ProcessInfo.processInfo.activeProcessorCount
        )
        facts.memoryLimits = MemoryLimit.all()
        facts.programBytes = MemoryLimit.programBytes(cores: facts.cores, stackBytes: MemoryLimit.stackBytes())
        return facts
    }

    /// The ports of the range that a connection can have at most, before any is in use.
    package var portCount: Int { portRange.count - reservedPorts }

    /// How many files and sockets a process may have open, and how many it may let itself have.
    package static func openFilesLimits() -> (soft: Int, hard: Int) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit) == 0 else { return (.max, .max) }
        return (Int(clamping: limit.rlim_cur), Int(clamping: limit.rlim_max))
    }

    private static func openFilesNow() -> Int {
        guard let folder = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(folder) }
        var count = 0
        while let entry = readdir(folder) {
            // Neither the folder itself and its parent, nor the descriptor that reads it.
            if entry.pointee.d_name.0 != CChar(bitPattern: UInt8(ascii: ".")) { count += 1 }
        }
        return count - 1
    }

    static func portRange(in text: String) -> ClosedRange<Int>? {
        let ends = text.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        guard ends.count == 2, ends[0] > 0, ends[0] <= ends[1], ends[1] < 65_536 else { return nil }
        return ends[0]...ends[1]
    }

    /// Counts the ports of a list such as `8080,9148-9150` that are within the range.
    static func reservedPorts(in text: String, within range: ClosedRange<Int>) -> Int {
        text.split { $0 == "," || $0.isWhitespace }.reduce(0) { sum, part in
            let ends = part.split(separator: "-").compactMap { Int($0) }
            guard let first = ends.first, let last = ends.last, first <= last, (first...last).overlaps(range) else {
                return sum
            }
            return sum + (first...last).clamped(to: range).count
        }
    }
}
