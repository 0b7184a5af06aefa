/// What the core has to know of a conversation besides the number of its turns.
package struct SessionRules {
    /// How many requests come before the first turn.
    package var setupCount = 0
    /// How long a user waits before each turn.
    ///
    /// `Shape:` [turn], or empty when none is waited for
    package var thinkTimes: [ThinkTime] = []
    /// Whether somebody keeps more of its sessions than the core does.
    package var isKept = false
    /// Whether its answers may have tokens before those of the answer.
    package var hasOtherTokens = false

    package init() {}
}

/// What becomes of an invocation that a user has taken.
package enum SessionStart {
    /// It is played.
    case begins
    /// It waits until another has ended, which is told by `Population.sessionFreed`.
    case waits
    /// It cannot be played, nor any other of its conversation: they are not started.
    case never
}

/// Who keeps more of users' sessions than the core does: what was said, what was captured, rows of data.
/// - Isolation: loop
package protocol SessionKeeper: AnyObject {
    /// A user has taken an invocation of a conversation.
    func sessionBegins(user: Int, conversation: Int) -> SessionStart
    /// The invocation has ended, or is not played after all.
    func sessionEnded(user: Int)
}
