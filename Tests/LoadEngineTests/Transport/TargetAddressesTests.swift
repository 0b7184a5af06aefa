import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("What the addresses of a target get")
struct TargetAddressesTests {
    private func addresses(_ list: [String]) throws -> TargetAddresses {
        TargetAddresses(of: try Target(url: "http://several.test:8000").resolved(to: list, then: []))
    }

    @Test("counts the unspecified address, which is the loopback's once a connection is made")
    func unspecified() throws {
        var usages = try addresses(["127.0.0.2", "0.0.0.0", "::"])
        for address in ["127.0.0.1", "127.0.0.2", "0.0.0.0", "::1", "10.0.0.1"] {
            usages.didConnect(to: address)
            usages.willSend(to: address)
        }
        #expect(usages.usages.map(\.turns) == [1, 2, 1])
        #expect(usages.usages.map(\.connections) == [1, 2, 1])
    }

    @Test("counts the loopback for itself where both are there")
    func both() throws {
        var usages = try addresses(["0.0.0.0", "127.0.0.1"])
        usages.willSend(to: "127.0.0.1")
        #expect(usages.usages.map(\.turns) == [0, 1])
    }

    @Test("says of attempts without a connection no more than is known")
    func text() {
        let usage = AddressUsage(address: "10.0.0.1", attempts: 5, connections: 3, turns: 20)
        #expect(usage.text == "10.0.0.1: 20 turns, 3 connections (2 more attempts failed or left for another address)")
    }
}
