internal import CLoad

/// What is known about a failed turn besides its outcome, in words.
extension CurlTransport {
    /// A text that says what the server did, of the first few failures of each kind; nil for all others.
    ///
    /// - Parameters:
    ///   - outcome: How the turn ended.
    ///   - transfer: Its transfer, whose handle still has the answer's headers.
    ///   - failure: How libcurl says that the transfer ended; nil when it was taken out.
    /// - Returns: The text, without the secrets that were sent.
    func explanation(
        of outcome: TurnOutcome,
        _ transfer: UnsafeMutablePointer<CurlTransfer>,
        failure: CurlFailure?
    ) -> String? {
        guard population.wantsDetail(of: outcome) else { return nil }
        let received = String(decoding: transfer.pointee.failureText.bytes, as: UTF8.self)
        var text = received
        switch outcome {
        case .httpStatus, .notEventStream:
            text = rejectionText(of: transfer) + (received.isEmpty ? "" : ": " + received)
        case .malformedStream where transfer.pointee.isRejected:
            text = rejectionText(of: transfer)
        case .truncatedStream where population.setup(user: transfer.pointee.user) != nil:
            text = received
        case .truncatedStream, .firstTokenTimeout, .idleTimeout, .stallTimeout, .turnTimeout:
            if let marker = unendedMarkerText(of: transfer) {
                text = marker
            } else {
                let isBodyTold = outcome == .truncatedStream && !received.isEmpty && !transfer.pointee.parser.hasData
                text = (failure?.text ?? "") + (isBodyTold ? ": " + received : "")
            }
        case .connectionReset:
            if let end = keptEnd(of: transfer), let easy = transfer.pointee.easy {
                let sinceSendNs = population.sinceSendNs(user: transfer.pointee.user, nowNs: EventLoop.nowNs)
                text = end.text(isSent: isSent(easy), sinceSendNs: sinceSendNs)
            } else {
                text =
                    transfer.pointee.sendCount > 1
                    ? "the server closed the connection without an answer; the turn is not sent a second time"
                    : failure?.text ?? ""
            }
        case .serverErrorEvent, .expectationFailed:
            break
        case .malformedStream where transfer.pointee.isExplained, .clientLimit where transfer.pointee.isExplained:
            break
        case .tlsFailed:
            text = failure?.tlsText ?? ""
        default:
            text = failure?.text ?? ""
        }
        if let setup = population.setup(user: transfer.pointee.user) {
            let conversation = population.conversation(user: transfer.pointee.user)
            let head = runRequests.conversations[conversation].setup[setup].head
            text = "set-up request \(setup + 1), \(head.method) \(head.shownPath)" + (text.isEmpty ? "" : ": " + text)
        }
        return text.isEmpty ? nil : ownSecrets(of: transfer).masked(secrets.masked(text))
    }

    /// What only this turn has sent that is secret: of its session's values, and of its header lines.
    private func ownSecrets(of transfer: UnsafeMutablePointer<CurlTransfer>) -> SentSecrets {
        guard let writer else { return SentSecrets() }
        let names = runRequests.apis[transfer.pointee.api].captureNames
        var lines: [String] = []
        var next = transfer.pointee.headers
        while let line = next {
            lines.append(String(cString: line.pointee.data))
            next = line.pointee.next
        }
        return SentSecrets(
            headers: lines.filter(Shown.isSecretLine),
            values: writer.secrets(user: transfer.pointee.user, captureNames: names)
        )
    }

    private func rejectionText(of transfer: UnsafeMutablePointer<CurlTransfer>) -> String {
        transfer.pointee.head.rejectionText { name in
            transfer.pointee.easy.flatMap { cload_easy_get_header($0, name) }.map { String(cString: $0) }
        }
    }
}
