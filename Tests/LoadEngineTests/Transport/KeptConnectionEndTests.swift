import Testing

@testable import LoadEngine

#if canImport(Glibc)
import Glibc
#endif

@Suite("The end of a kept connection")
struct KeptConnectionEndTests {
    /// Both sides of a TCP connection, the client's first.
    private func pair() throws -> (client: Int32, server: Int32) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let isMade = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) == 0 && listen(listener, 1) == 0
                    && getsockname(listener, address, &length) == 0 && connect(client, address, length) == 0
            }
        }
        try #require(isMade)
        return (client, accept(listener, nil, nil))
    }

    private func waitForEnd(of client: Int32) {
        var entry = pollfd(fd: client, events: 0x2000 /* POLLRDHUP */, revents: 0)
        poll(&entry, 1, 10_000)
    }

    @Test("after the server's system has acknowledged the turn is not that of one that was closed before")
    func acknowledged() throws {
        let (client, server) = try pair()
        defer { close(client) }
        #expect(send(client, "turn", 4, 0) == 4)
        var bytes = [UInt8](repeating: 0, count: 4)
        #expect(recv(server, &bytes, 4, Int32(MSG_WAITALL)) == 4)
        close(server)
        waitForEnd(of: client)
        let end = KeptConnectionEnd(of: client)
        #expect(end == KeptConnectionEnd(isReset: false, unacknowledgedBytes: 0))
        #expect(end.hadTurn(isSent: true))
    }

    @Test("before the turn leaves it unacknowledged, and the system answers with a reset")
    func closedBefore() throws {
        let (client, server) = try pair()
        defer { close(client) }
        close(server)
        waitForEnd(of: client)
        #expect(send(client, "turn", 4, 0) == 4)
        var entry = pollfd(fd: client, events: 0, revents: 0)
        poll(&entry, 1, 10_000)
        let end = KeptConnectionEnd(of: client)
        #expect(end == KeptConnectionEnd(isReset: true, unacknowledgedBytes: 4))
        #expect(!end.hadTurn(isSent: true))
    }

    @Test("says what is known, and no more")
    func texts() {
        let had = KeptConnectionEnd(isReset: true, unacknowledgedBytes: 0)
        #expect(
            had.text(isSent: true, sinceSendNs: 20_000_000)
                == "the server reset the connection without an answer; the turn is not sent a second time"
        )
        let unseen =
            "the server closed the kept connection within 10 ms of the turn, which it may not have seen; "
            + "it is not sent a second time (--disable-keepalive makes a new connection for every turn)"
        for (bytes, isSent): (Int32?, Bool) in [(4, true), (nil, true), (0, false)] {
            let end = KeptConnectionEnd(isReset: false, unacknowledgedBytes: bytes)
            #expect(end.text(isSent: isSent, sinceSendNs: 3_000_000) == unseen)
        }
        #expect(unseen.utf8.count <= OutcomeDetails.maximumBytes)
    }
}
