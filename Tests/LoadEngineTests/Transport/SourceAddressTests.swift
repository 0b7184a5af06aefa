import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("A source address")
struct SourceAddressTests {
    @Test(
        "is one, or each of a range",
        arguments: [
            ("127.0.0.2", ["127.0.0.2"]),
            ("127.0.0.254-127.0.1.1", ["127.0.0.254", "127.0.0.255", "127.0.1.0", "127.0.1.1"]),
            ("::1", ["::1"]), ("fd00::ffff-fd00::1:1", ["fd00::ffff", "fd00::1:0", "fd00::1:1"]),
            ("10.0.0.1-10.0.0.1", ["10.0.0.1"]),
        ]
    )
    func parse(text: String, expected: [String]) throws {
        #expect(try SourceAddress.parse(text).map(\.description) == expected)
    }

    @Test(
        "is refused with what is wrong",
        arguments: [
            ("", "'' is not an IPv4 or IPv6 address"), ("localhost", "'localhost' is not"), ("127.0.0.1-", "'' is not"),
            ("127.0.0.2-127.0.0.1", "its end is before its beginning"),
            ("127.0.0.1-::1", "two families"),
            ("1.0.0.0-2.0.0.0", "over 4096 addresses"), ("1.0.0.1-1.0.0.2-1.0.0.3", "two ends"),
            ("127.0.0.1/8", "is not"),
        ]
    )
    func refused(text: String, problem: String) {
        let error = #expect(throws: ConfigurationError.self) { try SourceAddress.parse(text) }
        #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
    }

    @Test("that this machine does not have is refused")
    func foreign() throws {
        try SourceAddress.parse("127.0.0.200")[0].check()
        // A documentation address (RFC 5737).
        let foreign = try SourceAddress.parse("192.0.2.1")[0]
        #expect(throws: ConfigurationError.self) { try foreign.check() }
    }

    @Test(
        "that no connection can come from is refused with what it is",
        arguments: [
            ("0.0.0.0", "any address"), ("::", "any address"), ("224.0.0.1", "multicast"),
            ("239.255.255.255", "multicast"), ("ff02::1", "multicast"), ("255.255.255.255", "broadcast"),
            ("127.255.255.255", "broadcast"), ("::ffff:127.0.0.1", "write 127.0.0.1"),
        ]
    )
    func nobodysOwn(text: String, problem: String) throws {
        let address = try SourceAddress.parse(text)[0]
        let error = #expect(throws: ConfigurationError.self) { try address.check() }
        #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
    }

    @Test("has its share of the users, to within those of one multi", arguments: [1, 2, 3, 8], [1, 2, 5])
    func spread(processes: Int, addresses: Int) {
        for users in [1, 250, 251, 1_000, 38_000] {
            let counts = SourceSpread.connectionsPerAddress(users: users, processes: processes, addressCount: addresses)
            #expect(counts.reduce(0, +) == users)
            let most = counts.max() ?? 0
            #expect(most - (counts.min() ?? 0) <= CurlMulti.usersPerMulti * max(processes, 1))
        }
        #expect(SourceSpread.connectionsPerAddress(users: 38_000, processes: 2, addressCount: 2) == [19_000, 19_000])
    }

    @Test("is the system's choice where none is given")
    func none() {
        #expect(SourceSpread.connectionsPerAddress(users: 700, processes: 2, addressCount: 0) == [700])
    }
}
