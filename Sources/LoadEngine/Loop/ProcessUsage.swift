internal import CLoad

#if canImport(Glibc)
import Glibc
#endif

/// What this process has used, as the system counts it.
package enum ProcessUsage {
    /// The processor time so far, user and system, in nanoseconds.
    package static var cpuNs: UInt64 { cload_process_cpu_ns() }

    /// The resident size now, in bytes; 0 when the system does not say.
    package static var residentBytes: UInt64 {
        // In pages; the second number is what is resident (proc(5)).
        let fields = ProcText.read("/proc/self/statm")?.split(separator: " ") ?? []
        return fields.count > 1 ? (UInt64(fields[1]) ?? 0) * UInt64(sysconf(Int32(_SC_PAGESIZE))) : 0
    }

    /// Lets the C library have a few arenas only.
    ///
    /// It keeps 64 MiB of addresses ready for each, and has up to eight for each processor otherwise. Must be called before
    /// there are other threads.
    package static func keepFewArenas() { cload_limit_arenas(2) }

    /// The largest resident size so far, in bytes.
    package static var peakResidentBytes: UInt64 { cload_peak_rss_bytes() }
}
