/// A limit of the memory that a process may ask for, and how much of it is taken.
///
/// What is asked for counts, whether it is used or not: stacks of threads, and what the C library keeps ready for each.
package struct MemoryLimit: Sendable, Equatable {
    /// What is limited.
    package enum Kind: String, Sendable, CaseIterable {
        /// All that has an address (RLIMIT_AS).
        case addressSpace = "ulimit -v"
        /// All that can be written (RLIMIT_DATA).
        case data = "ulimit -d"

        /// The line of /proc/self/limits.
        fileprivate var limitName: String {
            switch self {
            case .addressSpace: "Max address space"
            case .data: "Max data size"
            }
        }

        /// The line of /proc/self/status.
        fileprivate var usageName: String {
            switch self {
            case .addressSpace: "VmSize:"
            case .data: "VmData:"
            }
        }
    }

    package let kind: Kind
    /// The most bytes.
    package let bytes: UInt64
    /// Those that are taken.
    package let usedBytes: UInt64

    package init(_ kind: Kind, bytes: UInt64, usedBytes: UInt64) {
        self.kind = kind
        self.bytes = bytes
        self.usedBytes = usedBytes
    }

    /// How many bytes can still be had.
    package var leftBytes: UInt64 { bytes - min(usedBytes, bytes) }

    // MARK: What the program takes itself

    /// Heap and buffers of a program whose run has no users, and what the C library keeps ready for threads.
    private static let heapBytes: UInt64 = 128 << 20
    /// Threads besides those that are one a core: loop, canary, event log, reports, signals, children, timers.
    private static let ownThreads = 8
    /// What a thread's stack takes where its size is not limited.
    private static let usualStackBytes: UInt64 = 8 << 20
    /// A stack that no machine has.
    private static let largestStackBytes: UInt64 = 1 << 40

    /// What a program takes before its first user, in bytes.
    ///
    /// Swift and libdispatch trap, or wait for ever, where memory for a thread or an object cannot be had: so this much
    /// must be there.
    ///
    /// - Parameters:
    ///   - cores: How many processors there are: each may have a thread.
    ///   - stackBytes: The stack of a thread.
    /// - Returns: The number of bytes.
    package static func programBytes(cores: Int, stackBytes: UInt64) -> UInt64 {
        heapBytes + UInt64(cores + ownThreads) * min(stackBytes, largestStackBytes)
    }

    /// The limits that this process has.
    ///
    /// - Parameter root: The folder that stands for `/`.
    /// - Returns: Those that are set; none when the system does not say.
    package static func all(root: String = "") -> [MemoryLimit] {
        guard let limits = ProcText.read(root + "/proc/self/limits"),
            let status = ProcText.read(root + "/proc/self/status")
        else { return [] }
        return Kind.allCases.compactMap { kind in
            // No number where it is unlimited.
            guard let bytes = ProcText.number(named: kind.limitName, in: limits),
                let usedKilobytes = ProcText.number(named: kind.usageName, in: status)
            else { return nil }
            return MemoryLimit(kind, bytes: bytes, usedBytes: usedKilobytes << 10)
        }
    }

    /// The stack of a thread, in bytes.
    ///
    /// - Parameter root: The folder that stands for `/`.
    /// - Returns: What the limit says, or the usual size where there is none.
    package static func stackBytes(root: String = "") -> UInt64 {
        ProcText.read(root + "/proc/self/limits").flatMap { ProcText.number(named: "Max stack size", in: $0) }
            ?? usualStackBytes
    }
}
