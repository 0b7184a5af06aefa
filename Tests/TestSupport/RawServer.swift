import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// A server that answers each request with given bytes, whatever they are, and then does one thing with the connection.
package final class RawServer: Sendable {
    package enum Ending: Sendable {
        /// Closes the connection with FIN.
        case close
        /// Resets the connection.
        case reset
        /// Waits for the next request on it.
        case keep
        /// Says nothing more, until the client closes.
        case hold
    }

    /// A part of an answer: bytes, and how long to wait before them.
    package struct Part: Sendable {
        package let delayMs: Int
        package let bytes: [UInt8]

        package init(_ text: String, afterMs delayMs: Int = 0) {
            bytes = Array(text.utf8)
            self.delayMs = delayMs
        }

        package init(bytes: [UInt8]) {
            self.bytes = bytes
            delayMs = 0
        }
    }

    package static let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
    package static let chunkedHead = head + "Transfer-Encoding: chunked\r\n\r\n"

    /// Text as one chunk of a chunked body.
    package static func chunk(_ text: String) -> String { String(text.utf8.count, radix: 16) + "\r\n\(text)\r\n" }

    /// A whole chunked answer.
    package static func chunked(_ text: String) -> String { chunkedHead + chunk(text) + "0\r\n\r\n" }

    private let listener: LoopbackListener
    private let received = Mutex<[String]>([])

    package var url: String { listener.url }
    /// The requests received, head and body.
    package var requests: [String] { received.withLock { $0 } }

    /// What is sent for one request, and what follows it.
    package struct Answer: Sendable {
        package let parts: [Part]
        package let ending: Ending

        package init(parts: [Part], ending: Ending) {
            self.parts = parts
            self.ending = ending
        }
    }

    /// Starts a server that answers every request alike.
    ///
    /// - Parameters:
    ///   - parts: The parts of each answer.
    ///   - ending: What follows the last part.
    package convenience init(_ parts: [Part], then ending: Ending) throws {
        try self.init(answers: [Answer(parts: parts, ending: ending)])
    }

    /// Starts a server.
    ///
    /// - Parameter answers: One for each request in the order of their coming, the last for all further ones.
    package convenience init(answers: [Answer]) throws {
        try self.init { _, number in answers[min(number, answers.count) - 1] }
    }

    /// Starts a server.
    ///
    /// - Parameter answer: What is sent for a request, head and body; with its number, from 1.
    package init(answer: @escaping @Sendable (_ request: String, _ number: Int) -> Answer) throws {
        listener = try LoopbackListener()
        listener.accept { [self] in serve($0, answer) }
    }

    package convenience init(_ text: String, then ending: Ending) throws {
        try self.init([Part(text)], then: ending)
    }

    /// Stops accepting; connections end with their clients.
    package func stop() { listener.stop() }

    private func serve(_ connection: Int32, _ answer: @Sendable (String, Int) -> Answer) {
        defer { close(connection) }
        var noDelay: Int32 = 1
        setsockopt(connection, Int32(IPPROTO_TCP), TCP_NODELAY, &noDelay, 4)
        while let request = readRequest(connection) {
            let number = received.withLock { received in
                received.append(request)
                return received.count
            }
            let answer = answer(request, number)
            for part in answer.parts {
                if part.delayMs > 0 { poll(nil, 0, Int32(part.delayMs)) }
                part.bytes.withUnsafeBytes {
                    _ = send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
            }
            switch answer.ending {
            case .keep: continue
            case .close: return
            case .reset:
                // What was sent must be received first: a reset overtakes it otherwise.
                poll(nil, 0, 30)
                var linger = linger(l_onoff: 1, l_linger: 0)
                setsockopt(connection, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
                return
            case .hold:
                var byte: UInt8 = 0
                while recv(connection, &byte, 1, 0) > 0 {}
                return
            }
        }
    }

    private func readRequest(_ connection: Int32) -> String? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let head = text.range(of: "\r\n\r\n") {
                let length = text[..<head.lowerBound].lowercased().components(separatedBy: "content-length: ").last
                    .flatMap { Int($0.prefix { $0.isNumber }) }
                if text[head.upperBound...].utf8.count >= length ?? 0 { return text }
            }
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            bytes += buffer[..<count]
        }
    }
}
