internal import CLoad

/// What is sent with every turn and must not come back in a report: a server may echo it in an error.
struct SentSecrets {
    private let texts: [String]

    /// Shorter ones are words, not secrets.
    private static let leastBytes = 6
    /// So much of the beginning of one gives it away where a text was cut.
    private static let leastBeginning = 4

    /// The first word of a value of such a header is no secret.
    private static let schemes: Set = ["basic", "bearer", "digest", "token"]

    /// Takes the values of header lines, of those that carry secrets each word as well, such as the token of `Bearer abc`;
    /// and the values of a path's query.
    init(headers: [String], path: String = "") {
        var all = Self.queryValues(path)
        for line in headers {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            all.append(value)
            let name = line[..<colon].lowercased()
            guard ["auth", "cookie", "key", "secret", "token"].contains(where: { name.contains($0) }) else { continue }
            all += value.split { " ;,=".contains($0) }.filter { !Self.schemes.contains($0.lowercased()) }
        }
        // The longest first: a part must not be left of it.
        texts = Set(all.map(String.init).filter { $0.utf8.count >= Self.leastBytes })
            .sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
    }

    /// As they are sent, and as a server may have decoded them; what a session's id stands in is more than one.
    private static func queryValues(_ path: String) -> [Substring] {
        var values: [Substring] = []
        for parameter in path.drop(while: { $0 != "?" }).dropFirst().split(separator: "&") {
            let value = parameter.contains("=") ? parameter.drop { $0 != "=" }.dropFirst() : parameter
            for part in value.split(separator: TurnRequests.placeholder) {
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
        guard !texts.isEmpty else { return text }
        var masked = text
        for secret in texts { masked = masked.replacing(secret, with: "***") }
        // A text that was received is cut, maybe in the middle of one.
        for secret in texts {
            var beginning = secret.dropLast()
            while beginning.utf8.count >= Self.leastBeginning {
                if masked.hasSuffix(beginning) { return masked.dropLast(beginning.count) + "***" }
                beginning = beginning.dropLast()
            }
        }
        return masked
    }
}
