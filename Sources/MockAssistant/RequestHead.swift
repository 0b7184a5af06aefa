#if canImport(Glibc)
import Glibc
#endif

/// The request line and the headers of one HTTP/1 request, as far as they matter here.
struct RequestHead {
    enum Method {
        case get, head, post, other
    }

    enum Parsed {
        /// The empty line has not come yet.
        case incomplete
        /// It is not HTTP/1; the text says why.
        case invalid(StaticString)
        case complete(RequestHead)
    }

    var method = Method.other
    /// Where the target begins in the bytes that were parsed, and its length.
    var targetStart = 0
    var targetCount = 0
    var isVersion10 = false
    /// Nil when the header is missing.
    var contentLength: Int?
    var hasTransferEncoding = false
    var expectsContinue = false
    /// Whether the client asked for the connection to end with this answer.
    var closes = false
    /// How long the head is, with the empty line.
    var byteCount = 0

    /// Reads a head from the front of the bytes that have come so far.
    static func parse(_ bytes: UnsafeRawBufferPointer) -> Parsed {
        var head = RequestHead()
        var position = 0
        // Empty lines before a request are allowed (RFC 9112, section 2.2).
        while position < bytes.count, bytes[position] == 0x0D || bytes[position] == 0x0A { position += 1 }
        guard position < bytes.count else { return .incomplete }
        // Whoever speaks TLS here sends no line end at all: without this both sides would wait for ever.
        guard isTokenByte(bytes[position]) else { return .invalid("the request is not HTTP") }
        guard let line = nextLine(of: bytes, from: &position) else { return .incomplete }
        if let problem = head.readRequestLine(line, of: bytes) { return .invalid(problem) }
        while let line = nextLine(of: bytes, from: &position) {
            if line.isEmpty {
                head.byteCount = position
                return .complete(head)
            }
            if let problem = head.readHeader(UnsafeRawBufferPointer(rebasing: bytes[line])) {
                return .invalid(problem)
            }
        }
        return .incomplete
    }

    /// The range of the next line without its end, which may be a bare LF; nil when the end has not come yet.
    private static func nextLine(of bytes: UnsafeRawBufferPointer, from position: inout Int) -> Range<Int>? {
        guard position < bytes.count, let base = bytes.baseAddress,
            let found = memchr(base + position, 0x0A, bytes.count - position)
        else { return nil }
        let start = position
        let end = UnsafeRawPointer(found) - base
        position = end + 1
        return end > start && bytes[end - 1] == 0x0D ? start..<end - 1 : start..<end
    }

    private mutating func readRequestLine(_ line: Range<Int>, of bytes: UnsafeRawBufferPointer) -> StaticString? {
        let wrong: StaticString = "the request line must be: METHOD TARGET HTTP/1.1"
        let text = UnsafeRawBufferPointer(rebasing: bytes[line])
        guard let first = text.firstIndex(of: 0x20), let last = text.lastIndex(of: 0x20), first > 0, last > first + 1
        else { return wrong }
        let version = UnsafeRawBufferPointer(rebasing: text[(last + 1)...])
        isVersion10 = version.equals("HTTP/1.0")
        guard isVersion10 || version.equals("HTTP/1.1") else { return wrong }
        let name = UnsafeRawBufferPointer(rebasing: text[..<first])
        guard name.allSatisfy(Self.isTokenByte), text[(first + 1)..<last].allSatisfy({ $0 > 0x20 && $0 != 0x7F })
        else { return wrong }
        targetStart = line.lowerBound + first + 1
        targetCount = last - first - 1
        // Methods are compared with case (RFC 9110, section 9.1).
        method = name.equals("POST") ? .post : name.equals("GET") ? .get : name.equals("HEAD") ? .head : .other
        return nil
    }

    private mutating func readHeader(_ line: UnsafeRawBufferPointer) -> StaticString? {
        guard let colon = line.firstIndex(of: 0x3A), colon > 0,
            line[..<colon].allSatisfy(Self.isTokenByte)
        else { return "a header must be: Name: value" }
        let name = UnsafeRawBufferPointer(rebasing: line[..<colon])
        let value = UnsafeRawBufferPointer(rebasing: line[(colon + 1)...]).trimmed
        if name.equalsIgnoringCase("content-length") {
            guard let length = value.decimal, contentLength == nil || contentLength == length else {
                return "Content-Length must be one number"
            }
            contentLength = length
        } else if name.equalsIgnoringCase("transfer-encoding") {
            hasTransferEncoding = true
        } else if name.equalsIgnoringCase("expect") {
            expectsContinue = value.equalsIgnoringCase("100-continue")
        } else if name.equalsIgnoringCase("connection") {
            for option in value.split(separator: 0x2C)
            where UnsafeRawBufferPointer(rebasing: option).trimmed.equalsIgnoringCase("close") {
                closes = true
            }
        }
        return nil
    }

    /// Whether a byte may be in a method or in a header's name (RFC 9110, section 5.6.2).
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "!"), UInt8(ascii: "#")...UInt8(ascii: "'"),
            UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "^")...UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Whether the bytes are exactly this text.
    func equals(_ text: StaticString) -> Bool {
        guard let baseAddress, count == text.utf8CodeUnitCount else { return false }
        return memcmp(baseAddress, text.utf8Start, count) == 0
    }

    /// Whether the bytes are this text, whatever the case of ASCII letters.
    func equalsIgnoringCase(_ text: StaticString) -> Bool {
        guard let baseAddress, count == text.utf8CodeUnitCount else { return false }
        return strncasecmp(
            baseAddress.assumingMemoryBound(to: CChar.self),
            UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self),
            count
        ) == 0
    }

    /// The bytes without spaces and tabs at either end.
    var trimmed: UnsafeRawBufferPointer {
        var range = startIndex..<endIndex
        while let first = range.first, self[first] == 0x20 || self[first] == 0x09 { range.removeFirst() }
        while let last = range.last, self[last] == 0x20 || self[last] == 0x09 { range.removeLast() }
        return UnsafeRawBufferPointer(rebasing: self[range])
    }

    /// The bytes as a number of at most 18 digits, nil when they are none.
    var decimal: Int? {
        guard (1...18).contains(count) else { return nil }
        var value = 0
        for byte in self {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return value
    }
}
