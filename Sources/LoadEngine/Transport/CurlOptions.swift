internal import CLoad

/// The options of every easy handle, and the lists they share; immutable while a handle lives.
///
/// Handles are copies of one that has all options set: a copy costs a tenth of setting them.
///
/// The rules behind most of them are in libcurl's own documentation; each comment says what goes wrong without it.
/// - Isolation: loop
final class CurlOptions {
    private let settings: TransportSettings
    /// The header lines of each API, and its method.
    private let headers: [UnsafeMutablePointer<curl_slist>?]
    private let methods: [String]
    /// The target's addresses, one list for each that comes first; empty for a literal.
    private let resolutions: [UnsafeMutablePointer<curl_slist>?]
    private let connectTimeoutNs: UInt64
    private let share: OpaquePointer?
    private let url: OpaquePointer
    private let needsLongConnectTimeout: Bool
    /// The handle of each API that all others are copies of; made when it is needed.
    ///
    /// `Shape:` [api]
    private var prototypes: [OpaquePointer?]

    /// libcurl gives up connecting after this, in seconds, unless told otherwise.
    private static let defaultConnectTimeoutS: UInt64 = 300

    /// Makes the lists.
    ///
    /// - Parameters:
    ///   - settings: Where the turns go.
    ///   - apis: The method and the header lines of each API.
    ///   - connectTimeoutNs: How long a connection may take to be made.
    init(_ settings: TransportSettings, apis: [(method: String, headers: [String])], connectTimeoutNs: UInt64) {
        self.settings = settings
        methods = apis.map(\.method)
        prototypes = apis.map { _ in nil }
        guard let url = curl_url() else { OutOfMemory.end(byteCount: 1) }
        self.url = url
        let code = curl_url_set(url, CURLUPART_URL, settings.target.baseURL, 0)
        precondition(code == CURLUE_OK, "the target's URL was read from a text before")
        headers = apis.map { api in
            Self.list(
                HeaderLines.lines(
                    adding: settings.headers,
                    to: api.headers,
                    keepsConnections: settings.connections.keepsConnections
                )
            )
        }
        resolutions = (0..<settings.target.spreadCount).compactMap { first in
            settings.target.resolution(first: first).map { Self.list([$0]) }
        }
        self.connectTimeoutNs = connectTimeoutNs
        needsLongConnectTimeout = connectTimeoutNs >= Self.defaultConnectTimeoutS * Nanoseconds.perSecond
        // Sessions only. Sharing connections would make one long list of them again. Without TLS too: a handle that shares
        // no sessions makes room for five of its own, 1 KB, whatever it is used for.
        share = curl_share_init()
        if let share { _ = cload_share_lock_data(share, CURL_LOCK_DATA_SSL_SESSION) }
    }

    /// Frees the lists; no easy handle with these options may exist any more.
    func close() {
        for prototype in prototypes { if let prototype { curl_easy_cleanup(prototype) } }
        prototypes = []
        for list in headers { curl_slist_free_all(list) }
        for list in resolutions { curl_slist_free_all(list) }
        curl_url_cleanup(url)
        if let share { curl_share_cleanup(share) }
    }

    /// Makes an easy handle for a transfer, with everything set that is the same for all its turns.
    ///
    /// - Throws: `EngineError` when libcurl has no memory or refuses an option.
    func makeEasy(for transfer: UnsafeMutablePointer<CurlTransfer>) throws(EngineError) -> OpaquePointer {
        let api = transfer.pointee.api
        if prototypes[api] == nil {
            prototypes[api] = try makePrototype(of: api, transport: transfer.pointee.transport)
        }
        guard let prototype = prototypes[api], let easy = curl_easy_duphandle(prototype) else { throw Self.outOfMemory }
        var firstError = CURLE_OK
        func check(_ code: CURLcode) { if firstError == CURLE_OK { firstError = code } }
        check(cload_easy_set_pointer(easy, CURLOPT_PRIVATE, transfer))
        check(cload_easy_set_pointer(easy, CURLOPT_ERRORBUFFER, transfer.pointee.errorText))
        check(cload_easy_set_pointer(easy, CURLOPT_WRITEDATA, transfer))
        check(cload_easy_set_pointer(easy, CURLOPT_HEADERDATA, transfer))
        check(cload_easy_set_pointer(easy, CURLOPT_PREREQDATA, transfer))
        check(cload_easy_set_pointer(easy, CURLOPT_OPENSOCKETDATA, transfer))
        // A copy is given no share.
        check(cload_easy_set_share(easy, share))
        try Self.require(firstError, easy)
        return easy
    }

    /// Makes the handle that all others are copies of, with everything set that is the same for all transfers.
    private func makePrototype(
        of api: Int,
        transport: UnsafeMutableRawPointer
    ) throws(EngineError) -> OpaquePointer {
        guard let easy = curl_easy_init() else { throw Self.outOfMemory }
        var firstError = CURLE_OK
        func check(_ code: CURLcode) { if firstError == CURLE_OK { firstError = code } }
        func set(_ option: CURLoption, _ value: Int) { check(cload_easy_set_long(easy, option, value)) }
        func set(_ option: CURLoption, _ value: String?) { check(cload_easy_set_text(easy, option, value)) }

        check(
            cload_easy_set_write_callback(
                easy,
                CURLOPT_WRITEFUNCTION,
                settings.mayStopReading ? CurlCallbacks.partOfBody : CurlCallbacks.body
            )
        )
        check(cload_easy_set_write_callback(easy, CURLOPT_HEADERFUNCTION, CurlCallbacks.header))
        check(cload_easy_set_prereq_callback(easy, CurlCallbacks.prerequest))
        // libcurl opens a socket just so, but keeps why it could not: our own limit would look like a refusing server.
        check(cload_easy_set_opensocket_callback(easy, CurlCallbacks.openSocket))
        // A kept connection is closed long after the handle that made it may be gone: its context is the transport.
        check(cload_easy_set_closesocket_callback(easy, CurlCallbacks.closeSocket))
        check(cload_easy_set_pointer(easy, CURLOPT_CLOSESOCKETDATA, transport))

        // Without it libcurl changes the signal mask around every action: twice the processor time.
        set(CURLOPT_NOSIGNAL, 1)
        // Set before the first use. Events are small; libcurl's default buffers would double a stream's memory, and
        // with TLS treble it.
        set(CURLOPT_BUFFERSIZE, 2048)
        set(CURLOPT_UPLOAD_BUFFERSIZE, 16384)
        set(CURLOPT_HTTP_VERSION, settings.connections.httpVersion)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        // The environment must not send the load through a proxy.
        set(CURLOPT_NOPROXY, "*")
        check(Self.setMethod(of: easy, methods[api]))
        check(cload_easy_set_list(easy, CURLOPT_HTTPHEADER, headers[api]))
        // A parsed URL, because libcurl would parse a text anew for every turn: a tenth of a turn's instructions. A short
        // one, because a long one costs more than the request target, which is all that changes.
        check(cload_easy_set_pointer(easy, CURLOPT_CURLU, UnsafeMutableRawPointer(url)))
        set(CURLOPT_DNS_CACHE_TIMEOUT, -1)
        if settings.connections.keepsConnections {
            // Older idle ones are not used again: servers close them after 60 s and more, and what is sent just then is lost.
            set(CURLOPT_MAXAGE_CONN, settings.connections.idleReuseS)
        } else {
            set(CURLOPT_FRESH_CONNECT, 1)
            set(CURLOPT_FORBID_REUSE, 1)
        }
        // Should libcurl resolve after all, the end of a transfer must not wait for its thread.
        set(CURLOPT_QUICK_EXIT, 1)
        // Our own deadlines are the only ones, but libcurl's must not come before.
        if needsLongConnectTimeout {
            set(CURLOPT_CONNECTTIMEOUT, Int(Int32.max) / 1000)
        } else if settings.target.addresses.count > 1 {
            // It gives each address but the last half of the time that is left.
            set(CURLOPT_CONNECTTIMEOUT_MS, Int(connectTimeoutNs / Nanoseconds.perMillisecond) + 1)
        }
        // Every text that is set is copied for each handle, and those of TLS for each turn as well.
        set(CURLOPT_PROXY_CAINFO, nil)
        set(CURLOPT_PROXY_CAPATH, nil)
        // With a folder of certificates set, libcurl reads all of them anew for every connection: 28 ms each.
        set(CURLOPT_CAPATH, nil)
        if settings.target.scheme != "https" {
            set(CURLOPT_CAINFO, nil)
        } else {
            if let caFile = settings.caFile { set(CURLOPT_CAINFO, caFile) }
            if settings.isInsecure {
                set(CURLOPT_SSL_VERIFYPEER, 0)
                set(CURLOPT_SSL_VERIFYHOST, 0)
            }
        }
        try Self.require(firstError, easy)
        return easy
    }

    /// Sets the method of a request; all but GET and DELETE have a body.
    static func setMethod(of easy: OpaquePointer, _ method: String) -> CURLcode {
        switch method {
        case "POST": return cload_easy_set_long(easy, CURLOPT_POST, 1)
        case "GET", "DELETE":
            let code = cload_easy_set_long(easy, CURLOPT_HTTPGET, 1)
            return code == CURLE_OK && method != "GET" ? cload_easy_set_text(easy, CURLOPT_CUSTOMREQUEST, method) : code
        default:
            let code = cload_easy_set_long(easy, CURLOPT_POST, 1)
            return code == CURLE_OK ? cload_easy_set_text(easy, CURLOPT_CUSTOMREQUEST, method) : code
        }
    }

    private static var outOfMemory: EngineError {
        EngineError(operation: "create a libcurl handle", reason: "out of memory")
    }

    /// Frees a handle whose options libcurl has refused.
    private static func require(_ code: CURLcode, _ easy: OpaquePointer) throws(EngineError) {
        guard code != CURLE_OK else { return }
        curl_easy_cleanup(easy)
        throw EngineError(
            operation: "set the options of a libcurl handle",
            reason: String(cString: curl_easy_strerror(code))
        )
    }

    /// Makes the multi that a handle is about to be added to know the target's addresses.
    ///
    /// libcurl keeps them for good, so that one handle of a multi is enough; and they are set to all of it again with every
    /// transfer of that handle, unless they are taken back.
    /// - Parameters:
    ///   - easy: The handle.
    ///   - index: Which address comes first; nil takes them back, once the handle is added.
    func setAddresses(of easy: OpaquePointer, first index: Int?) {
        guard !resolutions.isEmpty else { return }
        _ = cload_easy_set_list(easy, CURLOPT_RESOLVE, index.flatMap { resolutions[$0 % resolutions.count] })
    }

    private static func list(_ lines: [String]) -> UnsafeMutablePointer<curl_slist>? {
        lines.reduce(nil) { curl_slist_append($0, $1) }
    }
}
