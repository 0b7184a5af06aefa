/// Carries turns out for a `RunDriver`: libcurl over sockets, or a simulator with a made-up clock.
///
/// It does as it is told, and tells the `Population` what happens to each turn and when. What it tells is all that is
/// counted: a transport has no numbers of its own to write.
/// - Isolation: loop
package protocol TurnTransport: AnyObject {
    /// Hands over the turn that a user has planned; the population must be told `turnSent` before anything else of it.
    func send(user: Int)

    /// Hands over a turn once more, on a fresh connection: the kept one that it was given must not be used.
    ///
    /// Only for a turn for which the transport has asked `UserActions.requestFreshSend`.
    func sendAfresh(user: Int)

    /// Reads on for a user that did not for a while, as `Population.isPausing` said; its turn may have ended meanwhile.
    func readOn(user: Int)

    /// Removes the transfer of a turn that is decided; the population must be told `transferClosed`, unless it has ended.
    func close(user: Int)

    /// Does what is best done once for all turns of an iteration of the loop, before it waits.
    func settle()
}
