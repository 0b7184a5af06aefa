import LoadEngine

/// One whole request, as the dialects see it; valid while it is answered.
struct MockRequest {
    let method: RequestHead.Method
    /// Without the query, and without an origin.
    let path: UnsafeRawBufferPointer
    /// Behind the question mark; empty when there is none.
    let query: UnsafeRawBufferPointer
    /// The request line and the headers.
    let head: UnsafeRawBufferPointer
    let body: UnsafeRawBufferPointer

    /// The value of a header, nil when it is not there.
    func header(_ name: StaticString) -> UnsafeRawBufferPointer? {
        for line in head.split(separator: 0x0A) {
            guard let colon = line.firstIndex(of: 0x3A),
                UnsafeRawBufferPointer(rebasing: line[..<colon]).equalsIgnoringCase(name)
            else { continue }
            let value = line[(colon + 1)...]
            return UnsafeRawBufferPointer(rebasing: value.last == 0x0D ? value.dropLast() : value).trimmed
        }
        return nil
    }

    /// Whether the query has a parameter with a value.
    func hasParameter(_ text: StaticString) -> Bool {
        query.split(separator: UInt8(ascii: "&")).contains { UnsafeRawBufferPointer(rebasing: $0).equals(text) }
    }
}

extension UnsafeRawBufferPointer {
    /// Whether the bytes end with this text.
    func hasSuffix(_ text: StaticString) -> Bool {
        count >= text.utf8CodeUnitCount && suffix(text.utf8CodeUnitCount).elementsEqual(text.bytes)
    }

    /// What comes before a text at the end, nil when it is not there.
    func before(suffix text: StaticString) -> UnsafeRawBufferPointer? {
        hasSuffix(text) ? UnsafeRawBufferPointer(rebasing: self[..<(count - text.utf8CodeUnitCount)]) : nil
    }

    /// What comes after the last slash.
    var lastComponent: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[(lastIndex(of: 0x2F).map { $0 + 1 } ?? 0)...])
    }
}

extension StaticString {
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: utf8Start, count: utf8CodeUnitCount) }
}
