import LoadEngine
import LoadModel

/// What a path found in a text, by the scanner or by the reference.
struct Scanned: Equatable, CustomStringConvertible {
    /// All matches, in the order of the text.
    var matches: [Match] = []
    var isThere = false
    var hasText = false
    /// The first text, as it is written.
    var text: [UInt8] = []

    struct Match: Equatable {
        var kind: JSONKind
        var written: [UInt8]
    }

    var description: String {
        let shown = matches.map { "\($0.kind) \(String(decoding: $0.written, as: UTF8.self))" }
        return "\(shown), is there: \(isThere), text: \(hasText ? String(decoding: text, as: UTF8.self) : "none")"
    }

    /// What the scanner finds at paths that keep all their matches; nil for what it does not take as JSON.
    static func scan(_ text: UnsafeRawBufferPointer, with scanner: JSONScanner, paths: Int) -> [Scanned]? {
        let isJSON = scanner.scan(text)
        let found = (0..<paths).map { path in
            var found = Scanned()
            scanner.forEachMatch(of: path) { found.matches.append(Match(kind: $0, written: Array($1))) }
            let match = scanner[path]
            (found.isThere, found.hasText, found.text) = (match.isThere, match.hasText, Array(match.text))
            // What is known of the last match is known of the match that was kept last.
            let last = found.matches.last ?? Match(kind: .absent, written: [])
            precondition(Int(match.count) == found.matches.count, "\(match.count) are not \(found.matches.count)")
            precondition(match.kind == last.kind && Array(match.raw) == last.written, "the last match is another one")
            return found
        }
        precondition(isJSON || found.allSatisfy { $0 == Scanned() }, "what is not JSON matches nothing")
        return isJSON ? found : nil
    }

    /// What the scanner finds in one text.
    static func scan(_ text: String, _ paths: [String]) throws -> [Scanned]? {
        let scanner = try JSONScanner(
            paths.map { try JSONPath(text: $0) },
            keepsAll: paths.map { _ in true }
        )
        defer { scanner.destroy() }
        return Array(text.utf8).withUnsafeBytes { scan($0, with: scanner, paths: paths.count) }
    }

    /// What the reference finds.
    static func reference(_ text: [UInt8], _ paths: [JSONPath]) -> [Scanned]? {
        guard let value = ReferenceJSON.read(text) else { return nil }
        return paths.map { path in
            var found = Scanned()
            for match in value.values(at: path) {
                found.matches.append(Match(kind: match.kind, written: match.written))
                switch match.kind {
                case .absent, .null, .false, .emptyString, .emptyArray, .emptyObject: break
                case .true, .number, .array, .object: found.isThere = true
                case .string:
                    found.isThere = true
                    if !found.hasText { found.text = match.written }
                    found.hasText = true
                }
            }
            return found
        }
    }
}
