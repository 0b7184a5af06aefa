#if canImport(Glibc)
import Glibc
#endif

/// The head of a response, read line by line as libcurl hands it over.
///
/// Stricter than libcurl, and the same for all its versions, which differ in what they endure; and bounded, because libcurl
/// keeps every line, those of interim heads and trailers as well, until the answer has ended.
package struct ResponseHead {
    /// What a line was.
    package enum Step: Equatable {
        /// More of the head is to come, or the line is one after it.
        case more
        /// The final head is complete with it.
        case complete
        /// The answer is not one: `malformation` says why.
        case malformed
    }

    /// What an answer may be to be read.
    package enum Expectation {
        /// A stream of events, by its media type.
        case eventStream
        /// A stream of events, JSON lines or one JSON value, by its media type.
        case anyFraming
        /// Anything but a page of HTML: how it is read is known.
        case anyType
        /// The answer to a set-up request: anything, with any status of success.
        case anySuccess
    }

    private enum MediaType {
        case missing, eventStream, lines, json, page, other

        init(_ name: UnsafeRawBufferPointer) {
            let lines: [StaticString] = ["application/x-ndjson", "application/ndjson", "application/jsonl"]
            self =
                if name.isEmpty {
                    .missing
                } else if name.isEqualIgnoringCase("text/event-stream") {
                    .eventStream
                } else if name.isEqualIgnoringCase("application/json") {
                    .json
                } else if name.isEqualIgnoringCase("text/html") {
                    .page
                } else {
                    lines.contains(where: name.isEqualIgnoringCase) ? .lines : .other
                }
        }
    }

    /// The most bytes that all lines of an answer may have together, their ends and those of trailers included.
    package static let maximumBytes = 64 << 10
    /// The most lines that an answer may have; each costs memory of its own, however short it is.
    package static let maximumLines = 512

    /// The status of the last status line, 0 before there was one.
    package private(set) var status = 0
    /// Whether the final head is complete; interim (1xx) heads are skipped.
    package private(set) var isComplete = false
    /// What is wrong with the answer, nil while nothing is.
    package private(set) var malformation: StaticString?
    private var mediaType = MediaType.missing
    private var isEncoded = false
    private var isAfterStatusLine = false
    /// Whether the line before was a Content-Type without a value, which may come on a folded line.
    private var isTypeOpen = false
    private var hasLength = false
    private var isChunked = false
    /// How many lines have come.
    package private(set) var lineCount = 0
    /// The bytes of all lines so far.
    package private(set) var byteCount = 0

    /// Whether the lines take more memory than those of ordinary servers.
    package var isLarge: Bool { byteCount > 4 << 10 || lineCount > 64 }

    private let expectation: Expectation

    /// Gets ready for a head.
    ///
    /// - Parameter expectation: What an answer may be to be read.
    package init(expecting expectation: Expectation) { self.expectation = expectation }

    /// How the body is read, by its media type.
    package var framing: APIProfile.Framing {
        switch mediaType {
        case .lines: .ndjson
        case .json: .json
        case .missing, .eventStream, .page, .other: .sse
        }
    }

    /// Takes one line of the head.
    ///
    /// - Parameter line: The line with its end; lines after the head (trailers) only count.
    /// - Returns: What the line was.
    package mutating func accept(_ line: UnsafeRawBufferPointer) -> Step {
        lineCount += 1
        byteCount += line.count
        guard byteCount <= Self.maximumBytes else { return refuse("more than 64 KiB of header lines and trailers") }
        guard lineCount <= Self.maximumLines else { return refuse("more than 512 header lines and trailers") }
        guard !isComplete else { return .more }
        let text = line.trimmingWhitespace()
        if text.isEmpty {
            // 101 is the last answer in HTTP: no other one follows it.
            guard status >= 200 || status == 101 else { return .more }
            isComplete = true
            return .complete
        }
        if text[0].lowercased == UInt8(ascii: "h"), text.hasPrefixIgnoringCase("http/") {
            guard let status = Self.status(in: text) else {
                return refuse("the status line is not one of HTTP/1.1 with a status of three digits")
            }
            mediaType = .missing
            isEncoded = false
            hasLength = false
            isChunked = false
            self.status = status
            isAfterStatusLine = true
            return .more
        }
        // Some versions of libcurl endure it, others take it for a mistake of their own.
        guard !isAfterStatusLine || line.first != UInt8(ascii: " ") && line.first != UInt8(ascii: "\t") else {
            return refuse("the head begins with a folded line")
        }
        isAfterStatusLine = false
        if isTypeOpen {
            isTypeOpen = false
            if line.first == UInt8(ascii: " ") || line.first == UInt8(ascii: "\t") {
                setMediaType(text)
                return .more
            }
        }
        // Of all others nothing is wanted.
        let initial = text[0].lowercased
        return initial == UInt8(ascii: "c") || initial == UInt8(ascii: "t") ? acceptField(text) : .more
    }

    private mutating func acceptField(_ text: UnsafeRawBufferPointer) -> Step {
        if let value = text.value(ofHeader: "content-type") {
            setMediaType(value)
            isTypeOpen = value.isEmpty
        } else if let value = text.value(ofHeader: "content-encoding") {
            // No encoding was offered, so none can be undone.
            isEncoded = !value.isEmpty && !value.isEqualIgnoringCase("identity")
        } else if let value = text.value(ofHeader: "content-length") {
            guard !value.isEmpty, value.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) else {
                return refuse("its Content-Length is no number")
            }
            hasLength = true
        } else if let value = text.value(ofHeader: "transfer-encoding") {
            guard value.isEqualIgnoringCase("chunked") else { return refuse("its Transfer-Encoding is not chunked") }
            isChunked = true
        }
        // What ends the body is then a matter of taste.
        guard !hasLength || !isChunked else { return refuse("it has a Content-Length and a Transfer-Encoding") }
        return .more
    }

    private mutating func setMediaType(_ value: UnsafeRawBufferPointer) {
        let end = value.baseAddress.flatMap { memchr($0, Int32(UInt8(ascii: ";")), value.count) }
        let count = end.flatMap { end in value.baseAddress.map { UnsafeRawPointer(end) - $0 } } ?? value.count
        let name = UnsafeRawBufferPointer(rebasing: value.prefix(count)).trimmingWhitespace()
        // As nearly every server writes it: one comparison.
        mediaType = name.isEqual(to: "text/event-stream") ? .eventStream : MediaType(name)
    }

    private mutating func refuse(_ why: StaticString) -> Step {
        malformation = why
        return .malformed
    }

    /// The outcome that a complete head decides, nil when an answer follows that can be read.
    package var rejection: TurnOutcome? {
        guard status == 200 || expectation == .anySuccess && (200...299).contains(status) else { return .httpStatus }
        switch expectation {
        case .eventStream: if mediaType != .eventStream { return .notEventStream }
        case .anyFraming:
            if mediaType == .missing || mediaType == .other || mediaType == .page { return .notEventStream }
        // What is for people, such as the page of a login, is no answer.
        case .anyType: if mediaType == .page { return .notEventStream }
        case .anySuccess: break
        }
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
                ? "no Content-Type"
                : "Content-Type is \(header("Content-Type") ?? "another"), not "
                    + (expectation == .anyType ? "JSON" : "text/event-stream")
                    + (expectation == .anyFraming ? ", JSON or JSON lines" : "")
        case .malformedStream: "a Content-Encoding that was not asked for"
        default: "an answer that can be read"
        }
    }

    private static func status(in line: UnsafeRawBufferPointer) -> Int? {
        guard line.hasPrefixIgnoringCase("http/1.") else { return nil }
        let digits = line.drop { $0 != UInt8(ascii: " ") }.dropFirst().prefix { $0 != UInt8(ascii: " ") }
        guard digits.count == 3 else { return nil }
        var status = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
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
