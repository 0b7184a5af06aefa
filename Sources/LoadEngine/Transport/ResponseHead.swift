/// The head of a response, read line by line as libcurl hands it over.
package struct ResponseHead {
    private enum MediaType { case missing, eventStream, other }

    /// The status of the last status line, 0 before there was one.
    package private(set) var status = 0
    /// Whether the final head is complete; interim (1xx) heads are skipped.
    package private(set) var isComplete = false
    private var mediaType = MediaType.missing
    private var isEncoded = false

    package init() {}

    /// Takes one line of the head.
    ///
    /// - Parameter line: The line with its end; lines after the head (trailers) are ignored.
    /// - Returns: Whether this line completed the final head.
    package mutating func accept(_ line: UnsafeRawBufferPointer) -> Bool {
        guard !isComplete else { return false }
        let text = line.trimmingWhitespace()
        if text.isEmpty {
            // 101 is the last answer in HTTP: no other one follows it.
            guard status >= 200 || status == 101 else { return false }
            isComplete = true
            return true
        }
        if text.hasPrefixIgnoringCase("http/") {
            self = ResponseHead()
            status = Self.status(in: text)
        } else if let value = text.value(ofHeader: "content-type") {
            let name = UnsafeRawBufferPointer(rebasing: value.prefix { $0 != UInt8(ascii: ";") }).trimmingWhitespace()
            mediaType = name.isEqualIgnoringCase("text/event-stream") ? .eventStream : name.isEmpty ? .missing : .other
        } else if let value = text.value(ofHeader: "content-encoding") {
            // No encoding was offered, so none can be undone.
            isEncoded = !value.isEmpty && !value.isEqualIgnoringCase("identity")
        }
        return false
    }

    /// The outcome that a complete head decides, nil when an event stream follows.
    package var rejection: TurnOutcome? {
        if status != 200 { return .httpStatus }
        if mediaType != .eventStream { return .notEventStream }
        return isEncoded ? .malformedStream : nil
    }

    /// Why `rejection` is what it is, in words.
    ///
    /// - Parameter header: The value of a header of the response, nil when there is none of that name.
    /// - Returns: Such as "HTTP status 503".
    package func rejectionText(header: (String) -> String?) -> String {
        switch rejection {
        case .httpStatus:
            "HTTP status \(status)"
                + ((300...399).contains(status) ? header("Location").map { ", Location: \($0)" } ?? "" : "")
        case .notEventStream:
            mediaType == .missing
                ? "no Content-Type" : "Content-Type is \(header("Content-Type") ?? "another"), not text/event-stream"
        case .malformedStream: "a Content-Encoding that was not asked for"
        default: "an event stream"
        }
    }

    private static func status(in line: UnsafeRawBufferPointer) -> Int {
        let digits = line.drop { $0 != UInt8(ascii: " ") }.drop { $0 == UInt8(ascii: " ") }.prefix(3)
        var status = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return 0 }
            status = status * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return status
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func trimmingWhitespace() -> UnsafeRawBufferPointer {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }
        var start = startIndex
        var end = endIndex
        while start < end, isSpace(self[start]) { start += 1 }
        while end > start, isSpace(self[end - 1]) { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: self[start..<end])
    }

    fileprivate func hasPrefixIgnoringCase(_ text: StaticString) -> Bool {
        guard count >= text.utf8CodeUnitCount else { return false }
        for index in 0..<text.utf8CodeUnitCount where self[index].lowercased != text.utf8Start[index] { return false }
        return true
    }

    fileprivate func isEqualIgnoringCase(_ text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && hasPrefixIgnoringCase(text)
    }

    fileprivate func value(ofHeader name: StaticString) -> UnsafeRawBufferPointer? {
        let length = name.utf8CodeUnitCount
        guard count > length, self[length] == UInt8(ascii: ":"), hasPrefixIgnoringCase(name) else { return nil }
        return UnsafeRawBufferPointer(rebasing: self[(length + 1)...]).trimmingWhitespace()
    }
}

extension UInt8 {
    fileprivate var lowercased: UInt8 { self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 0x20 : self }
}
