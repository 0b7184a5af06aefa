/// What a server says of a turn besides its text: how many tokens, and why it ended.
package struct TurnUsage: Equatable, BitwiseCopyable {
    /// What stands for a number that the server has not told.
    package static let unknown = UInt64.max

    /// Tokens of the request, of the answer, of what was thought, and of the request that were in a cache.
    package var input = unknown
    package var output = unknown
    package var reasoning = unknown
    package var cached = unknown
    /// The index of the finish reason among those of the run, -1 for none.
    package var finishReason: Int32 = -1

    package init() {}

    /// Whether the server has told any number of tokens.
    package var hasTokens: Bool {
        input != Self.unknown || output != Self.unknown || reasoning != Self.unknown || cached != Self.unknown
    }
}
