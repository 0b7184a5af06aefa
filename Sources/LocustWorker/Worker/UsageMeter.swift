/// What this process uses, between two looks at it.
struct UsageMeter {
    private var cpuNs: UInt64
    private var wallNs: UInt64
    private var last = WorkerUsage()

    init(nowNs: UInt64) {
        cpuNs = ProcessUsage.cpuNs
        wallNs = nowNs
    }

    /// What it uses now, processors since the last look.
    mutating func usage(nowNs: UInt64) -> WorkerUsage {
        // Two looks at once would say nothing.
        guard nowNs > wallNs + 100 * Nanoseconds.perMillisecond else { return last }
        let cpu = ProcessUsage.cpuNs
        last = WorkerUsage(
            cpuPercent: 100 * Double(cpu - min(cpuNs, cpu)) / Double(nowNs - wallNs),
            memoryBytes: ProcessUsage.residentBytes
        )
        cpuNs = cpu
        wallNs = nowNs
        return last
    }
}
