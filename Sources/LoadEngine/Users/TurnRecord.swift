/// One turn whose outcome has just become known.
package struct TurnRecord: Sendable {
    package let session: SessionID
    /// The index of the turn among all turns of all conversations.
    package let row: Int
    package let outcome: TurnOutcome
    /// Events received, the end marker not counted.
    package let events: UInt64
    package let hasFirstToken: Bool
    /// The send, in nanoseconds of the monotonic clock.
    package let sentNs: UInt64
    /// When the outcome became known, on the same clock.
    package let decidedNs: UInt64
}
