import MockAssistant

#if canImport(Glibc)
import Glibc
#endif

/// A blocking client on a plain socket: it sees every byte, and gives up by itself.
final class MockClient {
    enum Failure: Error, Equatable {
        case notConnected(Int32)
        case timedOut
        /// The server closed (FIN) before what was waited for had come.
        case closed
        /// The server reset the connection (RST).
        case reset
        case notHTTP(String)
    }

    struct Answer {
        var status = 0
        var headers: [String: String] = [:]
        /// The body's chunks, or its only part.
        var chunks: [[UInt8]] = []
        var body: [UInt8] { chunks.flatMap { $0 } }
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    let descriptor: Int32
    private var received: [UInt8] = []
    /// How much of it has been taken.
    private var taken = 0

    /// Connects to a server on this machine.
    init(port: UInt16, receiveBufferBytes: Int32? = nil, timeoutSeconds: Int = 10) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var timeout = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        if var size = receiveBufferBytes {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure.notConnected(errno) }
    }

    deinit {
        Glibc.close(descriptor)
    }

    /// Ends the connection in both directions.
    func close() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    // MARK: Sending

    func send(_ text: String) throws {
        try send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw errno == EAGAIN ? Failure.timedOut : Failure.reset }
            sent += count
        }
    }

    static let goodBody = #"{"role": "user", "content": "Hello"}"#

    /// The text of a turn's request.
    static func turn(
        session: String = "s1",
        prefix: String = "",
        body: String = goodBody,
        headers: String = "",
        version: String = "HTTP/1.1"
    ) -> String {
        "POST \(prefix)/stream/assistant/\(session) \(version)\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + "\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    // MARK: Receiving

    /// How many packets with data have come, as the kernel counts them.
    func dataPackets() throws -> Int {
        // tcpi_data_segs_in of Linux's struct tcp_info, which the C library's header knows only the beginning of.
        let offset = 152
        var information = [UInt8](repeating: 0, count: 256)
        var length = socklen_t(information.count)
        guard getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_INFO, &information, &length) == 0,
            Int(length) >= offset + 4
        else { throw Failure.notConnected(errno) }
        return Int(information.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self) })
    }

    /// Waits for more bytes, and returns how many came: 0 at the server's FIN.
    private func receive() throws -> Int {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count >= 0 else { throw errno == EAGAIN ? Failure.timedOut : Failure.reset }
        received.removeFirst(taken)
        taken = 0
        received += buffer[..<count]
        return count
    }

    /// Takes the next bytes.
    func take(_ count: Int) throws -> [UInt8] {
        while received.count - taken < count { guard try receive() > 0 else { throw Failure.closed } }
        defer { taken += count }
        return Array(received[taken..<taken + count])
    }

    /// Takes the next line, without its end.
    func takeLine() throws -> String {
        while true {
            if let end = received[taken...].firstIndex(of: 0x0A) {
                let line = received[taken..<end]
                taken = end + 1
                return String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
            }
            guard try receive() > 0 else { throw Failure.closed }
        }
    }

    /// Takes everything up to the server's FIN.
    func takeRest() throws -> [UInt8] {
        while try receive() > 0 {}
        defer { received = [] }
        return received
    }

    /// Takes the status line and the headers; their names are in lower case.
    func takeHead() throws -> Answer {
        var answer = Answer()
        let line = try takeLine().split(separator: " ")
        guard line.count > 2, line[0] == "HTTP/1.1", let status = Int(line[1]) else {
            throw Failure.notHTTP(line.joined(separator: " "))
        }
        answer.status = status
        while case let line = try takeLine(), !line.isEmpty {
            let parts = line.split(separator: ":", maxSplits: 1)
            answer.headers[parts[0].lowercased()] = parts[1].trimmingPrefix(" ").description
        }
        return answer
    }

    /// Takes the next chunk of a body, empty at its end.
    func takeChunk() throws -> [UInt8] {
        let line = try takeLine()
        guard let count = Int(line, radix: 16) else { throw Failure.notHTTP(line) }
        let chunk = try take(count)
        guard try take(2) == [0x0D, 0x0A] else { throw Failure.notHTTP("no line end after a chunk") }
        return chunk
    }

    /// Takes a whole answer.
    func takeAnswer() throws -> Answer {
        var answer = try takeHead()
        if let length = answer.headers["content-length"] {
            answer.chunks = [try take(Int(length) ?? 0)]
        } else {
            while case let chunk = try takeChunk(), !chunk.isEmpty { answer.chunks.append(chunk) }
        }
        return answer
    }

    /// Sends a turn and takes the whole answer.
    func playTurn(session: String = "s1") throws -> Answer {
        try send(Self.turn(session: session))
        return try takeAnswer()
    }

    /// Waits until the server has ended the connection, and says how.
    func takeEnd() -> Failure {
        do {
            _ = try takeRest()
            return .closed
        } catch {
            return error as? Failure ?? .reset
        }
    }
}
