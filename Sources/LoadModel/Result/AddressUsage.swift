/// What one of several addresses of the host got of a run.
public struct AddressUsage: Codable, Equatable, Sendable {
    /// The address, without a port.
    public var address: String
    /// Connections that were tried to be made to it.
    public var attempts: UInt64
    /// Connections that were made to it.
    public var connections: UInt64
    /// Turns that were sent to it.
    public var turns: UInt64

    package init(address: String, attempts: UInt64 = 0, connections: UInt64 = 0, turns: UInt64 = 0) {
        self.address = address
        self.attempts = attempts
        self.connections = connections
        self.turns = turns
    }

    /// Such as "10.0.0.1: 20 turns, 3 connections (2 more attempts failed or left for another address)".
    ///
    /// libcurl does not tell which of both it was: it begins with the next address when one is slow to answer, and takes the
    /// first that does.
    package var text: String {
        let more = attempts - min(connections, attempts)
        return
            "\(address): \(turns) turn\(turns == 1 ? "" : "s"), \(connections) connection\(connections == 1 ? "" : "s")"
            + (more > 0 ? " (\(more) more attempt\(more == 1 ? "" : "s") failed or left for another address)" : "")
    }

    /// The usages of several processes together, nil when there are none.
    static func merged(_ parts: [[AddressUsage]]) -> [AddressUsage]? {
        guard var all = parts.first else { return nil }
        for part in parts.dropFirst() {
            for usage in part {
                guard let index = all.firstIndex(where: { $0.address == usage.address }) else {
                    all.append(usage)
                    continue
                }
                all[index].attempts += usage.attempts
                all[index].connections += usage.connections
                all[index].turns += usage.turns
            }
        }
        return all
    }

    /// What has come since an earlier state of the same addresses.
    package static func difference(_ all: [AddressUsage], since earlier: [AddressUsage]) -> [AddressUsage] {
        guard all.count == earlier.count else { return all }
        return zip(all, earlier).map { now, before in
            AddressUsage(
                address: now.address,
                attempts: now.attempts - before.attempts,
                connections: now.connections - before.connections,
                turns: now.turns - before.turns
            )
        }
    }
}
