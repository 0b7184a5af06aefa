import FoundationEssentials
import LoadEngine

/// What `POST /swarm` asks for.
struct SwarmRequest: Equatable, Sendable {
    /// How the load comes and goes.
    var load: SwarmLoad
    /// The base URL of the assistant; nil for the one that the program was started with.
    var host: String?
    /// Zero for no limit; nil for the one that the program was started with.
    var runTime: Duration?
    /// How long users wait before turns; nil for what the program was started with.
    var thinkTime: ThinkTime?
    /// How long they wait between two conversations; nil for what the program was started with.
    var rest: ThinkTime?
    /// The names of those to play, in the order in which they were asked for; nil for all.
    var conversations: [String]?
    /// How often to play a conversation, by its name; the others as their files say.
    var invocations: [String: Int]
    /// How many to play in all, in those proportions; 0 for as many as they say, nil for what the program was started with.
    var invocationsInAll: Int?
    /// Whether to begin again when all are played; nil for what the program was started with.
    var repeats: Bool?
    /// How long the run plays before it counts.
    var warmUp = Choice<WarmUp>.asStarted

    /// Makes the configuration of the run that is asked for.
    ///
    /// - Parameters:
    ///   - base: What the program was started with, against the host that is asked for.
    ///   - all: The conversations of the files.
    /// - Returns: The configuration.
    /// - Throws: `WebProblem` of a parameter that is missing, or excludes another one.
    func configuration(
        _ base: EngineConfiguration,
        conversations all: [Conversation]
    ) throws(WebProblem) -> EngineConfiguration {
        var configuration = base
        try load.apply(to: &configuration)
        configuration.conversations = chosen(of: all)
        configuration.thinkTime = thinkTime ?? configuration.thinkTime
        // That of the start gives way: a user of an open model has one conversation.
        if configuration.arrivals != nil { configuration.rest = nil }
        if let rest { configuration.rest = rest == .off ? nil : rest }
        configuration.warmUp = warmUp.value(or: configuration.warmUp)
        if let runTime { configuration.runTime = runTime == .zero ? nil : runTime }
        if let invocationsInAll { configuration.invocations = invocationsInAll == 0 ? nil : invocationsInAll }
        configuration.repeats = repeats ?? configuration.repeats
        return configuration
    }

    /// The conversations to play.
    ///
    /// - Parameter all: Those of the files.
    /// - Returns: Those of them that were asked for, with the invocations that were asked for.
    func chosen(of all: [Conversation]) -> [Conversation] {
        let names = conversations.map { Set($0) }
        return all.filter { names?.contains($0.name) ?? true }.map { conversation in
            var chosen = conversation
            chosen.invocations = invocations[conversation.name] ?? conversation.invocations
            return chosen
        }
    }
}

/// Reads what `POST /swarm` was sent, with Locust's parameters.
struct SwarmForm {
    private static let mediaType = "application/x-www-form-urlencoded"
    private static let countPrefix = "invocations."
    private static let mostHostBytes = 2_000
    private static let mostDurationBytes = 100
    private static let mostStagesBytes = 20 * LoadStages.mostStages
    /// What a parameter is where a run is to be without what the program was started with.
    private static let wordsForOff: Set = ["off", "0"]

    private let form: URLEncodedForm
    private let conversations: [Conversation]
    private let names: Set<String>

    /// Reads a request.
    ///
    /// - Parameters:
    ///   - body: The bytes of the body.
    ///   - contentType: Its `Content-Type`; nil where there is none.
    ///   - conversations: The conversations that there are.
    /// - Returns: What it asks for, of which everything is right but perhaps what only a start can find out.
    /// - Throws: `WebProblem` of the first parameter that is wrong.
    static func read(
        _ body: some Sequence<UInt8>,
        contentType: String?,
        conversations: [Conversation]
    ) throws(WebProblem) -> SwarmRequest {
        if let contentType, !isForm(contentType) {
            throw WebProblem(message: "the body must be \(mediaType), not \(Shown.text(contentType))")
        }
        let names = Set(conversations.map(\.name))
        return try SwarmForm(form: try URLEncodedForm(body), conversations: conversations, names: names).request()
    }

    private static func isForm(_ contentType: String) -> Bool {
        contentType.prefix { $0 != ";" }.filter { $0 != " " }.lowercased() == mediaType
    }

    private func request() throws(WebProblem) -> SwarmRequest {
        let request = SwarmRequest(
            load: try load(),
            host: try host(),
            runTime: try runTime(),
            thinkTime: try thinkTime("think_time"),
            rest: try thinkTime("rest"),
            conversations: try chosenNames(),
            invocations: try invocations(),
            invocationsInAll: try invocationsInAll(),
            repeats: try repeats(),
            warmUp: try choice("warm_up", WarmUp.parse)
        )
        guard request.repeats != true || (request.invocationsInAll ?? 0) == 0 else {
            throw WebProblem(
                message: "invocations end a run, and repeat begins again: give one of both",
                field: "invocations"
            )
        }
        guard request.chosen(of: conversations).contains(where: { $0.invocations > 0 }) else {
            throw WebProblem(
                message: "none of the chosen conversations has invocations: give one of them at least 1",
                field: "user_classes"
            )
        }
        return request
    }

    private func load() throws(WebProblem) -> SwarmLoad {
        SwarmLoad(
            userCount: try users("user_count"),
            spawnRate: try spawnRate(),
            maxUsers: try users("max_users"),
            arrivalRate: try choice("arrival_rate", ArrivalRate.parse),
            process: try expression("arrivals", ArrivalProcess.parse),
            stages: try choice("stages", mostBytes: Self.mostStagesBytes, LoadStages.parse)
        )
    }

    private func users(_ key: String) throws(WebProblem) -> Int? {
        guard let text = try single(key) else { return nil }
        return try whole(text, in: 1...EngineConfiguration.mostUsers, of: key)
    }

    private func spawnRate() throws(WebProblem) -> Double? {
        guard let text = try single("spawn_rate") else { return nil }
        guard let rate = Double(text), rate > 0, rate.isFinite else {
            throw WebProblem(
                message: "spawn_rate must be a number over 0 (users per second), not \(Shown.text(text))",
                field: "spawn_rate"
            )
        }
        return rate
    }

    private func host() throws(WebProblem) -> String? {
        guard let text = try single("host") else { return nil }
        guard text.utf8.count <= Self.mostHostBytes else {
            throw WebProblem(message: "host is longer than \(Self.mostHostBytes) bytes: give a base URL", field: "host")
        }
        // libcurl would read it to the first NUL only.
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw WebProblem(
                message: "host has a blank or a control character: write for example http://localhost:8000",
                field: "host"
            )
        }
        do { _ = try Target(url: text) } catch {
            throw WebProblem(message: error.description, field: "host")
        }
        return text
    }

    private func runTime() throws(WebProblem) -> Duration? {
        guard let text = try single("run_time") else { return nil }
        guard text.utf8.count <= Self.mostDurationBytes else {
            throw WebProblem(message: "run_time \(Shown.text(text)) is not a duration: write 20m", field: "run_time")
        }
        do { return try DurationText.parse(text) } catch {
            throw WebProblem(message: "run_time \(error.description); 0 for no limit", field: "run_time")
        }
    }

    /// What a parameter says that may be off.
    private func choice<Value: Equatable & Sendable>(
        _ key: String,
        mostBytes: Int = mostDurationBytes,
        _ parse: (String) throws(ExpressionError) -> Value
    ) throws(WebProblem) -> Choice<Value> {
        if let text = try single(key), Self.wordsForOff.contains(text.lowercased()) { return .off }
        return try expression(key, mostBytes: mostBytes, parse).map { .value($0) } ?? .asStarted
    }

    private func expression<Value>(
        _ key: String,
        mostBytes: Int = mostDurationBytes,
        _ parse: (String) throws(ExpressionError) -> Value
    ) throws(WebProblem) -> Value? {
        guard let text = try single(key) else { return nil }
        guard text.utf8.count <= mostBytes else {
            throw WebProblem(message: "\(key) \(Shown.text(text)) is longer than \(mostBytes) bytes", field: key)
        }
        do throws(ExpressionError) { return try parse(text) } catch {
            throw WebProblem(message: "\(key): \(error.line)", field: key)
        }
    }

    private func thinkTime(_ key: String) throws(WebProblem) -> ThinkTime? {
        guard let text = try single(key) else { return nil }
        guard text.utf8.count <= Self.mostDurationBytes else {
            throw WebProblem(message: "\(key) \(Shown.text(text)) is no time: write \(ThinkTime.grammar)", field: key)
        }
        do { return try ThinkTime.parse(text) } catch {
            throw WebProblem(message: "\(key): \(error.line)", field: key)
        }
    }

    private func chosenNames() throws(WebProblem) -> [String]? {
        let names = form.values(of: "user_classes").filter { !$0.isEmpty }
        for name in names { try check(name, of: "user_classes") }
        return names.isEmpty ? nil : names
    }

    private func invocations() throws(WebProblem) -> [String: Int] {
        var counts: [String: Int] = [:]
        for field in form.fields where field.key.hasPrefix(Self.countPrefix) {
            let name = String(field.key.dropFirst(Self.countPrefix.count))
            try check(name, of: field.key)
            guard let text = try single(field.key) else { continue }
            counts[name] = try whole(text, in: 0...Conversation.maximumInvocations, of: field.key)
        }
        return counts
    }

    private func invocationsInAll() throws(WebProblem) -> Int? {
        guard let text = try single("invocations") else { return nil }
        return try whole(text, in: 0...Conversation.maximumInvocations, of: "invocations")
    }

    private func repeats() throws(WebProblem) -> Bool? {
        guard let text = try single("repeat") else { return nil }
        guard let value = ["true": true, "false": false][text.lowercased()] else {
            throw WebProblem(message: "repeat must be true or false, not \(Shown.text(text))", field: "repeat")
        }
        return value
    }

    private func check(_ name: String, of field: String) throws(WebProblem) {
        guard !names.contains(name) else { return }
        let meant = Spelling.nearest(to: name, among: conversations.map(\.name))
        throw WebProblem(
            message: "there is no conversation \(Shown.text(name)): "
                + (meant.map { "did you mean '\($0)'?" } ?? "see the names in the data files"),
            field: Shown.line(field, mostBytes: 200)
        )
    }

    private func whole(_ text: String, in range: ClosedRange<Int>, of field: String) throws(WebProblem) -> Int {
        guard let value = Int(text), range.contains(value) else {
            throw WebProblem(
                message: "\(field) must be a whole number from \(range.lowerBound) to \(range.upperBound), "
                    + "not \(Shown.text(text))",
                field: field
            )
        }
        return value
    }

    /// The value of a field that may be there once; nil when it is empty or not there.
    private func single(_ key: String) throws(WebProblem) -> String? {
        let values = form.values(of: key)
        guard values.count <= 1 else {
            throw WebProblem(message: "\(key) is there \(values.count) times: give it once", field: key)
        }
        let text = (values.first ?? "").drop { $0 == " " }
        let trimmed = String(text.reversed().drop { $0 == " " }.reversed())
        return trimmed.isEmpty ? nil : trimmed
    }
}
