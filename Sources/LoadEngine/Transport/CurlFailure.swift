internal import CLoad

#if canImport(Glibc)
import Glibc
#endif

/// The end of a transfer, and what it means for its turn when the answer itself has not decided it.
struct CurlFailure {
    /// CURLE_TOO_LARGE of libcurl 8.6, which older headers do not have.
    private static let tooLarge = CURLcode(rawValue: 100)

    /// libcurl's result.
    let code: CURLcode
    /// The errno of this transfer, 0 when there was none.
    let systemError: Int32
    /// libcurl's own words about this transfer, ended by 0; empty when it has none.
    let message: UnsafePointer<CChar>
    /// Whether libcurl had begun to send the request, so that a connection was there.
    let isSent: Bool
    /// Whether the response's status line had come.
    let isHeadBegun: Bool
    /// Whether the response's head had come.
    let isHeadComplete: Bool

    /// The outcome of a transfer that ended without a decision: one of those of a failed transfer.
    var outcome: TurnOutcome {
        switch systemError {
        case ECONNRESET, EPIPE: return .connectionReset
        // A router can tell that a network cannot be reached, not that one of ours is down.
        case EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL, EADDRINUSE, ENETDOWN: return .clientLimit
        case ETIMEDOUT where code == CURLE_COULDNT_CONNECT || code == CURLE_OPERATION_TIMEDOUT: return .connectTimeout
        default: break
        }
        if isClosed { return isHeadComplete ? .truncatedStream : .connectionReset }
        if isTLSBroken { return .tlsFailed }
        switch code {
        case CURLE_COULDNT_CONNECT: return .connectRefused
        case CURLE_OPERATION_TIMEDOUT: return .connectTimeout
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: return .dnsFailed
        // Within a response these are what libcurl thinks of it: a header line of more than 100 KB is "out of memory", and
        // one without a colon a wrong argument.
        case CURLE_OUT_OF_MEMORY, Self.tooLarge: return isSent ? .malformedStream : .clientLimit
        case CURLE_BAD_FUNCTION_ARGUMENT where isHeadBegun: return .malformedStream
        // A failed read without a system error: the chunked encoding is not one.
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING, CURLE_RECV_ERROR:
            return .malformedStream
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED,
            CURLE_SSL_ENGINE_INITFAILED, CURLE_SSL_CRL_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
            CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_CLIENTCERT, CURLE_USE_SSL_FAILED:
            return .tlsFailed
        // CURLE_SEND_ERROR, CURLE_ABORTED_BY_CALLBACK (a refused second send), and whatever a later libcurl brings: the
        // exchange broke off.
        default: return .connectionReset
        }
    }

    /// Whether the server has closed the connection, or ended its answer.
    ///
    /// With TLS, libcurl 8 calls a close without TLS's own goodbye a failed read, 7.88 a close like any other; OpenSSL's words
    /// for it are the only difference to what else a read can fail of.
    private var isClosed: Bool {
        switch code {
        case CURLE_OK, CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING: true
        case CURLE_RECV_ERROR: strstr(message, "unexpected eof") != nil
        default: false
        }
    }

    /// Whether TLS found something wrong after the handshake: an alert, such as one about a certificate that is missing, or a
    /// record that is none.
    private var isTLSBroken: Bool {
        switch code {
        case CURLE_RECV_ERROR, CURLE_SEND_ERROR:
            strstr(message, "SSL_read") != nil || strstr(message, "SSL_write") != nil
                || strstr(message, "GnuTLS") != nil
        default: false
        }
    }

    /// What the server did, or what the system said, in words.
    var text: String {
        if isClosed {
            if !isHeadBegun { return "the server closed the connection without an answer" }
            if !isHeadComplete { return "the server closed the connection within the head of its answer" }
            return code == CURLE_OK
                ? "the response ended without an end marker" : "the server closed the connection within the response"
        }
        if outcome == .connectionReset, systemError != 0 {
            return "the server reset the connection \(isHeadBegun ? "within" : "before") its answer"
        }
        guard isHeadBegun || outcome == .malformedStream else { return withSystemError(Self.words(of: code)) }
        return switch code {
        case CURLE_OUT_OF_MEMORY, Self.tooLarge: "a header line of more than 100 KB"
        case CURLE_BAD_FUNCTION_ARGUMENT: "a header or trailer line without a colon, or folded behind none"
        case CURLE_UNSUPPORTED_PROTOCOL: "the answer does not begin with a status line of HTTP/1.1"
        case CURLE_WEIRD_SERVER_REPLY: withMessage("the head of the answer is not HTTP/1.1")
        case CURLE_BAD_CONTENT_ENCODING: withMessage("an encoding of the body that nobody asked for")
        case CURLE_RECV_ERROR: withMessage("the body is not chunked as its head says")
        default: withSystemError(Self.words(of: code))
        }
    }

    /// libcurl's words for a failure of TLS, and what it may be about.
    var tlsText: String {
        let words = String(cString: message)
        guard !words.isEmpty else { return text }
        // OpenSSL's words for an answer that is no TLS.
        guard words.contains("wrong version number") else { return words }
        // After a good handshake the port does speak it.
        return words
            + (isSent
                ? "; after the handshake the server sent something that is not TLS"
                : "; the server may not speak TLS on this port: try http://")
    }

    private func withMessage(_ text: String) -> String {
        message[0] == 0 ? text : "\(text) (\(String(cString: message)))"
    }

    private func withSystemError(_ text: String) -> String {
        systemError == 0 ? text : "\(text)\(Self.hint(about: systemError)): \(SystemError.text(of: systemError))"
    }

    /// What a system error is about that does not say so itself; the system's own words come last.
    private static func hint(about error: Int32) -> String {
        switch error {
        case EADDRNOTAVAIL:
            " (no local port was free; kept connections, fewer turns/s or more --source-address would help)"
        case ENETUNREACH, EACCES, EPERM, EINVAL:
            " (this machine, or a router on the way, has no route that may be used)"
        case ENETDOWN: " (this machine's own network is down)"
        default: ""
        }
    }

    private static func words(of code: CURLcode) -> String { String(cString: curl_easy_strerror(code)) }
}
