/// What a program hears of a run while it goes on, turn by turn and event by event.
///
/// - Isolation: loop; each hook is called on the loop's thread and must return at once: the loop reads no other answer
///   meanwhile, and its lateness is in every number. A hook must not wait for the run. One that is nil costs nothing.
public struct EngineHooks: Sendable {
    /// Called with every turn whose outcome becomes known; how the transfer ends is not awaited.
    public var onTurnDecided: (@Sendable (TurnRecord) -> Void)?
    /// Called with every content event: its session, its data, and when it was received.
    ///
    /// The data is what the event's `data` lines say, joined with line feeds: UTF-8 that has been checked, valid only during
    /// the call. The time is in nanoseconds of the monotonic clock, as those of `TurnRecord` are.
    public var onContentEvent: (@Sendable (SessionID, Span<UInt8>, UInt64) -> Void)?

    /// Makes hooks.
    ///
    /// - Parameters:
    ///   - onTurnDecided: Called with every turn whose outcome becomes known; nil for none.
    ///   - onContentEvent: Called with every content event; nil for none.
    public init(
        onTurnDecided: (@Sendable (TurnRecord) -> Void)? = nil,
        onContentEvent: (@Sendable (SessionID, Span<UInt8>, UInt64) -> Void)? = nil
    ) {
        self.onTurnDecided = onTurnDecided
        self.onContentEvent = onContentEvent
    }
}
