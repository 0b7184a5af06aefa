extension APIProfile {
    /// Gives a variable another value.
    ///
    /// - Parameters:
    ///   - name: The name of one of the profile's variables.
    ///   - text: JSON of a string, a number, true, false or null; every other text stands for itself.
    /// - Throws: `ConfigurationError` when the profile has no such variable.
    public mutating func setVariable(_ name: String, to text: String) throws(ConfigurationError) {
        guard variables[name] != nil else {
            let names = variables.keys.sorted()
            let advice =
                Spelling.nearest(to: name, among: names).map { ", did you mean '\($0)'?" }
                ?? (names.isEmpty ? "; it has none" : " (it has \(names.joined(separator: ", ")))")
            throw ConfigurationError(
                "the profile \(Shown.text(self.name)) has no variable \(Shown.text(name))" + advice
            )
        }
        variables[name] = Self.json(ofValue: text)
    }

    /// The JSON that a text stands for as the value of a variable.
    private static func json(ofValue text: String) -> String {
        let (value, mistakes) = JSONReader.read(Array(text.utf8))
        // What the reader takes besides JSON, such as comments, is text here.
        guard mistakes.isEmpty, let value, let json = value.scalarText else { return JSONValue.text(of: text) }
        if case .string = value { return json }
        return json == text ? json : JSONValue.text(of: text)
    }
}
