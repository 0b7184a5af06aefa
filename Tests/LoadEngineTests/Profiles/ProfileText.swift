import LoadModel

/// The text of a small profile in which nothing is wrong, but for what a test changes.
struct ProfileText {
    private static let base = [
        ("name", #""mine""#), ("path", #""/chat""#), ("body", #"{"text": "{{content}}"}"#),
        ("events", #"[{"is": "end", "data": "[DONE]"}, {"is": "content", "text": "$.text"}]"#),
    ]

    /// The whole file.
    let text: String

    /// Makes a text.
    ///
    /// - Parameter changes: The JSON of keys that are otherwise or further; an empty one leaves the key out.
    init(_ changes: [String: String] = [:]) {
        let keys = Self.base.map(\.0) + changes.keys.filter { key in !Self.base.contains { $0.0 == key } }.sorted()
        let members = keys.compactMap { key -> String? in
            let json = changes[key] ?? Self.base.first { $0.0 == key }?.1 ?? ""
            return json.isEmpty ? nil : "\"\(key)\": \(json)"
        }
        text = "{\(members.joined(separator: ", "))}"
    }

    init(whole text: String) { self.text = text }

    /// What is wrong with it, without the file's name.
    func problems(outside: OutsideNames = OutsideNames()) -> [String] {
        ProfileFile(bytes: Array(text.utf8), path: "p.json", outside: outside).problems.map {
            String($0.trimmingPrefix("p.json").drop { ": ".contains($0) })
        }
    }

    func profile(outside: OutsideNames = OutsideNames()) throws -> APIProfile {
        try ProfileFile(bytes: Array(text.utf8), path: "p.json", outside: outside).checked()
    }
}
