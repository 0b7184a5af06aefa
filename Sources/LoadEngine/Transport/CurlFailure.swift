internal import CLoad

#if canImport(Glibc)
import Glibc
#endif

/// What the end of a transfer means for its turn, when the answer itself has not decided it.
enum CurlFailure {
    /// CURLE_TOO_LARGE of libcurl 8.6, which older headers do not have.
    private static let tooLarge = CURLcode(rawValue: 100)

    /// The outcome of a transfer that ended without a decision.
    ///
    /// - Parameters:
    ///   - code: libcurl's result.
    ///   - systemError: The errno of this transfer, 0 when there was none.
    ///   - isHeadBegun: Whether the response's status line had come.
    ///   - isHeadComplete: Whether the response's head had come.
    /// - Returns: One of the outcomes of a failed transfer.
    static func outcome(code: CURLcode, systemError: Int32, isHeadBegun: Bool, isHeadComplete: Bool) -> TurnOutcome {
        switch systemError {
        case ECONNRESET, EPIPE: return .connectionReset
        case EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL, EADDRINUSE: return .clientLimit
        case ETIMEDOUT where code == CURLE_COULDNT_CONNECT || code == CURLE_OPERATION_TIMEDOUT: return .connectTimeout
        default: break
        }
        switch code {
        case CURLE_OK, CURLE_PARTIAL_FILE: return isHeadComplete ? .truncatedStream : .connectionReset
        case CURLE_COULDNT_CONNECT: return .connectRefused
        case CURLE_OPERATION_TIMEDOUT: return .connectTimeout
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: return .dnsFailed
        // Within a response, "out of memory" is a header line of more than 100 KB; libcurl 8 has a code of its own for it.
        case CURLE_OUT_OF_MEMORY, tooLarge: return isHeadBegun ? .malformedStream : .clientLimit
        // A failed read without a system error: the chunked encoding is not one.
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING, CURLE_RECV_ERROR:
            return .malformedStream
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED,
            CURLE_SSL_ENGINE_INITFAILED, CURLE_SSL_CRL_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
            CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_CLIENTCERT, CURLE_USE_SSL_FAILED:
            return .tlsFailed
        // CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_ABORTED_BY_CALLBACK (a refused second send), and whatever a later
        // libcurl brings: the exchange broke off.
        default: return .connectionReset
        }
    }

    /// libcurl's words for a failure of TLS, and what it may be about.
    static func tlsText(_ message: String) -> String {
        // OpenSSL's words for an answer that is no TLS.
        message.contains("wrong version number")
            ? message + "; the server may not speak TLS on this port: try http://" : message
    }

    /// libcurl's and the system's words for the end of a transfer.
    static func text(code: CURLcode, systemError: Int32) -> String {
        let message = code == CURLE_OK ? "the response ended" : String(cString: curl_easy_strerror(code))
        return systemError == 0 ? message : "\(message): \(SystemError.text(of: systemError))"
    }
}
