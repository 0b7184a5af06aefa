/// Which few of the local ports each connection may choose from.
///
/// Linux looks for a free port at every second number of the range first, from a random one on: once half of the range is
/// in use it looks through all of that half for each connection, 3 ms instead of 0.03. Restricted to a window of the
/// range (IP_LOCAL_PORT_RANGE, Linux 6.3) the search is short; windows are taken in turn, and so fill evenly.
package struct PortWindows: Equatable, Sendable, Codable {
    /// How many ports a window has.
    static let size = 256
    /// Windows fill evenly only on average: beyond this share of the free ports one of them could be full before the others.
    private static let mostFill = 0.7

    /// The ports that the system gives to connections.
    package let range: ClosedRange<Int>

    /// The windows of a run, nil when it is better left to the system.
    ///
    /// - Parameters:
    ///   - range: The ports that the system gives to connections.
    ///   - freeCount: How many of them are free, from the address that has the fewest.
    ///   - mostConnections: How many connections there are at most from one address.
    package init?(range: ClosedRange<Int>, freeCount: Int, mostConnections: Int) {
        guard range.count >= Self.size, Double(mostConnections) <= Double(freeCount) * Self.mostFill else { return nil }
        self.range = range
    }

    /// The ports of a connection.
    ///
    /// - Parameters:
    ///   - connection: Its number among those that this process has made from its address, from 0.
    ///   - share: Which of the processes this is: each begins with another window.
    /// - Returns: Within `range`.
    func window(ofConnection connection: Int, share: RunShare) -> ClosedRange<Int> {
        let count = range.count / Self.size
        let index = (connection + count * share.index / share.count) % count
        let low = range.lowerBound + index * Self.size
        // The last one has the rest as well.
        return low...(index == count - 1 ? range.upperBound : low + Self.size - 1)
    }
}
