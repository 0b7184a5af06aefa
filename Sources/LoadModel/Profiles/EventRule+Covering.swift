extension EventRule {
    /// Whether it matches every event that another rule matches, so that the other one behind it never does.
    ///
    /// False where that is not certain.
    func covers(_ other: EventRule) -> Bool {
        guard data == nil || data == other.data, event == nil || event == other.event else { return false }
        if let has, !other.presentPaths.contains(where: { $0.steps.starts(with: has.steps) }) { return false }
        if let text, !other.textPaths.contains(text) { return false }
        return equals.allSatisfy { equality in
            other.equals.contains { $0.path == equality.path && Set($0.values).isSubset(of: equality.values) }
        }
    }

    /// Where something is in every event that it matches that is not null, false, "", [] or {}.
    private var presentPaths: [JSONPath] {
        let filled = equals.filter { Set($0.values).isDisjoint(with: ["null", "false", "\"\""]) }.map(\.path)
        return [has, text].compactMap(\.self) + filled
    }

    /// Where a string is in every event that it matches that is not empty.
    private var textPaths: [JSONPath] {
        let filled = equals.filter { equality in
            equality.values.allSatisfy { $0.hasPrefix("\"") && $0 != "\"\"" }
        }
        return [text].compactMap(\.self) + filled.map(\.path)
    }
}
