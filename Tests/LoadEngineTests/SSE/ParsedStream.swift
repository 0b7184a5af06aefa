import Glibc
import LoadEngine
import LoadModel

/// One dispatched event, copied out of the parser.
struct ParsedEvent: Equatable, CustomStringConvertible {
    var data: [UInt8]
    var name: [UInt8]
    var id: [UInt8]

    init(data: [UInt8], name: [UInt8], id: [UInt8]) {
        self.data = data
        self.name = name
        self.id = id
    }

    init(_ data: String, name: String = "", id: String = "") {
        self.init(data: Array(data.utf8), name: Array(name.utf8), id: Array(id.utf8))
    }

    var description: String {
        "(data \(ParsedStream.shown(data)), name \(ParsedStream.shown(name)), id \(ParsedStream.shown(id)))"
    }
}

/// All that a stream came to.
struct ParsedStream: Equatable, CustomStringConvertible {
    var events: [ParsedEvent] = []
    var malformation: SSEParser.Malformation?
    var retryMilliseconds: UInt64?
    var lastEventID: [UInt8] = []

    var description: String {
        "\(events), \(malformation.map { "\($0)" } ?? "well-formed"), retry \(retryMilliseconds.map { "\($0)" } ?? "none")"
            + ", last id \(Self.shown(lastEventID))"
    }

    static func shown(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self).debugDescription }
}

extension SSEParser {
    /// Feeds one chunk in memory of its own, which is overwritten and freed at once: what the parser still points into
    /// afterwards is garbage.
    mutating func read(_ chunk: ArraySlice<UInt8>, into result: inout ParsedStream) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: chunk.count, alignment: 1)
        defer {
            for index in memory.indices { memory[index] = 0xA5 }
            memory.deallocate()
        }
        memory.copyBytes(from: chunk)
        feed(UnsafeRawBufferPointer(memory))
        while true {
            switch next() {
            case .event:
                result.events.append(ParsedEvent(data: Array(data), name: Array(eventName), id: Array(lastEventID)))
            case .needsMore: return
            case .malformed(let why):
                result.malformation = why
                return
            }
        }
    }

    /// Feeds a stream that is cut before each of the given positions.
    mutating func read(_ stream: [UInt8], cutAt cuts: [Int] = []) -> ParsedStream {
        var result = ParsedStream()
        var start = 0
        for end in cuts + [stream.count] {
            read(stream[start..<end], into: &result)
            start = end
        }
        result.retryMilliseconds = retryMilliseconds
        result.lastEventID = Array(lastEventID)
        return result
    }

    /// Reads a whole stream with a new parser.
    static func parse(_ stream: [UInt8], cutAt cuts: [Int] = [], maximumEventBytes: Int = 1 << 20) -> ParsedStream {
        var parser = SSEParser(maximumEventBytes: maximumEventBytes)
        defer { parser.destroy() }
        return parser.read(stream, cutAt: cuts)
    }
}

/// The seed of the random tests: a new one in every run, unless the environment gives one to repeat a run with.
enum TestSeed {
    static let value: UInt64 = {
        let given = getenv("LOADTEST_TEST_SEED").flatMap { UInt64(String(cString: $0)) }
        let seed = given ?? .random(in: 1...UInt64.max)
        print("random tests: LOADTEST_TEST_SEED=\(seed)")
        return seed
    }()
}

extension SeededRandom {
    /// Positions to cut a stream at, ascending; chunks may be empty.
    mutating func cuts(of count: Int, meanChunk: Int) -> [Int] {
        let pieces = count / meanChunk + 1
        return (0..<pieces).map { _ in Int.random(in: 0...count, using: &self) }.sorted()
    }
}
