import Foundation
import LoadEngine
import LoadModel
import Testing

@testable import loadtest

@Suite("The login of the web page")
struct WebLoginTests {
    private func basic(_ text: String, scheme: String = "Basic") -> String {
        "\(scheme) \(Data(text.utf8).base64EncodedString())"
    }

    @Test("is the user and the password, every byte of them", arguments: ["ann:secret", "ann:a:b", "änn:pässwörd €"])
    func right(text: String) throws {
        let login = try WebLogin(text)
        #expect(login.accepts(basic(text)))
        #expect(login.accepts(basic(text, scheme: "bAsIc")))
        for wrong in [text + "x", String(text.dropLast()), "x" + text, text.uppercased(), text + "\0", "", ":"] {
            #expect(!login.accepts(basic(wrong)), "\(wrong)")
        }
    }

    @Test(
        "is nothing else",
        arguments: [
            nil, "", "Basic", "Basic ", "Bearer YW5uOnNlY3JldA==", "YW5uOnNlY3JldA==", "Basic ann:secret",
            "Basic YW5uOnNlY3JldA", "Basic YW5uOnNlY3JldA==!", "Basic YW5uOnNlY3JldA== YQ==", "BasicYW5uOnNlY3JldA==",
        ]
    )
    func other(authorization: String?) throws {
        #expect(!(try WebLogin("ann:secret")).accepts(authorization))
    }

    @Test("is refused where it is longer than what is compared, also when it begins right")
    func long() throws {
        let longest = "ann:" + String(repeating: "x", count: 508)
        let login = try WebLogin(longest)
        #expect(login.accepts(basic(longest)))
        #expect(!login.accepts(basic(longest + "x")))
        #expect(!login.accepts(basic(longest + String(repeating: "\0", count: 100_000))))
        #expect(throws: ConfigurationError.self) { try WebLogin(longest + "x") }
    }

    @Test(
        "must be a user and a password",
        arguments: [
            ("ann", "no colon"), ("", "no colon"), (":x", "no user"), ("ann:", "no password"), ("a:b\n", "control"),
        ]
    )
    func mistakes(text: String, why: String) {
        let error = #expect(throws: ConfigurationError.self) { try WebLogin(text) }
        #expect(error?.description.contains(why) == true)
        #expect(error?.description.contains("write user:password") == true)
    }

    @Test("is not shown in messages")
    func hidden() {
        let error = #expect(throws: ConfigurationError.self) { try WebLogin("topsecret") }
        #expect(error?.description.contains("topsecret") == false)
    }
}
