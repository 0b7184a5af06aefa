internal import CLoad

/// How many connections users have: one each, which carries one turn at a time.
///
/// Whoever counts connections asks here: the checks of files, ports and addresses before the start, and what libcurl is told.
package struct ConnectionPolicy: Equatable, Sendable {
    /// Whether a connection is used for more than one turn.
    package var keepsConnections = true
    /// How long a connection may have been idle to be used again, in whole seconds, at least one.
    package var idleReuseS = 50

    /// Makes a policy.
    ///
    /// - Parameters:
    ///   - keepsConnections: Whether a connection is used for more than one turn.
    ///   - idleReuse: How long a connection may have been idle to be used again.
    package init(keepsConnections: Bool = true, idleReuse: Duration = .seconds(50)) {
        self.keepsConnections = keepsConnections
        idleReuseS = max(Int(clamping: idleReuse.components.seconds), 1)
    }

    /// The most connections that users have at the same time.
    ///
    /// - Parameter users: How many users there are, all of one multi.
    /// - Returns: As many: HTTP/1.1 has no second turn on a connection that is in use.
    package func connections(users: Int) -> Int { users }

    /// What libcurl's `CURLOPT_HTTP_VERSION` is to be.
    var httpVersion: Int { Int(CURL_HTTP_VERSION_1_1) }
}
