internal import CLoad

/// What is sent with every turn and must not come back in a report: a server may echo it in an error.
///
/// It is found in any case, and in the forms that it takes in a URL and in JSON.
struct SentSecrets {
    /// The forms of all secrets in lower case, the longest first: a part must not be left of one.
    private let forms: [[UInt8]]

    /// Shorter ones are words, not secrets.
    private static let leastBytes = 6
    /// So much of the beginning of one gives it away where a text was cut.
    private static let leastBeginning = 4
    private static let mask = Array("***".utf8)

    /// The first word of a value of such a header is no secret.
    private static let schemes: Set = ["basic", "bearer", "digest", "token"]

    /// Takes the values of header lines, of those that carry secrets each word as well, such as the token of `Bearer abc`;
    /// and the values of a path's query.
    init(headers: [String] = [], paths: [String] = [], values: [String] = []) {
        var all = paths.flatMap(Self.queryValues) + values.map { $0[...] }
        for line in headers {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            all.append(value)
            let name = line[..<colon].lowercased()
            guard ["auth", "cookie", "key", "secret", "token"].contains(where: { name.contains($0) }) else { continue }
            let words = value.split(separator: " ") + value.split { " ;,=".contains($0) }
            all += words.filter { !Self.schemes.contains($0.lowercased()) }
        }
        let secrets = all.map { Array($0.utf8) }.filter { $0.count >= Self.leastBytes }
        forms = Set(secrets.flatMap(Self.forms)).sorted { ($0.count, $0.first ?? 0) > ($1.count, $1.first ?? 0) }
    }

    /// A secret as it is, and as URLs, forms, header lines, HTML and JSON have it.
    private static func forms(of secret: [UInt8]) -> [[UInt8]] {
        let isPlain = { (byte: UInt8) in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || "-._~".utf8.contains(byte)
        }
        let encoded = secret.flatMap { byte in
            isPlain(byte) ? [byte] : percent(byte)
        }
        let plus = secret.flatMap { $0 == 0x20 ? [UInt8(ascii: "+")] : isPlain($0) ? [$0] : percent($0) }
        // As it stands in a header line, which has no line ends.
        let inHeader = secret.map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }
        let json = JSONText.escaped(secret)
        let ascii = JSONText.ascii(json)
        var forms = [secret, encoded, plus, inHeader, html(secret)]
        for text in [json, ascii] {
            forms += [text, text.flatMap { $0 == UInt8(ascii: "/") ? [UInt8(ascii: "\\"), $0] : [$0] }]
            // JSON within a text of JSON.
            forms.append(JSONText.escaped(text))
        }
        return forms.map { $0.map(lowercased) }
    }

    private static func percent(_ byte: UInt8) -> [UInt8] {
        Array("%\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8)
    }

    private static func html(_ secret: [UInt8]) -> [UInt8] {
        secret.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "&"): Array("&amp;".utf8)
            case UInt8(ascii: "<"): Array("&lt;".utf8)
            case UInt8(ascii: ">"): Array("&gt;".utf8)
            case UInt8(ascii: "\""): Array("&quot;".utf8)
            default: [byte]
            }
        }
    }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
    }

    /// As they are sent, and as a server may have decoded them; what a session's id stands in is more than one.
    private static func queryValues(_ path: String) -> [Substring] {
        var values: [Substring] = []
        for parameter in path.drop(while: { $0 != "?" }).dropFirst().split(separator: "&") {
            let value = parameter.contains("=") ? parameter.drop { $0 != "=" }.dropFirst() : parameter
            for part in value.split(separator: SessionPlaceholder.text) {
                values.append(part)
                values.append(Substring(decoded(String(part))))
            }
        }
        return values
    }

    private static func decoded(_ text: String) -> String {
        var length: Int32 = 0
        guard let bytes = curl_easy_unescape(nil, text, Int32(clamping: text.utf8.count), &length) else { return text }
        defer { curl_free(bytes) }
        return String(decoding: UnsafeRawBufferPointer(start: bytes, count: Int(length)), as: UTF8.self)
    }

    /// A text without them.
    func masked(_ text: String) -> String {
        guard !forms.isEmpty else { return text }
        let bytes = Array(text.utf8)
        let lower = bytes.map(Self.lowercased)
        var masked: [UInt8] = []
        var place = 0
        while place < bytes.count {
            let rest = lower[place...]
            if let form = forms.first(where: { rest.starts(with: $0) }) {
                masked += Self.mask
                place += form.count
            } else if forms.contains(where: { Self.isBeginning(rest, of: $0) }) {
                // A text that was received is cut, maybe in the middle of one.
                masked += Self.mask
                break
            } else {
                masked.append(bytes[place])
                place += 1
            }
        }
        return String(decoding: masked, as: UTF8.self)
    }

    private static func isBeginning(_ rest: ArraySlice<UInt8>, of form: [UInt8]) -> Bool {
        rest.count >= leastBeginning && rest.count < form.count && form.starts(with: rest)
    }
}
