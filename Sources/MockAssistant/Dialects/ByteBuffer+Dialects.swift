import LoadEngine

#if canImport(Glibc)
import Glibc
#endif

extension ByteBuffer {
    mutating func append(_ other: ByteBuffer) { append(other.bytes) }

    /// Appends a text that needs no escapes as a JSON string.
    mutating func append(quoted text: StaticString) {
        append(UInt8(ascii: "\""))
        append(text)
        append(UInt8(ascii: "\""))
    }

    mutating func append(_ id: ServerID) { id.write(into: &self) }

    mutating func append(uuid id: ServerID) { id.writeUUID(into: &self) }

    /// Appends a moment such as `2026-01-31T12:00:00Z`.
    ///
    /// - Parameter seconds: Since 1970.
    mutating func append(utc seconds: Int) {
        var time = time_t(seconds)
        var parts = tm()
        gmtime_r(&time, &parts)
        append(decimal: UInt64(max(0, parts.tm_year + 1900)), digits: 4)
        append(UInt8(ascii: "-"))
        append(decimal: UInt64(parts.tm_mon + 1), digits: 2)
        append(UInt8(ascii: "-"))
        append(decimal: UInt64(parts.tm_mday), digits: 2)
        append(UInt8(ascii: "T"))
        append(decimal: UInt64(parts.tm_hour), digits: 2)
        append(UInt8(ascii: ":"))
        append(decimal: UInt64(parts.tm_min), digits: 2)
        append(UInt8(ascii: ":"))
        append(decimal: UInt64(parts.tm_sec), digits: 2)
        append(UInt8(ascii: "Z"))
    }

    /// Appends the text of all pieces of a part up to one.
    mutating func append(textOf part: AnswerPart, upTo sequence: Int) {
        guard sequence > 0 else { return }
        for number in 1...sequence { append(AnswerText.text(of: part, number)) }
    }
}
