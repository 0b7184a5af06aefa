import Foundation
import Testing

@testable import LoadEngine

/// A folder that stands for `/` with what Linux says of memory there.
private final class SystemFolder {
    let path: String

    init(_ files: [String: String]) throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("system-\(UUID().uuidString)").path
        for (name, text) in files {
            let file = URL(fileURLWithPath: path + name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

@Suite("The memory that is available")
struct AvailableMemoryTests {
    private static let machine = ["/proc/meminfo": "MemTotal: 9 kB\nMemAvailable: 8000 kB\n"]
    private static let unlimited = "9223372036854771712\n"

    private func bytes(_ files: [String: String]) throws -> UInt64? {
        let folder = try SystemFolder(Self.machine.merging(files) { $1 })
        return AvailableMemory(root: folder.path).bytes
    }

    @Test("is the machine's where no group has a limit")
    func machine() throws {
        #expect(try bytes([:]) == 8_000 << 10)
        #expect(
            try bytes([
                "/proc/self/cgroup": "0::/a\n", "/sys/fs/cgroup/a/memory.max": "max\n",
                "/sys/fs/cgroup/a/memory.current": "5\n",
            ]) == 8_000 << 10
        )
        #expect(
            try bytes([
                "/proc/self/cgroup": "4:memory:/a\n",
                "/sys/fs/cgroup/memory/a/memory.limit_in_bytes": Self.unlimited,
                "/sys/fs/cgroup/memory/a/memory.usage_in_bytes": "5\n",
            ]) == 8_000 << 10
        )
    }

    @Test(
        "is in version 2 the least that the group or one around it has left",
        arguments: ["/a/b/c", "/a/b", "/a", ""]
    )
    func parents(limited: String) throws {
        var files = ["/proc/self/cgroup": "0::/a/b/c\n"]
        for group in ["", "/a", "/a/b", "/a/b/c"] {
            files["/sys/fs/cgroup\(group)/memory.max"] = group == limited ? "5000\n" : "7000\n"
            files["/sys/fs/cgroup\(group)/memory.current"] = "1000\n"
        }
        #expect(try bytes(files) == 4_000)
    }

    @Test("is in version 1 what the group of memory has left, which may be the topmost for a container")
    func versionOne() throws {
        let groups = "5:devices:/other\n4:cpu,memory:/docker/1f\n1:name=systemd:/x\n0::/\n"
        for folder in ["/docker/1f", "/docker", ""] {
            #expect(
                try bytes([
                    "/proc/self/cgroup": groups,
                    "/sys/fs/cgroup/memory\(folder)/memory.limit_in_bytes": "6000\n",
                    "/sys/fs/cgroup/memory\(folder)/memory.usage_in_bytes": "1000\n",
                    "/sys/fs/cgroup/memory/other/memory.limit_in_bytes": "1\n",
                    "/sys/fs/cgroup/memory/other/memory.usage_in_bytes": "0\n",
                ]) == 5_000
            )
        }
    }

    @Test("has what the group keeps of files that it can read again, and is never below 0")
    func cache() throws {
        func left(usage: Int, inactive: Int) throws -> UInt64? {
            try bytes([
                "/proc/self/cgroup": "0::/a\n", "/sys/fs/cgroup/a/memory.max": "5000\n",
                "/sys/fs/cgroup/a/memory.current": "\(usage)\n",
                "/sys/fs/cgroup/a/memory.stat": "anon 3\ninactive_file \(inactive)\nactive_file 9\n",
            ])
        }
        #expect(try left(usage: 5_000, inactive: 3_000) == 3_000)
        #expect(try left(usage: 6_000, inactive: 0) == 0)
        #expect(try left(usage: 10, inactive: 20) == 5_000)
    }

    @Test("has limits of the process beside it, those that are numbers")
    func limits() throws {
        let limits = """
            Limit                     Soft Limit           Hard Limit           Units
            Max data size             unlimited            unlimited            bytes
            Max stack size            8388608              unlimited            bytes
            Max address space         409600000            409600000            bytes
            """
        let status = "Name:\tloadtest\nVmPeak:\t  900 kB\nVmSize:\t  100000 kB\nVmData:\t  500 kB\n"
        let folder = try SystemFolder(["/proc/self/limits": limits, "/proc/self/status": status])
        let found = MemoryLimit.all(root: folder.path)
        #expect(found == [MemoryLimit(.addressSpace, bytes: 409_600_000, usedBytes: 102_400_000)])
        #expect(found.first?.leftBytes == 307_200_000)
        #expect(MemoryLimit.stackBytes(root: folder.path) == 8 << 20)
        #expect(MemoryLimit.all(root: "/no/such/folder").isEmpty)
        // A stack without a limit, or one that nobody has.
        #expect(MemoryLimit.programBytes(cores: 4, stackBytes: .max) > 0)
    }
}
