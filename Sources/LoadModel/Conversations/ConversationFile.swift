/// One file of a conversation: its text as a conversation, or everything that is wrong with it.
struct ConversationFile {
    /// What the file asks for; each part is nil when it is missing or wrong.
    private(set) var name: String?
    private(set) var invocations: Int?
    private(set) var turns: [Conversation.Turn]?

    /// The longest name, in Unicode scalars: it is in every row of every table.
    static let maximumNameCount = 200

    let path: String
    var file: JSONFile
    /// What may be missing.
    private(set) var api: String?
    private(set) var thinkTime: ThinkTime?
    private(set) var variables: [String: String] = [:]
    private(set) var data: DataSource?
    private(set) var headers: [APIProfile.Header] = []
    /// How templates are read in texts; nil where `{{` is text.
    private(set) var names: TemplateNames?

    /// Checks a text.
    ///
    /// - Parameters:
    ///   - bytes: The whole file.
    ///   - path: Where it is, as shown in messages; its data file is beside it.
    ///   - names: The names of values that templates may have besides the file's own and those that are always there, by the
    ///     name of the file's profile; nil for that of the run.
    ///   - table: Loads a data file by its path.
    init(
        bytes: [UInt8],
        path: String,
        names: (_ api: String?) -> Set<String>,
        table: (_ path: String) throws(ConfigurationError) -> DataTable
    ) {
        self.path = path
        file = JSONFile(bytes: bytes, path: path, shape: Self.shape)
        if let value = file.value { check(value, names, table) }
    }

    /// One line per mistake, in the order of the file where it has one.
    var problems: [String] { file.problems }

    /// The conversation, when nothing is wrong with it.
    var conversation: Conversation? {
        guard problems.isEmpty, let name, let invocations, let turns else { return nil }
        var conversation = Conversation(name: name, invocations: invocations, turns: turns, path: path)
        conversation.api = api
        conversation.thinkTime = thinkTime
        conversation.variables = variables
        conversation.data = data
        conversation.headers = headers
        return conversation
    }

    private static let shape = #"an object {"name": ..., "invocations": ..., "conversation": [...]}"#

    // MARK: The shape

    /// Whether it is a result, which is no conversation with many mistakes.
    private func isSummary(_ value: JSONValue) -> Bool {
        guard case .object(let members) = value else { return false }
        return members.contains { $0.key == "schema" && $0.value == .string(FileSchema.summary) }
    }

    private mutating func check(
        _ value: JSONValue,
        _ namesOfProfile: (String?) -> Set<String>,
        _ table: (String) throws(ConfigurationError) -> DataTable
    ) {
        guard !isSummary(value) else {
            file.note("$", "expected a conversation, found a result of --summary; move it out of the folder of --data")
            return
        }
        let keys: [JSONFile.Key] = [
            .required("name", "a non-empty string"), .required("invocations", Self.invocationsRange),
            .optional("api"), .optional("think_time"), .optional("variables"), .optional("data"), .optional("headers"),
            .required("conversation", Self.conversationShape),
        ]
        guard let values = file.members(value, at: "$", shape: Self.shape, keys: keys, ignored: ["$schema"]) else {
            return
        }
        if let value = values["name"] { name = shownName(value, at: "$.name") }
        if let value = values["invocations"] { checkInvocations(value) }
        if let value = values["api"] { api = file.nonEmptyString(value, at: "$.api") }
        if let value = values["think_time"] { thinkTime = readThinkTime(value, at: "$.think_time") }
        if let value = values["variables"] { variables = readVariables(value) }
        if let value = values["data"] { data = dataSource(value, table) }
        var names = TemplateNames(own: Set(variables.keys), outside: namesOfProfile(api))
        names.add(columns: data?.table.columns ?? [])
        // Without its columns it is not known what is unknown.
        if values["data"] != nil, data == nil { names.areAllKnown = true }
        if let value = values["headers"] { headers = readHeaders(value, names) }
        if values["variables"] != nil || values["data"] != nil { self.names = names }
        if let value = values["conversation"] { checkConversation(value) }
    }

    // MARK: The values

    /// Takes a name that is shown in tables.
    mutating func shownName(_ value: JSONValue, at place: String) -> String? {
        guard let text = file.nonEmptyString(value, at: place) else { return nil }
        let count = text.unicodeScalars.count
        if count > Self.maximumNameCount {
            file.note(place, "expected at most \(Self.maximumNameCount) characters, found \(count)")
        } else if let control = text.unicodeScalars.first(where: Shown.isControl) {
            file.note(place, "expected a name without control characters, found \(Shown.codePoint(control))")
        } else {
            // Here once, for all outputs: they agree, and so do thresholds, which name it as it is shown.
            return Shown.line(text)
        }
        return nil
    }

    private static let invocationsRange = "a whole number from 0 to \(Conversation.maximumInvocations)"

    private mutating func checkInvocations(_ value: JSONValue) {
        guard case .number(let text) = value, let count = Int(text), 0...Conversation.maximumInvocations ~= count else {
            file.note("$.invocations", "expected \(Self.invocationsRange), found \(Shown.value(value))")
            return
        }
        invocations = count
    }

    mutating func readThinkTime(_ value: JSONValue, at place: String) -> ThinkTime? {
        guard case .string(let text) = value else {
            file.note(place, "expected a text such as \(ThinkTime.grammar), found \(Shown.value(value))")
            return nil
        }
        do {
            return try ThinkTime.parse(text)
        } catch {
            file.note(place, error)
            return nil
        }
    }

    private static let conversationShape = #"a non-empty array of turns {"role": ..., "content": ...}"#

    private mutating func checkConversation(_ value: JSONValue) {
        guard case .array(let elements) = value, !elements.isEmpty else {
            file.note("$.conversation", "expected \(Self.conversationShape), found \(Shown.value(value))")
            return
        }
        var places: [String: String] = [:]
        turns = elements.enumerated().compactMap { index, element in
            let place = "$.conversation[\(index)]"
            guard let turn = readTurn(element, at: place) else { return nil }
            if let name = turn.name, let first = places.updateValue(place, forKey: name) {
                file.note(place + ".name", "expected a name of its own, found \(Shown.text(name)), as of \(first)")
            }
            return turn
        }
    }
}
