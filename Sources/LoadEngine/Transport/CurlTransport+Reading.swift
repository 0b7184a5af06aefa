internal import CLoad

/// How far a user reads: not behind the event with which it has left, and no faster than it may.
///
/// A user that does not read has libcurl pause: libcurl keeps what it has read of the connection, at most its buffer of 2 KB, and
/// looks at the socket no more, so that the server feels it. It delivers what it keeps once more, and not always in the same pieces: so
/// the bytes are counted that have been read of it.
extension CurlTransport {
    /// Whether the user has left or pauses with the event that was dispatched last: what came behind it is not read now.
    ///
    /// - Parameters:
    ///   - transfer: The transfer.
    ///   - mayPause: Whether there is something to pause.
    /// - Returns: Whether the reading stops.
    @inline(never)
    func stopsReading(_ transfer: UnsafeMutablePointer<CurlTransfer>, mayPause: Bool = true) -> Bool {
        let user = transfer.pointee.user
        guard mayPause && population.isPausing(user: user) || !population.isUndecided(user: user) else { return false }
        let isStream = transfer.pointee.framing == .sse
        let rest = isStream ? transfer.pointee.parser.restCount : transfer.pointee.lines.restCount
        population.bodyIgnored(user: user, byteCount: rest)
        // Also where the user has left: libcurl would read on until the transfer is removed, for as long as more comes.
        transfer.pointee.isPaused = true
        transfer.pointee.takenBytes -= rest
        if isStream { transfer.pointee.parser.dropRest() } else { transfer.pointee.lines.dropRest() }
        return true
    }

    /// Takes bytes of a body as far as the user reads now.
    ///
    /// - Returns: Whether that is all of them; otherwise libcurl is to pause, and delivers them again.
    func didReceivePartly(_ bytes: UnsafeRawBufferPointer, of transfer: UnsafeMutablePointer<CurlTransfer>) -> Bool {
        let known = min(transfer.pointee.takenBytes, bytes.count)
        if known < bytes.count {
            // Less what is not read, should it pause.
            transfer.pointee.takenBytes = bytes.count
            didReceiveBody(UnsafeRawBufferPointer(rebasing: bytes.dropFirst(known)), of: transfer)
            if transfer.pointee.isPaused { return false }
            transfer.pointee.takenBytes = 0
        } else {
            transfer.pointee.takenBytes -= known
        }
        return true
    }

    package func readOn(user: Int) {
        let transfer = transfer(of: user)
        guard transfer.pointee.isRunning, transfer.pointee.isPaused, population.isUndecided(user: user),
            let easy = transfer.pointee.easy
        else { return }
        transfer.pointee.isPaused = false
        guard multi(of: user)?.readOn(easy) == false else { return }
        population.answerTooLarge(user: user, nowNs: EventLoop.nowNs)
    }
}
