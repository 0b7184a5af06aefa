/// The header lines of every request.
package enum HeaderLines {
    /// Checks a header line as the user gave it.
    ///
    /// - Parameter line: `Name: value`.
    /// - Throws: `ConfigurationError` that says what is wrong with it.
    package static func validate(_ line: String) throws(ConfigurationError) {
        // The value is not shown, nor a line that may be nothing but a value: it may be a secret.
        let colon = line.firstIndex(of: ":")
        let shown = colon.map { Shown.text(line[..<$0] + ": ***") } ?? "'***'"
        func wrong(_ why: String) -> ConfigurationError {
            ConfigurationError("header \(shown): \(why); write for example 'Authorization: Bearer abc'")
        }
        guard let colon else { throw wrong("the colon after the name is missing") }
        let name = line[..<colon]
        guard HeaderRules.isName(name) else {
            throw wrong("what is before the colon is not the name of a header")
        }
        guard HeaderRules.isValue(line) else { throw wrong("it contains a control character") }
        guard !HeaderRules.isReserved(name) else { throw wrong("this header is set by loadtest itself") }
    }

    /// The lines of a request: the user's, and the defaults that they do not replace.
    ///
    /// - Parameters:
    ///   - custom: The user's.
    ///   - api: Those of the API.
    ///   - own: The names of lines that a request has instead of the user's, in lower case.
    ///   - keepsConnections: Whether a connection is used for more than one turn.
    /// - Returns: The lines as libcurl takes them.
    static func lines(adding custom: [String], to api: [String], instead own: Set<String> = [], keepsConnections: Bool)
        -> [String]
    {
        let custom = custom.filter { !own.contains($0.prefix { $0 != ":" }.lowercased()) }
        let names = Set(custom.map { $0.prefix { $0 != ":" }.lowercased() })
        var defaults =
            ["User-Agent: loadtest"] + api + [
                // An empty one keeps libcurl from waiting a second for "100 Continue" before a large body.
                "Expect:"
            ]
        // Asked to, the server closes first: the local port is free at once, not after a minute.
        if !keepsConnections { defaults.append("Connection: close") }
        return defaults.filter { !names.contains($0.prefix { $0 != ":" }.lowercased()) } + custom.map(curlForm)
    }

    /// libcurl drops a header whose value is empty unless its line ends in a semicolon instead.
    private static func curlForm(_ line: String) -> String {
        guard let colon = line.firstIndex(of: ":"), line[colon...].dropFirst().allSatisfy(\.isWhitespace) else {
            return line
        }
        return line[..<colon] + ";"
    }
}
