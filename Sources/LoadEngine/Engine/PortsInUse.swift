/// The local ports that connections to a target cannot have, because others have them.
///
/// Linux gives a port to several connections as long as their targets or source addresses differ, but not one that
/// somebody listens on.
package struct PortsInUse: Sendable {
    /// One line of the system's table of connections.
    private struct Entry {
        let localAddress: Substring
        let localPort: Int
        let remote: Substring
        let state: Substring
    }

    /// Connection states in the table (include/net/tcp_states.h in the kernel).
    private static let timeWait = "06"
    private static let listen = "0A"

    private let entries: [Entry]
    private let target: String
    private let reusesTimeWait: Bool

    /// Reads the system's tables.
    ///
    /// - Parameters:
    ///   - address: The target's address, without brackets.
    ///   - port: The target's port.
    package init(toAddress address: String, port: Int) {
        let isV6 = address.contains(":")
        let table = ProcText.read(isV6 ? "/proc/net/tcp6" : "/proc/net/tcp") ?? ""
        let reuse = ProcText.read("/proc/sys/net/ipv4/tcp_tw_reuse").flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
        let isLoopback = address.hasPrefix("127.") || address == "::1"
        self.init(
            table: table,
            address: address,
            port: port,
            // 1: everywhere, 2: for loopback targets, which is the default.
            reusesTimeWait: reuse == 1 || reuse == 2 && isLoopback
        )
    }

    /// Reads a table.
    init(table: String, address: String, port: Int, reusesTimeWait: Bool) {
        self.reusesTimeWait = reusesTimeWait
        target = (Self.tableForm(of: address) ?? "?") + ":" + Self.hexadecimal(port)
        entries = table.split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: " ", maxSplits: 4)
            guard fields.count > 3 else { return nil }
            let local = fields[1].split(separator: ":")
            guard local.count == 2, let port = Int(local[1], radix: 16) else { return nil }
            return Entry(localAddress: local[0], localPort: port, remote: fields[2], state: fields[3])
        }
    }

    /// How many ports of a range cannot be had from an address.
    ///
    /// - Parameters:
    ///   - range: The local ports that connections get.
    ///   - source: The address that they come from; nil when the system chooses.
    /// - Returns: The number of different ports.
    package func count(in range: ClosedRange<Int>, from source: SourceAddress?) -> Int {
        let local = source.flatMap { Self.tableForm(of: $0.description) }
        var ports: Set<Int> = []
        for entry in entries where range.contains(entry.localPort) {
            if entry.state == Self.listen {
                ports.insert(entry.localPort)
            } else if entry.remote == target, local.map({ entry.localAddress == $0 }) ?? true {
                if entry.state == Self.timeWait, reusesTimeWait { continue }
                ports.insert(entry.localPort)
            }
        }
        return ports.count
    }

    /// An address as the table has it: in words of four bytes, each in the byte order of this machine.
    private static func tableForm(of address: String) -> String? {
        guard let parsed = try? SourceAddress.parse(address).first else { return nil }
        return parsed.tableForm
    }

    private static func hexadecimal(_ port: Int) -> String {
        let digits = String(port, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}
