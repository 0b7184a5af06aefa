import Testing

@testable import LoadEngine

@Suite("A body of JSON lines")
struct LineParserTests {
    /// Everything that a body is read as.
    private struct Read: Equatable {
        var events: [String] = []
        var malformation: SSEParser.Malformation?
    }

    /// Reads a body that comes in pieces of a length.
    private func read(
        _ body: [UInt8],
        pieces length: Int,
        isWhole: Bool = false,
        maximumEventBytes: Int = 1 << 20
    ) -> Read {
        var parser = LineParser(maximumEventBytes: maximumEventBytes)
        defer { parser.destroy() }
        parser.takesWhole = isWhole
        var result = Read()
        /// Whether the body goes on.
        func take(_ step: SSEParser.Step) -> Bool {
            switch step {
            case .event: result.events.append(String(decoding: parser.data, as: UTF8.self))
            case .needsMore: return false
            case .malformed(let why):
                result.malformation = why
                return false
            }
            return true
        }
        for start in stride(from: 0, to: body.count, by: length) {
            body[start..<min(start + length, body.count)].withUnsafeBytes { piece in
                parser.feed(piece)
                while take(parser.next()) {}
            }
            if result.malformation != nil { return result }
        }
        _ = take(parser.finish())
        return result
    }

    @Test("has an event for each line that is not blank, however it is cut", arguments: 1...9)
    func lines(pieces: Int) {
        let body = "{\"a\":\"é😀\"}\r\n\n  \t\r\n {\"b\":2} \n{\"c\":3}"
        #expect(
            read(Array(body.utf8), pieces: pieces) == Read(events: ["{\"a\":\"é😀\"}", "{\"b\":2}", "{\"c\":3}"])
        )
    }

    @Test("is one event where it is one value", arguments: [1, 3, 100])
    func whole(pieces: Int) {
        let body = "\n{\n  \"a\": 1\n}\n"
        #expect(read(Array(body.utf8), pieces: pieces, isWhole: true) == Read(events: ["{\n  \"a\": 1\n}"]))
        #expect(read(Array(" \n ".utf8), pieces: pieces, isWhole: true) == Read())
    }

    @Test("may have lines of as many bytes as are allowed, and no more", arguments: [1, 4, 100])
    func bounds(pieces: Int) {
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 16)
        func most(_ line: [UInt8]) -> Read { read(line + Array("\n".utf8), pieces: pieces, maximumEventBytes: 16) }
        #expect(most(line).events.count == 1)
        #expect(most(line + line.prefix(1)).malformation == .eventTooLarge)
    }

    @Test("is malformed where it is no UTF-8, also at the end of a line and of the body", arguments: [1, 2, 100])
    func text(pieces: Int) {
        for bytes: [UInt8] in [[0xFF, 0x0A], [0xC3, 0x0A], [0x61, 0xC3]] {
            #expect(read(bytes, pieces: pieces).malformation == .invalidUTF8)
        }
    }
}
