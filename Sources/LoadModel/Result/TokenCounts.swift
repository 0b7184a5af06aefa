/// How many tokens the turns of a run, or of a part of it, had by what their server says.
public struct TokenCounts: Codable, Sendable, Equatable {
    /// Completed turns of which the server told how many tokens they had: the numbers are of these alone.
    public var turns: UInt64
    /// Tokens of the requests; 0 where the server does not tell, as the others.
    public var input: UInt64
    /// Tokens of the answers.
    public var output: UInt64
    /// Tokens of what was thought before the answers.
    public var reasoning: UInt64
    /// Tokens of the requests that the server had in a cache.
    public var cached: UInt64
}

/// Events that are nothing to an API's profile.
public struct OtherEvents: Sendable, Equatable {
    /// Those that no rule of the profile matches.
    public var count: UInt64
    /// Those of them whose data had to be JSON and was not.
    public var unreadable: UInt64
}

extension Tally {
    /// The tokens of its turns; nil when no server has told any.
    public var tokens: TokenCounts? {
        guard self[.turnsWithUsage] > 0 else { return nil }
        return TokenCounts(
            turns: self[.turnsWithUsage],
            input: self[.inputTokens],
            output: self[.outputTokens],
            reasoning: self[.reasoningTokens],
            cached: self[.cachedTokens]
        )
    }

    /// The events of its turns that no rule matches; nil without any.
    public var otherEvents: OtherEvents? {
        guard self[.otherEvents] > 0 else { return nil }
        return OtherEvents(count: self[.otherEvents], unreadable: self[.unreadableEvents])
    }
}

extension TokenCounts {
    /// Its numbers as all tables show them, in their order.
    package static let kinds: [(name: String, count: any KeyPath<TokenCounts, UInt64> & Sendable)] = [
        ("input", \.input), ("output", \.output), ("reasoning", \.reasoning), ("cached", \.cached),
    ]
}

extension RunResult {
    /// The tokens of the run; nil when no server has told any.
    public var tokens: TokenCounts? { total.tokens }

    /// Why completed turns' answers ended, in the words of servers.
    public var finishReasons: CountsByName { total.finishReasons }

    /// The events that no rule of an API's profile matches; nil without any.
    public var otherEvents: OtherEvents? { total.otherEvents }
}
