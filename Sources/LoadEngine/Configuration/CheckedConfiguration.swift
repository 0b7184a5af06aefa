/// A configuration in which nothing is wrong, and what was read of it: made once for a run.
package struct CheckedConfiguration: Sendable {
    /// What was checked.
    package private(set) var configuration: EngineConfiguration
    /// The target, which is not resolved yet.
    package private(set) var target: Target
    /// The addresses that connections are made from; none for the system's choice.
    package let sources: [SourceAddress]

    /// Checks a configuration.
    ///
    /// - Parameter configuration: What is to be run.
    /// - Throws: `ConfigurationError` with everything that is wrong, each with its field.
    package init(_ configuration: EngineConfiguration) throws(ConfigurationError) {
        var problems: [ConfigurationProblem] = []
        func collect<Value>(
            _ field: ConfigurationField,
            _ check: () throws(ConfigurationError) -> Value
        ) -> Value? {
            do { return try check() } catch {
                problems += error.about(field).problems
                return nil
            }
        }
        func require(_ field: ConfigurationField, _ isRight: Bool, _ message: @autoclosure () -> String) {
            if !isRight { problems.append(ConfigurationProblem(field, message: message())) }
        }
        let (users, spawnRate) = (configuration.users, configuration.spawnRate)
        let (mostUsers, largestEvent) = (EngineConfiguration.mostUsers, EngineConfiguration.largestEventBytes)
        let target = collect(.host) { () throws(ConfigurationError) in try Target(url: configuration.host) }
        require(.users, (1...mostUsers).contains(users), "users must be from 1 to \(mostUsers), not \(users)")
        require(
            .spawnRate,
            spawnRate > 0 && spawnRate.isFinite,
            "the spawn rate must be a number over 0 (users per second), not \(spawnRate)"
        )
        require(
            .runTime,
            configuration.runTime.map { $0 > .zero } ?? true,
            "the run time must be over 0, such as 90, 20m or 1h30m; leave it out to play every conversation to its end"
        )
        require(
            .maximumEventBytes,
            (1...largestEvent).contains(configuration.maximumEventBytes),
            "the limit of an event must be from 1 to \(largestEvent) bytes, not \(configuration.maximumEventBytes)"
        )
        collect(.path) { () throws(ConfigurationError) in try Self.checkPath(configuration.path) }
        if let problem = configuration.caFile.flatMap(CertificateFile.problem) { require(.caFile, false, problem) }
        if let log = configuration.eventLog, let problem = EventLogFile.problem(with: log.path) {
            require(.eventLog, false, "the event log '\(Shown.path(log.path))': \(problem)")
        }
        let sources = collect(.sourceAddresses) { () throws(ConfigurationError) in
            try Self.sources(configuration.sourceAddresses)
        }
        for source in sources ?? [] {
            collect(.sourceAddresses) { () throws(ConfigurationError) in try source.check() }
        }
        for header in configuration.headers {
            collect(.headers) { () throws(ConfigurationError) in try HeaderLines.validate(header) }
        }
        collect(.conversations) { () throws(ConfigurationError) in
            try ConversationRules.check(configuration.conversations)
        }
        guard problems.isEmpty, let target, let sources else { throw ConfigurationError(problems) }
        self.configuration = configuration
        self.target = target
        self.sources = sources
    }

    /// Whether the run publishes the distributions of its rows: no value of it is wrong.
    package var publishesRows: Bool {
        get { configuration.publishesRows }
        set { configuration.publishesRows = newValue }
    }

    /// The same run against another host.
    ///
    /// - Parameter host: The base URL.
    /// - Returns: The checked configuration.
    /// - Throws: `ConfigurationError` that says what is wrong with the URL.
    package func against(host: String) throws(ConfigurationError) -> CheckedConfiguration {
        var other = self
        do { other.target = try Target(url: host) } catch { throw error.about(.host) }
        other.configuration.host = host
        return other
    }

    /// The source addresses one by one.
    ///
    /// - Throws: `ConfigurationError` for one that is none, that is there twice, or that is of another family than another.
    private static func sources(_ texts: [String]) throws(ConfigurationError) -> [SourceAddress] {
        var addresses: [SourceAddress] = []
        for text in texts { addresses += try SourceAddress.parse(text) }
        var seen: Set<SourceAddress> = []
        if let twice = addresses.first(where: { !seen.insert($0).inserted }) {
            throw ConfigurationError("source address \(twice) is there twice; give each address once")
        }
        guard Set(addresses.map(\.family)).count <= 1 else {
            throw ConfigurationError(
                "the source addresses are IPv4 and IPv6: one target can only be reached by one of them"
            )
        }
        return addresses
    }

    private static func checkPath(_ path: String) throws(ConfigurationError) {
        let shown = "'\(Shown.line(Shown.withoutSecrets(path)))'"
        guard path.hasPrefix("/") else { throw ConfigurationError("path \(shown) must begin with /") }
        if let other = TurnRequests.otherPlaceholder(in: path) {
            throw ConfigurationError(
                "path \(shown): {\(other)} stands for nothing; write \(TurnRequests.placeholder) for the session's id, or "
                    + "%7B\(other)%7D for these characters"
            )
        }
        guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }) else {
            throw ConfigurationError(
                "path \(shown) contains a character that a URL cannot; write it percent-encoded, such as %20"
            )
        }
    }
}
