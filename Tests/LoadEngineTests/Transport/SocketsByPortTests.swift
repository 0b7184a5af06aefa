import Testing

@testable import LoadEngine

@Suite("The open sockets by their local ports")
struct SocketsByPortTests {
    @Test("are found by port and multi, also where several share a port, until they are removed")
    func find() {
        let sockets = SocketsByPort()
        defer { sockets.destroy() }
        sockets.insert(7, port: 40_000, multi: 0)
        sockets.insert(8, port: 40_000, multi: 1)
        sockets.insert(9, port: 40_000, multi: 2)
        sockets.insert(10, port: 40_001, multi: 1)
        func found(_ port: UInt16) -> [Int32?] { (0..<3).map { sockets.descriptor(port: port, multi: $0) } }
        #expect(found(40_000) == [7, 8, 9] && found(40_001) == [nil, 10, nil] && found(1) == [nil, nil, nil])
        sockets.remove(8)
        #expect(found(40_000) == [7, nil, 9])
        sockets.remove(9)
        sockets.remove(9)
        #expect(found(40_000) == [7, nil, nil])
        sockets.insert(7, port: 40_001, multi: 0)
        #expect(found(40_000) == [nil, nil, nil] && found(40_001) == [7, 10, nil])
        sockets.remove(1_000)
        sockets.remove(-1)
    }
}
