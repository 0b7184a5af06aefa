/// The APIs of a run and the requests of its conversations, compiled: all that is sent, and what answers mean.
/// - Isolation: loop
package final class RunRequests {
    /// The APIs, compiled.
    ///
    /// `Shape:` [api]
    let apis: UnsafeMutablePointer<API>
    let apiCount: Int
    /// The requests of each conversation.
    ///
    /// `Shape:` [conversation]
    private(set) var conversations: [ConversationRequests]
    /// What the requests of each API have in common.
    ///
    /// `Shape:` [api]
    private let common: [CommonRequests]
    /// The index of each conversation's API.
    let apiOf: [Int]
    /// What answers have to be like; nil for those of which nothing is expected.
    ///
    /// `Shape:` [row], or empty when nothing is expected of any
    private let checks: [AnswerCheck?]
    /// What is expected of the answers, as it was written.
    ///
    /// `Shape:` [row], or empty when nothing is expected of any
    private let expectations: [AnswerExpectation?]
    /// Whether invocations have rows of data.
    private let hasData: Bool
    /// Where each conversation's first row is.
    private let firstRows: [Int]
    /// The values of the environment that are in requests, and of variables that are secret by their names: they must not come
    /// back in a report.
    let secrets: [String]

    /// Compiles everything.
    ///
    /// - Parameters:
    ///   - conversations: What is played, each arranged for the history of its API.
    ///   - profiles: What is played against.
    ///   - apiOf: The index of each conversation's profile.
    ///   - environment: The values of `{{env.NAME}}`.
    /// - Throws: `EngineError` for what cannot be compiled, which a check of the configuration would have told.
    package init(
        _ conversations: [Conversation],
        profiles: [APIProfile],
        apiOf: [Int],
        environment: EnvironmentValues
    ) throws(EngineError) {
        apiCount = profiles.count
        var compiled: [API] = []
        for profile in profiles { compiled.append(try API(profile)) }
        apis = .allocate(capacity: max(compiled.count, 1))
        apis.initialize(from: compiled, count: compiled.count)
        self.apiOf = apiOf
        let common = profiles.map { CommonRequests($0, environment: environment) }
        self.common = common
        self.conversations = zip(conversations, apiOf).map { ConversationRequests($0, to: common[$1]) }
        let variables = profiles.map(\.variables) + conversations.map(\.variables)
        let ofVariables = variables.lazy.flatMap { $0 }.filter { Shown.isNameOfSecret($0.key) }.map(\.value)
        secrets = Set(environment.secrets + ofVariables.map(JSONText.text)).sorted()
        var row = 0
        firstRows = conversations.map { conversation in
            defer { row += conversation.turns.count }
            return row
        }
        hasData = conversations.contains { $0.data != nil }
        let isAnyExpected = conversations.contains { $0.turns.contains { $0.expect != nil } }
        expectations = isAnyExpected ? conversations.flatMap { $0.turns.map(\.expect) } : []
        var checks: [AnswerCheck?] = []
        for expectation in expectations {
            do throws(ConfigurationError) {
                checks.append(try expectation.map { expected throws(ConfigurationError) in try AnswerCheck(expected) })
            } catch {
                throw EngineError(operation: "compile what an answer has to be like", reason: "\(error)")
            }
        }
        self.checks = checks
    }

    deinit {
        for index in 0..<apiCount { apis[index].destroy() }
        apis.deinitialize(count: apiCount)
        apis.deallocate()
        for check in checks { check?.destroy() }
    }

    /// What the answer of a turn has to be like; nil when nothing is expected of it.
    func check(row: Int) -> AnswerCheck? { checks.isEmpty ? nil : checks[row] }

    /// How many numbers the check of an answer keeps, at most.
    ///
    /// One at least where anything is expected: without its numbers a turn is not judged.
    var checkCount: Int { checks.reduce(0) { max($0, $1.map { max($0.stateCount, 1) } ?? 0) } }

    /// How many values are captured in a session of each conversation.
    var captureCounts: [Int] { apiOf.map { apis[$0].captureNames.count } }

    /// Whether a run needs nothing kept of its sessions besides what the core keeps.
    var isPlain: Bool {
        !hasData && (0..<apiCount).allSatisfy { apis[$0].isPlain } && checks.allSatisfy { $0 == nil }
            && conversations.allSatisfy { requests in
                requests.setup.isEmpty && requests.turns.allSatisfy { $0.isPrepared }
            }
    }

    /// The index of a conversation's API.
    func api(ofConversation conversation: Int) -> Int { apiOf[conversation] }

    /// The header lines of an API that are the same for all its requests.
    func headers(of api: Int) -> [String] { common[api].head.constantLines }

    /// The heads of all requests, those of set-ups too, each once.
    private var heads: [RequestHead] {
        var known: Set<ObjectIdentifier> = []
        return conversations.flatMap { conversation in
            (conversation.setup + conversation.turns).map(\.head).filter { known.insert(ObjectIdentifier($0)).inserted }
        }
    }

    /// The header lines of all requests that are secret by their names.
    var secretHeaders: [String] {
        Array(Set(heads.flatMap(\.constantLines).filter(Shown.isSecretLine)))
    }

    /// The paths of all requests, as far as they are known.
    var constantPaths: [String] {
        Array(Set(heads.map(\.shownPath)))
    }

    /// Lays out the requests that are the same for all users; their bodies are there then, and no longer here.
    ///
    /// - Parameter prefix: The path of the host, below which all others are.
    /// - Returns: What `TurnRequests` has of them, to be destroyed.
    func layOut(below prefix: String) -> TurnRequests { TurnRequests(&conversations, below: prefix) }

    /// Why an answer is not as expected, in words.
    func text(of miss: AnswerExpectation.Miss, row: Int) -> String { expectations[row]?.text(of: miss) ?? "" }

    /// The request of a turn.
    func request(conversation: Int, row: Int) -> ConversationRequests.Request {
        conversations[conversation].turns[row - firstRows[conversation]]
    }

    /// What a turn adds to the messages.
    func messages(conversation: Int, row: Int) -> RequestTemplate {
        conversations[conversation].messages[row - firstRows[conversation]]
    }
}

@available(*, unavailable)
extension RunRequests: Sendable {}
