internal import CLoad

/// What is known about a failed turn besides its outcome, in words.
extension CurlTransport {
    /// Keeps a text that says what the server did, of the first few failures of each kind.
    ///
    /// - Parameters:
    ///   - outcome: How the turn ended.
    ///   - transfer: Its transfer, whose handle still has the answer's headers.
    ///   - failure: How libcurl says that the transfer ended; nil when it was taken out.
    func explain(
        _ outcome: TurnOutcome,
        _ transfer: UnsafeMutablePointer<CurlTransfer>,
        failure: CurlFailure?
    ) {
        guard outcome.isFailure, population.recorder.details.wantsExample(of: outcome) else { return }
        let received = String(decoding: transfer.pointee.failureText.bytes, as: UTF8.self)
        var text = received
        switch outcome {
        case .httpStatus, .notEventStream:
            text = rejectionText(of: transfer) + (received.isEmpty ? "" : ": " + received)
        case .malformedStream where transfer.pointee.isRejected:
            text = rejectionText(of: transfer)
        case .truncatedStream, .firstTokenTimeout, .idleTimeout, .stallTimeout, .turnTimeout:
            if transfer.pointee.parser.hasUnendedEndMarker {
                text = "data: [DONE] came, but not the empty line that ends an event"
            } else {
                let isBodyTold = outcome == .truncatedStream && !received.isEmpty && !transfer.pointee.parser.hasData
                text = (failure?.text ?? "") + (isBodyTold ? ": " + received : "")
            }
        case .connectionReset where transfer.pointee.sendCount > 1:
            text =
                population.isLongSent(user: transfer.pointee.user, nowNs: EventLoop.nowNs)
                ? "the server closed the connection without an answer; the turn is not sent a second time"
                : "the server had closed the kept connection when the turn was sent; it is not sent a second time "
                    + "(--disable-keepalive makes a new connection for every turn)"
        case .serverErrorEvent:
            break
        case .malformedStream where transfer.pointee.isExplained, .clientLimit where transfer.pointee.isExplained:
            break
        case .tlsFailed:
            text = failure?.tlsText ?? ""
        default:
            text = failure?.text ?? ""
        }
        if !text.isEmpty { population.recorder.details.addExample(secrets.masked(text), of: outcome) }
    }

    private func rejectionText(of transfer: UnsafeMutablePointer<CurlTransfer>) -> String {
        transfer.pointee.head.rejectionText { name in
            transfer.pointee.easy.flatMap { cload_easy_get_header($0, name) }.map { String(cString: $0) }
        }
    }
}
