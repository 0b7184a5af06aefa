/// What headers of requests may be.
package enum HeaderRules {
    /// Whether a text is the name of a header.
    package static func isName(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy(isTokenByte)
    }

    /// Whether a header is computed for each request, so that nobody can give it.
    package static func isReserved(_ name: some StringProtocol) -> Bool {
        ["content-length", "transfer-encoding"].contains(name.lowercased())
    }

    /// Whether a text can be the value of a header, or a part of it.
    package static func isValue(_ text: some StringProtocol) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
