internal import CLoad

/// Whether a turn may go on a connection, and when it may go a second time.
extension CurlTransport {
    /// Whether libcurl may send the request: once per turn, and on a connection that is clean.
    ///
    /// The first time tells that the connection is there.
    func willSend(
        _ transfer: UnsafeMutablePointer<CurlTransfer>,
        to address: UnsafePointer<CChar>?,
        localPort: Int32
    ) -> Bool {
        let user = transfer.pointee.user
        let nowNs = EventLoop.nowNs
        guard transfer.pointee.sendCount == 0 else {
            transfer.pointee.sendCount += 1
            // Should libcurl close the one that ended only later.
            if transfer.pointee.keptSocket >= 0 { noteEnd(ofKept: transfer.pointee.keptSocket, user: user) }
            if transfer.pointee.sendCount == 2, mayResend(transfer) {
                return willResend(transfer, to: address, localPort: localPort)
            }
            connections.didConnect(transfer, to: address)
            population.resendRefused(user: user, nowNs: nowNs)
            return false
        }
        guard connections.willSend(transfer, to: address, localPort: localPort) else {
            transfer.pointee.needsFreshConnection = true
            return false
        }
        transfer.pointee.sendCount = 1
        population.connected(user: user, nowNs: nowNs)
        return true
    }

    /// Whether a turn may be sent a second time, whose kept connection has ended before a byte of the answer came.
    ///
    /// Not when the server's system had the whole turn, and its program closed the connection in order and only after a while:
    /// it has taken the turn and given no answer.
    private func mayResend(_ transfer: UnsafeMutablePointer<CurlTransfer>) -> Bool {
        guard settings.resendsStaleTurns, transfer.pointee.head.status == 0, let easy = transfer.pointee.easy else {
            return false
        }
        guard let end = keptEnd(of: transfer) else { return true }
        let sinceSendNs = population.sinceSendNs(user: transfer.pointee.user, nowNs: EventLoop.nowNs)
        return end.isReset || !end.hadTurn(isSent: isSent(easy)) || sinceSendNs < Self.closingNs
    }

    /// What closes a connection so soon after a turn had begun to close it before.
    private static var closingNs: UInt64 { 200 * Nanoseconds.perMillisecond }

    /// Lets a turn go a second time, whose kept connection was closed before a byte of the answer came.
    ///
    /// libcurl does it by itself when that connection brought nothing at all.
    private func willResend(
        _ transfer: UnsafeMutablePointer<CurlTransfer>,
        to address: UnsafePointer<CChar>?,
        localPort: Int32
    ) -> Bool {
        if !transfer.pointee.isResent {
            transfer.pointee.isResent = true
            population.connectionWasStale()
        }
        transfer.pointee.keptSocket = -1
        transfer.pointee.keptEnd = nil
        // Another kept one may have been closed as well.
        guard transfer.pointee.openedSocket >= 0, connections.willSend(transfer, to: address, localPort: localPort)
        else {
            transfer.pointee.sendCount = 1
            transfer.pointee.needsFreshConnection = true
            return false
        }
        return true
    }

    /// Sends a turn once more whose kept connection was closed before a byte of the answer came.
    ///
    /// libcurl does that by itself for some ends of a connection, and not for others, such as a reset amid the request.
    ///
    /// - Returns: Whether it is sent once more.
    func resends(_ transfer: UnsafeMutablePointer<CurlTransfer>) -> Bool {
        let user = transfer.pointee.user
        guard population.isUndecided(user: user), transfer.pointee.sendCount == 1,
            !transfer.pointee.isSentAfresh, transfer.pointee.openedSocket < 0, mayResend(transfer)
        else { return false }
        transfer.pointee.isRunning = false
        transfer.pointee.isResent = true
        transfer.pointee.needsFreshConnection = true
        population.connectionWasStale()
        population.actions.requestFreshSend(user: user)
        return true
    }

    /// How the kept connection of a turn ended; nil when it had none, or when an answer had begun.
    func keptEnd(of transfer: UnsafeMutablePointer<CurlTransfer>) -> KeptConnectionEnd? {
        transfer.pointee.head.status == 0 ? transfer.pointee.keptEnd : nil
    }

    /// Whether the system has taken any of the handle's request.
    func isSent(_ easy: OpaquePointer) -> Bool { cload_easy_get_long(easy, CURLINFO_REQUEST_SIZE) > 0 }
}
