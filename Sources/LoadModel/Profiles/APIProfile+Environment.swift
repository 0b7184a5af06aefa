extension APIProfile {
    /// The names of environment variables that templates have and that are not set.
    ///
    /// - Parameter environment: The variables; an empty one is as good as none.
    /// - Returns: Where each is, and the variable.
    private func unsetUses(in environment: [String: String]) -> [(use: NameUse, variable: String)] {
        nameUses.compactMap { use in
            guard Self.isOfEnvironment(use.name) else { return nil }
            let variable = String(use.name.dropFirst(Self.environmentPrefix.count))
            return environment[variable, default: ""].isEmpty ? (use, variable) : nil
        }
    }

    /// What is left out of requests because an environment variable is not set, such as the header with a key: a server of
    /// one's own may need none.
    ///
    /// - Parameters:
    ///   - environment: The variables of the process.
    ///   - headers: The lines of headers that are sent instead of the profile's.
    /// - Returns: A sentence for each place, without the values of variables.
    package func notes(onEnvironment environment: [String: String], headers: [String]) -> [String] {
        let given = headers.map { "\(Part.headers.place)" + Shown.subscripted(String($0.prefix { $0 != ":" })) }
        let places = Set(given.map { $0.lowercased() })
        return unsetUses(in: environment).compactMap { use, variable in
            guard use.isLeftOut, !places.contains(use.place.lowercased()) else { return nil }
            return "the environment variable \(variable) is not set: the profile's \(use.place) is not sent"
        }
    }

    /// Checks that environment variables are set without which a path or a text would have a hole.
    ///
    /// - Parameter environment: The variables of the process.
    /// - Throws: `ConfigurationError` with one problem for each that is not.
    package func check(environment: [String: String]) throws(ConfigurationError) {
        let holes = unsetUses(in: environment).filter { !$0.use.isLeftOut }
        guard holes.isEmpty else {
            throw ConfigurationError(
                holes.map { use, variable in
                    "the profile \(Shown.text(name)): \(use.place): the environment variable \(variable) is not set"
                }
            )
        }
    }
}

extension APIProfile.NameUse {
    /// Whether what it is in is left out when it has no value: a header, or a value in JSON that is nothing else.
    var isLeftOut: Bool { isWholeValue || isInHeader }
}
