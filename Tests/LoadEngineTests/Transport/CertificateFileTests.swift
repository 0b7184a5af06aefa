import Foundation
import Testing

@testable import LoadEngine

@Suite("A file of certificates")
struct CertificateFileTests {
    /// Of nobody, with its key.
    private static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBdTCCARugAwIBAgIUB5Ts0Fxwr/D3taE66FLFdwEQC3IwCgYIKoZIzj0EAwIw
        DzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMjgyMzQzMjhaGA8yMTI2MTEwNDIzNDMy
        OFowDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABMDk
        phW9xm5Gs2gf+1cQBjBLA9kU75NjgjycveHnSkCgKf1zv8M8D0qBKQ6WCO/r/lMu
        IfBz/K0b+aP16JWoMfajUzBRMB0GA1UdDgQWBBQNRF7CIuZ2u+fx1DvdIhkvXqFA
        NjAfBgNVHSMEGDAWgBQNRF7CIuZ2u+fx1DvdIhkvXqFANjAPBgNVHRMBAf8EBTAD
        AQH/MAoGCCqGSM49BAMCA0gAMEUCIFCzj8bxFQpteWd/7noVQaqad/Mq8X0qphLw
        9lhneaqOAiEA3k5v3wkz8gKysRoa2gUTX++lTAGCnI93hgv8C4Z9S3Y=
        -----END CERTIFICATE-----

        """
    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgn1rUvouRMBqSYNDH
        3h9+XCV8atIDuxzIdHGENlmN1HmhRANCAATA5KYVvcZuRrNoH/tXEAYwSwPZFO+T
        Y4I8nL3h50pAoCn9c7/DPA9KgSkOlgjv6/5TLiHwc/ytG/mj9eiVqDH2
        -----END PRIVATE KEY-----

        """

    private func problem(with bytes: some Sequence<UInt8>) throws -> String? {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        defer { unlink(path) }
        return CertificateFile.problem(with: path)
    }

    @Test(
        "is taken when OpenSSL finds a certificate in it",
        arguments: [
            certificate, key + certificate, certificate + certificate,
            "# the CA of the lab\n" + certificate + "\nthat is all",
            certificate.replacing("\n", with: "\r\n"), certificate.replacing(" CERTIFICATE", with: " X509 CERTIFICATE"),
        ]
    )
    func good(text: String) throws {
        #expect(try problem(with: text.utf8) == nil)
    }

    @Test(
        "is refused when there is none, with what was found and what is expected",
        arguments: [
            ("", "the file is empty; expected certificates in PEM (-----BEGIN CERTIFICATE-----)"),
            ("garbage\n", "found no certificate; expected"), (key, "found 'PRIVATE KEY', but no certificate; expected"),
            ("-----BEGIN \u{9B}-----\nAAAA\n-----END \u{9B}-----\n", #"found '\u{9B}', but no certificate"#),
            ("-----BEGIN CERTIFICATE-----\n", "a part of it is damaged (OpenSSL: bad end line)"),
            (
                certificate.replacing("MII", with: "M??"),
                "a part of it is damaged (OpenSSL: bad base64 decode); expected"
            ),
            (String(certificate.prefix(200)), "a part of it is damaged (OpenSSL: "),
        ]
    )
    func wrong(text: String, why: String) throws {
        let found = try #require(try problem(with: text.utf8))
        #expect(found.hasPrefix("the certificates '/") && found.contains("': " + why), "\(found)")
    }

    @Test("is refused in the binary form, with how to make PEM of it")
    func binary() throws {
        let lines = Self.certificate.split(separator: "\n").dropFirst().dropLast()
        let binary = try #require(Data(base64Encoded: lines.joined()))
        let found = try #require(try problem(with: binary))
        #expect(found.contains("perhaps DER; expected") && found.contains("openssl x509 -inform der -in /"), "\(found)")
    }

    @Test(
        "has to be a file",
        arguments: [
            ("/", "this is a folder; name a file"), ("/dev/zero", "this is a device; name a file"),
            ("/dev/null", "the file is empty"), ("/no/such/file", "No such file or directory"),
        ]
    )
    func noFile(path: String, why: String) {
        #expect(CertificateFile.problem(with: path)?.contains(why) == true)
    }
}
