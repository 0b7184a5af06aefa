import LoadModel

/// What the rules of a profile say of an event, found in the simplest way: the JSON is read whole, for each rule again.
struct RuleReference {
    let profile: APIProfile

    /// What an event means.
    struct Meaning: Equatable {
        /// Nil where no rule matches.
        var kind: EventRule.Kind?
        var text = ""
    }

    /// Applies the rules.
    ///
    /// - Parameters:
    ///   - data: The event's data.
    ///   - event: Its name; nil where the stream names none.
    func meaning(of data: String, event: String? = nil) -> Meaning {
        let json = JSONReader.read(Array(data.utf8)).value
        for rule in profile.events {
            guard rule.data == nil || rule.data == data, rule.event == nil || rule.event == event else { continue }
            guard rule.readsJSON else { return Meaning(kind: rule.kind, text: rule.kind == .content ? data : "") }
            guard let json else { continue }
            if let has = rule.has, !places(has, in: json).contains(where: isFilled) { continue }
            let isEqual = rule.equals.allSatisfy { equality in
                places(equality.path, in: json).contains { value in
                    value.scalarText.map(equality.values.contains) ?? false
                }
            }
            guard isEqual else { continue }
            guard let path = rule.text else { return Meaning(kind: rule.kind) }
            let text = strings(path, in: json).joined()
            if !text.isEmpty { return Meaning(kind: rule.kind, text: text) }
        }
        return Meaning()
    }

    /// The last value that came at one of some paths.
    func last(_ paths: [JSONPath], in data: [String]) -> String? {
        var last: String?
        for value in data.compactMap({ JSONReader.read(Array($0.utf8)).value }) {
            for place in paths.flatMap({ places($0, in: value) }) where place != .null { last = place.scalarText }
        }
        return last
    }

    private func strings(_ path: JSONPath, in value: JSONValue) -> [String] {
        places(path, in: value).compactMap { if case .string(let text) = $0 { text } else { nil } }
    }

    private func isFilled(_ value: JSONValue) -> Bool {
        ![.null, .boolean(false), .string(""), .array([]), .object([])].contains(value)
    }

    private func places(_ path: JSONPath, in value: JSONValue) -> [JSONValue] {
        path.steps.reduce([value]) { values, step in
            values.flatMap { value -> [JSONValue] in
                switch (step, value) {
                case (.member(let name), .object(let members)):
                    return members.last { $0.key == name }.map { [$0.value] } ?? []
                case (.element(let index), .array(let elements)):
                    return index < elements.count ? [elements[index]] : []
                case (.everyElement, .array(let elements)): return elements
                default: return []
                }
            }
        }
    }
}
