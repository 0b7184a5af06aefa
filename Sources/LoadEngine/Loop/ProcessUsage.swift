internal import CLoad

/// What this process has used, as the system counts it.
package enum ProcessUsage {
    /// The processor time so far, user and system, in nanoseconds.
    package static var cpuNs: UInt64 { cload_process_cpu_ns() }

    /// The largest resident size so far, in bytes.
    package static var peakResidentBytes: UInt64 { cload_peak_rss_bytes() }
}
