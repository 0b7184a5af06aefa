import FoundationEssentials

/// A configuration in which nothing is wrong, and what was read of it: made once for a run.
package struct CheckedConfiguration: Sendable {
    /// What was checked.
    package private(set) var configuration: EngineConfiguration
    /// The target, which is not resolved yet.
    package private(set) var target: Target
    /// The addresses that connections are made from; none for the system's choice.
    package let sources: [SourceAddress]
    /// The APIs that are played, and which of them each conversation is played against.
    package private(set) var apis: ConversationAPIs

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
            .arrivals,
            configuration.arrivals?.isPossible ?? true,
            "conversations must arrive at a rate over 0 and up to \(ArrivalRate.mostPerSecond.fixed(0))/s, or by stages of rates"
        )
        require(
            .stages,
            !(configuration.stages?.isOfRates ?? false),
            "stages of users must have users, not rates: those belong to arrivals"
        )
        require(
            .stages,
            configuration.stages == nil || configuration.arrivals == nil,
            "stages of users and arrivals exclude each other: give one of both"
        )
        require(
            .arrivals,
            configuration.arrivals == nil || configuration.rest == nil,
            "a rest is between two conversations of a user, and where conversations arrive by themselves a user has one: leave "
                + "it out"
        )
        let mostInvocations = Conversation.maximumInvocations
        require(
            .invocations,
            configuration.invocations.map { (1...mostInvocations).contains($0) } ?? true,
            "the invocations in all must be from 1 to \(mostInvocations), not \(configuration.invocations ?? 0)"
        )
        require(
            .invocations,
            configuration.invocations == nil || !configuration.repeats,
            "a number of invocations ends the run, and a run that repeats begins again: give one of both"
        )
        require(
            .runTime,
            configuration.runTime.map { $0 > .zero } ?? true,
            "the run time must be over 0, such as 90, 20m or 1h30m; leave it out to play every conversation to its end"
        )
        require(
            .warmUp,
            configuration.warmUp?.isPossible ?? true,
            "the warm-up must be over 0, such as 30s or 500 turns"
        )
        if case .time(let time)? = configuration.warmUp, let runTime = configuration.runTime {
            require(
                .warmUp,
                time < runTime,
                "the warm-up must be shorter than the run time, which it is part of: nothing would be counted"
            )
        }
        require(
            .waitForHost,
            configuration.waitForHost.map { $0 > .zero } ?? true,
            "the time to wait for the host must be over 0, such as 30s"
        )
        for (field, time) in [(.thinkTime, configuration.thinkTime), (.rest, configuration.rest)] as [Wait] {
            require(field, time?.canBeWritten ?? true, "a wait of \(time ?? .off) is none; its times are 0 to 24h")
        }
        require(
            .maximumEventBytes,
            (1...largestEvent).contains(configuration.maximumEventBytes),
            "the limit of an event must be from 1 to \(largestEvent) bytes, not \(configuration.maximumEventBytes)"
        )
        require(
            .maximumHistoryBytes,
            (1...largestEvent).contains(configuration.maximumHistoryBytes),
            "the limit of a history must be from 1 to \(largestEvent) bytes, not \(configuration.maximumHistoryBytes)"
        )
        require(
            .idleReuse,
            configuration.idleReuse >= .seconds(1),
            "the time that a connection may be idle must be at least 1s; --disable-keepalive has a new one for each turn"
        )
        if let problem = Self.problem(withReadRateOf: configuration) { require(.readRate, false, problem) }
        if let path = configuration.path {
            collect(.path) { () throws(ConfigurationError) in try Self.checkPath(path) }
        }
        collect(.api) { () throws(ConfigurationError) in try configuration.api.check() }
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
        let apis =
            problems.isEmpty
            ? collect(.api) { () throws(ConfigurationError) in try ConversationAPIs(configuration) } : nil
        if let rate = configuration.readRate, let whole = apis?.profiles.first(where: { $0.framing == .json }) {
            require(
                .readRate,
                false,
                "a reader of \(rate) needs answers that are streamed, and those of the API '\(whole.name)' come whole (framing "
                    + "json): leave it out"
            )
        }
        guard problems.isEmpty, let target, let sources, let apis else { throw ConfigurationError(problems) }
        self.configuration = configuration
        self.configuration.conversations = apis.conversations
        // What the run has to fit for, and what its numbers tell of it.
        if let stages = configuration.stages { self.configuration.users = Int(stages.greatest) }
        if let count = configuration.invocations {
            self.configuration.conversations = apis.conversations.invocations(inAll: count)
        }
        self.apis = apis
        self.target = target
        self.sources = sources
    }

    /// What is wrong with how fast users read; nil for nothing.
    ///
    /// A gap that they make themselves must be no stall, and no silence of the server.
    private static func problem(withReadRateOf configuration: EngineConfiguration) -> String? {
        guard let rate = configuration.readRate else { return nil }
        guard rate.isPossible else {
            return "users must read at a rate over 0 and up to \(ArrivalRate.mostPerSecond.fixed(0))/s, not \(rate)"
        }
        let limits = [
            ("what counts as a stall (--stall-after)", configuration.stallAfter),
            ("the idle timeout", configuration.idleTimeout), ("the stall timeout", configuration.stallTimeout),
        ]
        let broken = limits.compactMap { name, limit in
            limit.map { $0.nanosecondsClamped <= rate.intervalNs } == true
                ? "\(name), \(DurationText.text(of: limit ?? .zero))" : nil
        }
        guard !broken.isEmpty else { return nil }
        let interval = DurationText.text(of: .nanoseconds(Int64(clamping: rate.intervalNs)))
        return "a reader of \(rate) takes an event every \(interval), and that has to be shorter than "
            + "\(broken.joined(separator: " and ")): read faster, or raise that"
    }

    private typealias Wait = (ConfigurationField, ThinkTime?)

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
        if let other = SessionPlaceholder.otherPlaceholder(in: path) {
            throw ConfigurationError(
                "path \(shown): {\(other)} stands for nothing; write \(SessionPlaceholder.text) for the session's id, or "
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
