/// Header lines as files have them: names, each once, with templates as values.
extension JSONFile {
    /// The entries of an object of header lines whose names are right.
    mutating func headerEntries(_ value: JSONValue, at place: String) -> [Entry] {
        var names: Set<String> = []
        return entries(value, at: place, shape: #"an object {"Name": "value", ...}"#).filter { entry in
            if !HeaderRules.isName(entry.key) {
                note(entry.path, "expected the name of a header, found \(Shown.text(entry.key))")
            } else if HeaderRules.isReserved(entry.key) {
                note(entry.path, "this header is set by loadtest itself; remove it")
            } else if !names.insert(entry.key.lowercased()).inserted {
                note(entry.path, "the header is there twice; names of headers are the same in capitals")
            } else {
                return true
            }
            return false
        }
    }

    /// A header line of such an entry; nil for a value that cannot be one.
    mutating func header(_ entry: Entry, _ value: Template) -> APIProfile.Header? {
        for case .text(let text) in value.parts where !HeaderRules.isValue(text) {
            note(entry.path, "expected a value without control characters, such as line ends")
            return nil
        }
        return APIProfile.Header(name: entry.key, value: value)
    }
}
