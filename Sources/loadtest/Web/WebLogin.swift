import FoundationEssentials
import LoadEngine

/// The user and password that requests to the web page's server have to bring, as HTTP Basic (RFC 7617).
struct WebLogin: Sendable {
    /// What `WWW-Authenticate` asks for in an answer of 401.
    static let challenge = "Basic realm=\"loadtest\", charset=\"UTF-8\""

    /// The most bytes of user and password together.
    private static let mostBytes = 512

    private let expected: Credentials

    /// Takes the credentials.
    ///
    /// - Parameter text: `user:password`; the password may have colons.
    /// - Throws: `ConfigurationError` for anything else; it does not show the text.
    init(_ text: String) throws(ConfigurationError) {
        func wrong(_ why: String) -> ConfigurationError {
            ConfigurationError("the login of the web page: \(why); write user:password")
        }
        guard let colon = text.firstIndex(of: ":") else { throw wrong("there is no colon") }
        guard colon != text.startIndex else { throw wrong("there is no user before the colon") }
        guard text.index(after: colon) != text.endIndex else { throw wrong("there is no password behind the colon") }
        guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            throw wrong("no browser can send the control character in it")
        }
        expected = Credentials(Array(text.utf8))
        guard expected.isWhole else { throw wrong("it is longer than \(Self.mostBytes) bytes") }
    }

    /// Whether a request may be answered.
    ///
    /// - Parameter authorization: Its header `Authorization`; nil where there is none.
    /// - Returns: Whether it has the user and the password.
    func accepts(_ authorization: String?) -> Bool {
        guard let authorization else { return false }
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "basic",
            let given = Data(base64Encoded: parts[1].filter { $0 != " " })
        else { return false }
        return expected.isEqual(to: Credentials(Array(given)))
    }

    /// Bytes that are compared without telling by the time it takes how many of them, or which, are right.
    private struct Credentials {
        /// `Shape:` always `mostBytes`, with zeros at the end.
        private var bytes = [UInt8](repeating: 0, count: WebLogin.mostBytes)
        private let count: Int

        init(_ text: [UInt8]) {
            count = text.count
            for (index, byte) in text.prefix(WebLogin.mostBytes).enumerated() { bytes[index] = byte }
        }

        var isWhole: Bool { count <= WebLogin.mostBytes }

        func isEqual(to other: Credentials) -> Bool {
            var difference = count ^ other.count
            for index in 0..<WebLogin.mostBytes { difference |= Int(bytes[index] ^ other.bytes[index]) }
            return difference == 0
        }
    }
}
