import FoundationEssentials
import LoadEngine
import LoadProcesses

#if canImport(Glibc)
import Glibc
#endif

/// What every command needs of the system, asked before anything else is: Swift, libdispatch and Foundation end the program
/// without a word, or wait for ever, where they cannot have it.
enum StartCheck {
    /// The descriptors that a command takes for itself: data, reports, a loop, timers, one child.
    static let openFiles = RunNeeds.fixedDescriptors
    /// Ends the program with 2 and a message when the system does not let it have what it needs.
    ///
    /// Must be called before any other thread exists.
    static func pass() {
        OutOfMemory.onEnd(MemoryEnd.now)
        guard let problem else { return }
        StandardStream.error.write("error: cannot start: \(problem)\n")
        ProcessExit.now(2)
    }

    private static var problem: String? {
        // Swift's own way to them: without it there are no arguments, and it traps.
        guard access("/proc/self/cmdline", R_OK) == 0 else {
            return "there is no /proc, in which the program finds its arguments and the system's limits; mount it "
                + "(mount -t proc proc /proc)"
        }
        guard DescriptorLimit.hasFree(openFiles) else {
            let (limit, open) = (DescriptorLimit.raise(), DescriptorLimit.openCount)
            return
                "the program needs \(openFiles) open files besides the \(open) that it has, and may have \(limit); "
                + "raise the limit (ulimit -n \(openFiles + open), or more)"
        }
        return memoryProblem ?? ThreadLimit.problem(starting: ThreadLimit.perProcess)
    }

    private static var memoryProblem: String? {
        let limits = MemoryLimit.all()
        guard !limits.isEmpty else { return nil }
        // Of limited memory the C library is to keep less for itself.
        ProcessUsage.keepFewArenas()
        return problem(
            limits,
            neededBytes: MemoryLimit.programBytes(
                cores: ProcessInfo.processInfo.activeProcessorCount,
                stackBytes: MemoryLimit.stackBytes()
            )
        )
    }

    /// Why the program cannot live with limits of its memory; nil when it can.
    static func problem(_ limits: [MemoryLimit], neededBytes: UInt64) -> String? {
        guard let short = limits.first(where: { $0.leftBytes < neededBytes }) else { return nil }
        // In KiB, as the shell counts.
        let enough = (short.usedBytes + neededBytes) >> 10 + 1
        return
            "the program needs about \(neededBytes >> 20) MiB besides the \(short.usedBytes >> 20) that it has, and may have "
            + "\(short.bytes >> 20); raise the limit (\(short.kind.rawValue) \(enough), or more)"
    }
}
