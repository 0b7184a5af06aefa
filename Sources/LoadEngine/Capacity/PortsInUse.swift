/// The local ports that connections to a target cannot have, because others have them.
///
/// Linux gives a port to several connections as long as their targets or source addresses differ, but not one that
/// somebody listens on.
package struct PortsInUse: Sendable {
    /// A line of the system's table that keeps a port from us.
    private struct Entry {
        /// The local address as the table has it.
        let address: [UInt8]
        let port: Int
        let isListener: Bool
        /// Whether the connection has ended (TIME_WAIT).
        let hasEnded: Bool
    }

    /// How long the port of an ended connection is kept where the system uses it again.
    package static let secondsUntilReuse = 1

    /// Connection states in the table (include/net/tcp_states.h in the kernel).
    private static let timeWait = Array("06".utf8)
    private static let listen = Array("0A".utf8)

    private let entries: [Entry]
    /// Whether the system gives the port of an ended connection to a new one after a second.
    package let reusesTimeWait: Bool

    /// Reads the system's table for a target.
    ///
    /// - Parameters:
    ///   - address: The target's address, without brackets.
    ///   - port: The target's port.
    /// - Complexity: A microsecond for each connection of the machine; see `atMost`.
    package init(toAddress address: String, port: Int) {
        self.init(
            table: ProcText.bytes(of: address.contains(":") ? "/proc/net/tcp6" : "/proc/net/tcp") ?? [],
            address: address,
            port: port,
            reusesTimeWait: Self.reusesTimeWait(toAddress: address)
        )
    }

    /// Reads a table.
    init(table: [UInt8], address: String, port: Int, reusesTimeWait: Bool) {
        let target = Array("\(Self.tableForm(of: address) ?? "?"):\(Self.hexadecimal(port))".utf8)
        var entries: [Entry] = []
        for line in table.split(separator: UInt8(ascii: "\n")).dropFirst() {
            let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 4)
            guard fields.count > 3, let colon = fields[1].firstIndex(of: UInt8(ascii: ":")) else { continue }
            let isListener = fields[3].elementsEqual(Self.listen)
            guard isListener || fields[2].elementsEqual(target) else { continue }
            let digits = String(decoding: fields[1][(colon + 1)...], as: UTF8.self)
            guard let port = Int(digits, radix: 16) else { continue }
            entries.append(
                Entry(
                    address: Array(fields[1][..<colon]),
                    port: port,
                    isListener: isListener,
                    hasEnded: fields[3].elementsEqual(Self.timeWait)
                )
            )
        }
        self.entries = entries
        self.reusesTimeWait = reusesTimeWait
    }

    /// How many ports of a range cannot be had from an address.
    ///
    /// - Parameters:
    ///   - range: The local ports that connections get.
    ///   - source: The address that they come from; nil when the system chooses.
    ///   - isAfterReuse: Whether those are left out that can be had after `secondsUntilReuse`.
    /// - Returns: The number of different ports.
    package func count(
        in range: ClosedRange<Int>,
        from source: SourceAddress?,
        isAfterReuse: Bool = false
    ) -> Int {
        let taken = ports(in: range, from: source) { !(isAfterReuse && reusesTimeWait && $0.hasEnded) }
        return taken.count
    }

    /// How many ports of a range nobody has any more but connections that have ended.
    ///
    /// - Parameters:
    ///   - range: The local ports that connections get.
    ///   - source: The address that they come from; nil when the system chooses.
    /// - Returns: The number of different ports.
    package func endedCount(in range: ClosedRange<Int>, from source: SourceAddress?) -> Int {
        let others = ports(in: range, from: source) { !$0.hasEnded }
        return ports(in: range, from: source, where: \.hasEnded).subtracting(others).count
    }

    private func ports(
        in range: ClosedRange<Int>,
        from source: SourceAddress?,
        where isCounted: (Entry) -> Bool
    ) -> Set<Int> {
        let local = source.map { Array($0.tableForm.utf8) }
        let counted = entries.filter { entry in
            range.contains(entry.port) && (entry.isListener || local == nil || entry.address == local)
                && isCounted(entry)
        }
        return Set(counted.map(\.port))
    }

    /// How many ports can be in use at most, from counters that the system has at hand: all its connections.
    ///
    /// Nil when the system does not say.
    package static var atMost: Int? {
        guard let text = ProcText.read("/proc/net/sockstat") else { return nil }
        return connections(in: text + (ProcText.read("/proc/net/sockstat6") ?? ""))
    }

    /// Counts the connections in lines such as `TCP: inuse 5 orphan 0 tw 12 alloc 7 mem 1` and `TCP6: inuse 3`.
    static func connections(in text: String) -> Int? {
        var count: Int?
        for line in text.split(separator: "\n") where line.hasPrefix("TCP: ") || line.hasPrefix("TCP6: ") {
            let words = line.split(separator: " ")
            for (name, value) in zip(words, words.dropFirst()) where name == "inuse" || name == "tw" {
                count = (count ?? 0) + (Int(value) ?? 0)
            }
        }
        return count
    }

    /// Whether the system gives the ports of ended connections to new ones: 1 everywhere, 2 for loopback targets, which is
    /// the default.
    private static func reusesTimeWait(toAddress address: String) -> Bool {
        let text = ProcText.read("/proc/sys/net/ipv4/tcp_tw_reuse") ?? ""
        let isLoopback = address.hasPrefix("127.") || address == "::1"
        return text.hasPrefix("1") || text.hasPrefix("2") && isLoopback
    }

    private static func tableForm(of address: String) -> String? {
        (try? SourceAddress.parse(address).first)?.tableForm
    }

    private static func hexadecimal(_ port: Int) -> String {
        let digits = String(port, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}
