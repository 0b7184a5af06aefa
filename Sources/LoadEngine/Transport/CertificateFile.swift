internal import CLoad

/// A file of certificates that are trusted instead of the system's.
///
/// libcurl would read it with the first connection only, and call what is wrong with it a failure of TLS.
enum CertificateFile {
    /// The system's own bundle has a quarter of a megabyte.
    private static let mostBytes = 16 << 20
    private static let expected = "expected certificates in PEM (-----BEGIN CERTIFICATE-----)"

    /// What is wrong with a file.
    ///
    /// - Parameter path: The file.
    /// - Returns: What was found, what is expected, and where that can be said, what to do; nil when OpenSSL finds at least
    ///   one certificate in it.
    static func problem(with path: String) -> String? {
        let file = Shown.path(path)
        let bytes: [UInt8]
        do {
            bytes = try InputFile.read(path, mostBytes: mostBytes)
        } catch {
            return "the certificates '\(file)' cannot be read: \(error.text)"
        }
        return problem(in: bytes, path: file).map { "the certificates '\(file)': \($0)" }
    }

    private static func problem(in bytes: [UInt8], path: String) -> String? {
        guard !bytes.isEmpty else { return "the file is empty; \(expected)" }
        var reason: UnsafePointer<CChar>?
        let count = bytes.withUnsafeBytes { cload_count_certificates($0.baseAddress, $0.count, &reason) }
        guard count <= 0 else { return nil }
        guard count == 0 else {
            let why = reason.map { ": " + Shown.line(String(cString: $0)) } ?? ""
            return "a part of it is damaged (OpenSSL\(why)); \(expected)"
        }
        // Of the two forms of certificates the other one begins with a sequence whose length takes several bytes.
        if bytes.count > 2, bytes[0] == 0x30, bytes[1] > 0x80 {
            return "found binary data, perhaps DER; \(expected), as: openssl x509 -inform der -in \(path) -out ca.pem"
        }
        let found = firstLabel(in: bytes).map { "found '\($0)', but no certificate" } ?? "found no certificate"
        return "\(found); \(expected)"
    }

    /// What the first block of PEM says that it is, such as PRIVATE KEY.
    private static func firstLabel(in bytes: [UInt8]) -> String? {
        let text = String(decoding: bytes.prefix(1 << 16), as: UTF8.self)
        guard let start = text.firstRange(of: "-----BEGIN ") else { return nil }
        let label = text[start.upperBound...].prefix { $0 != "-" && !$0.isNewline }
        return Shown.line(String(label), mostBytes: 60)
    }
}
