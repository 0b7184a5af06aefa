#if canImport(Glibc)
import Glibc
#endif

/// How much the machine's processors have worked, and for whom.
package struct ProcessorTimes: Equatable, Sendable {
    /// Time of all processors since the machine was started, in seconds.
    package let allS: Double
    /// How much of it they did not wait.
    package let busyS: Double
    /// How much of that was for this process, and for children of it that have ended.
    package let ownS: Double

    package init(allS: Double, busyS: Double, ownS: Double) {
        self.allS = allS
        self.busyS = busyS
        self.ownS = ownS
    }

    /// The times so far; nil when the system does not tell them.
    package static func now() -> ProcessorTimes? {
        let ticksPerS = Double(sysconf(Int32(_SC_CLK_TCK)))
        guard ticksPerS > 0, let ticks = ticks(in: ProcText.read("/proc/stat") ?? "") else { return nil }
        return ProcessorTimes(
            allS: ticks.all / ticksPerS,
            busyS: ticks.busy / ticksPerS,
            ownS: usedS(RUSAGE_SELF) + usedS(RUSAGE_CHILDREN)
        )
    }

    /// The share of the time until a later moment that was for others, from 0 to 1.
    package func othersShare(until later: ProcessorTimes) -> Double {
        let all = later.allS - allS
        guard all > 0 else { return 0 }
        return min(max((later.busyS - busyS - (later.ownS - ownS)) / all, 0), 1)
    }

    /// The first line of /proc/stat: user, nice, system, idle, waiting, interrupts, soft interrupts, stolen (proc(5)).
    static func ticks(in text: String) -> (busy: Double, all: Double)? {
        let fields = text.prefix { $0 != "\n" }.split(separator: " ")
        // What guests take is in what users take.
        let values = fields.dropFirst().prefix(8).compactMap { Double($0) }
        guard fields.first == "cpu", values.count == 8 else { return nil }
        let all = values.reduce(0, +)
        return (all - values[3] - values[4], all)
    }

    private static func usedS(_ who: __rusage_who) -> Double {
        var usage = rusage()
        guard getrusage(__rusage_who_t(who.rawValue), &usage) == 0 else { return 0 }
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}
