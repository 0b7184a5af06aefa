/// What the core asks the transport to do, in the order of asking.
///
/// The transport takes as many at a time as one turn of the loop bears.
/// - Isolation: loop
package struct UserActions {
    private var sends = IndexQueue()
    private var closes = IndexQueue()

    package init() {}

    package var isEmpty: Bool { sends.isEmpty && closes.isEmpty }

    package mutating func requestSend(user: Int) { sends.append(Int32(truncatingIfNeeded: user)) }
    package mutating func requestClose(user: Int) { closes.append(Int32(truncatingIfNeeded: user)) }

    /// The next user whose turn is to be handed over; it may have been withdrawn meanwhile.
    package mutating func takeSend() -> Int? { sends.take().map { Int($0) } }

    /// The next user whose transfer is to be removed; it may have ended meanwhile.
    package mutating func takeClose() -> Int? { closes.take().map { Int($0) } }
}
