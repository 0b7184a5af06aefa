internal import CLoad

/// Digests by OpenSSL's libcrypto, which the program has anyway.
package enum MessageDigest {
    /// The SHA-256 of some bytes.
    ///
    /// - Parameter bytes: The bytes.
    /// - Returns: Its 32 bytes.
    package static func sha256(of bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        cload_sha256(bytes, bytes.count, &digest)
        return digest
    }
}
