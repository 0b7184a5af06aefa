#if canImport(Glibc)
import Glibc
#endif

/// Puts a text together from pieces of JSON strings as they are written, each between its quotes.
///
/// A surrogate pair may be split between two pieces, as servers do that cut a text by UTF-16 units; half a pair alone becomes
/// U+FFFD. What is no escape becomes U+FFFD too: nothing traps.
package struct JSONTextDecoder {
    /// The first half of a pair, whose other half may begin the next piece; 0 for none.
    private var lead: UInt16 = 0

    package init() {}

    /// Adds a piece.
    ///
    /// - Parameters:
    ///   - raw: The string between its quotes, still escaped.
    ///   - buffer: What its text is added to.
    /// - Returns: Whether there was memory for it.
    package mutating func append(_ raw: UnsafeRawBufferPointer, to buffer: inout ByteBuffer) -> Bool {
        guard var at = raw.baseAddress else { return true }
        let end = at + raw.count
        while at < end {
            guard JSONBytes.byte(at) == JSONBytes.backslash else {
                let run = memchr(at, Int32(JSONBytes.backslash), end - at).map { UnsafeRawPointer($0) } ?? end
                guard finish(to: &buffer),
                    buffer.appendIfPossible(UnsafeRawBufferPointer(start: at, count: run - at))
                else { return false }
                at = run
                continue
            }
            let unit = JSONString.unit(&at, end)
            if JSONString.isTrail(unit), lead != 0 {
                let pair = JSONString.pair(UInt32(lead), unit)
                lead = 0
                guard Self.append(pair, to: &buffer) else { return false }
                continue
            }
            guard finish(to: &buffer) else { return false }
            if JSONString.isLead(unit) {
                lead = UInt16(truncatingIfNeeded: unit)
            } else {
                let scalar = JSONString.isTrail(unit) ? JSONString.replacement : unit
                guard Self.append(scalar, to: &buffer) else { return false }
            }
        }
        return true
    }

    /// Adds what stands for half a pair that nothing has followed: the text is complete.
    ///
    /// - Parameter buffer: What it is added to.
    /// - Returns: Whether there was memory for it.
    package mutating func finish(to buffer: inout ByteBuffer) -> Bool {
        guard lead != 0 else { return true }
        lead = 0
        return Self.append(JSONString.replacement, to: &buffer)
    }

    private static func append(_ scalar: UInt32, to buffer: inout ByteBuffer) -> Bool {
        let encoded = UTF8Scalar(scalar)
        return withUnsafeBytes(of: encoded.bytes.littleEndian) {
            buffer.appendIfPossible(UnsafeRawBufferPointer(rebasing: $0.prefix(encoded.count)))
        }
    }
}
