import LoadEngine

/// The event stream algorithm in its simplest form, over a whole stream: slow, and easy to compare with the standard.
struct ReferenceParser {
    private let maximumEventBytes: Int
    private var result = ParsedStream()
    private var data: [UInt8] = []
    private var hasData = false
    private var name: [UInt8] = []
    private var eventBytes = 0

    static func parse(_ stream: [UInt8], maximumEventBytes: Int) -> ParsedStream {
        var parser = ReferenceParser(maximumEventBytes: maximumEventBytes)
        parser.run(stream)
        return parser.result
    }

    private init(maximumEventBytes: Int) {
        self.maximumEventBytes = maximumEventBytes
    }

    private mutating func run(_ stream: [UInt8]) {
        var rest = stream[...]
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
        while !rest.isEmpty {
            let line = Array(rest.prefix { $0 != 0x0A && $0 != 0x0D })
            rest = rest.dropFirst(line.count)
            result.malformation = check(line, isTerminated: !rest.isEmpty)
            guard result.malformation == nil, !rest.isEmpty else { return }
            rest = rest.dropFirst(rest.starts(with: [0x0D, 0x0A]) ? 2 : 1)
            process(line)
        }
    }

    /// Goes through a line byte by byte and tells the first reason why it cannot be.
    private mutating func check(_ line: [UInt8], isTerminated: Bool) -> SSEParser.Malformation? {
        let isComment = line.first == UInt8(ascii: ":")
        for end in line.indices.map({ $0 + 1 }) {
            if !Self.canBegin(Array(line[..<end])) { return .invalidUTF8 }
            if !isComment { eventBytes += 1 }
            if eventBytes > maximumEventBytes { return .eventTooLarge }
        }
        return isTerminated && !Self.isValid(line) ? .invalidUTF8 : nil
    }

    private static func isValid(_ bytes: [UInt8]) -> Bool { String(validating: bytes, as: UTF8.self) != nil }

    /// Whether some valid text begins with the bytes.
    private static func canBegin(_ bytes: [UInt8]) -> Bool {
        if isValid(bytes) { return true }
        for second: UInt8 in [0x80, 0x90, 0xA0] {
            if isValid(bytes + [second]) || isValid(bytes + [second, 0x80]) || isValid(bytes + [second, 0x80, 0x80]) {
                return true
            }
        }
        return false
    }

    private mutating func process(_ line: [UInt8]) {
        if line.isEmpty {
            dispatch()
        } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
            var value = line[(colon + 1)...]
            if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
            setField(String(decoding: line[..<colon], as: UTF8.self), to: Array(value))
        } else {
            setField(String(decoding: line, as: UTF8.self), to: [])
        }
    }

    private mutating func setField(_ field: String, to value: [UInt8]) {
        switch field {
        case "event": name = value
        case "data":
            data += value + [0x0A]
            hasData = true
        case "id": if !value.contains(0) { result.lastEventID = value }
        case "retry":
            let digits = String(decoding: value, as: UTF8.self)
            if !value.isEmpty, value.allSatisfy({ 0x30...0x39 ~= $0 }) {
                result.retryMilliseconds = UInt64(digits) ?? .max
            }
        default: break
        }
    }

    private mutating func dispatch() {
        if hasData {
            result.events.append(ParsedEvent(data: data.dropLast(), name: name, id: result.lastEventID))
        }
        data = []
        hasData = false
        name = []
        eventBytes = 0
    }
}
