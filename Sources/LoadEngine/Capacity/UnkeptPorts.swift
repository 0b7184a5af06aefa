/// The local ports of a run in which every turn has a connection of its own (`--disable-keepalive`): each leaves its port in
/// TIME_WAIT, from where the system gives it to a new connection only later.
package struct UnkeptPorts: Sendable {
    /// How long the system keeps the port of an ended connection where it does not use it again (TCP_TIMEWAIT_LEN).
    package static let secondsKept = 60
    /// With fewer turns a second than this a run may well have too few ports.
    private static let plentyPerSecond = 1_000

    /// The ports that connections can have, from all addresses together.
    package var ports: Int
    /// How many of them cannot be had now.
    package var inUse: Int
    /// How many of these are those of connections that have ended.
    package var ended: Int
    /// After how many seconds such a port can be had again.
    package var secondsKept: Int

    /// How many turns a second there are ports for.
    private var turnsPerSecond: Int { max(ports - (inUse - ended), 0) / max(secondsKept, 1) }

    /// What is to be said before the start; nil where there are ports in plenty.
    package var note: String? {
        guard turnsPerSecond < Self.plentyPerSecond else { return nil }
        return "with --disable-keepalive every turn takes a local port, which is not free again for "
            + "\(counted(secondsKept, "second")) (TIME_WAIT): \(max(ports - inUse, 0)) of \(counted(ports, "port")) are free, "
            + "\(ended) are those of connections that have ended; of more than about \(turnsPerSecond) turns a second some would "
            + "fail (client_limit). What would help: kept connections, more --source-address, or a wider range "
            + "(sysctl net.ipv4.ip_local_port_range)"
    }
}
