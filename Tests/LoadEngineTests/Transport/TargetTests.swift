import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("The target of a run")
struct TargetTests {
    @Test("has the parts of its URL")
    func parts() throws {
        let plain = try Target(url: "http://localhost:8000")
        #expect((plain.scheme, plain.host, plain.port, plain.basePath) == ("http", "localhost", 8000, ""))
        let based = try Target(url: "https://example.test/api/v1/")
        #expect((based.scheme, based.host, based.port, based.basePath) == ("https", "example.test", 443, "/api/v1"))
        let v6 = try Target(url: "http://[::1]:8000/")
        #expect((v6.host, v6.port, v6.baseURL) == ("[::1]", 8000, "http://[::1]:8000/"))
    }

    @Test(
        "is refused with a reason",
        arguments: [
            ("localhost:8000", "must begin with http"), ("ftp://x", "must begin with http"),
            ("", "must begin with http"),
            ("http://", "host"), ("http://x:99999", "port"), ("http://x:0", "port 0"), ("http://x:abc", "port"),
            ("http://user:pass@x", "--header"), ("http://x/?a=1", "--path"), ("http://x/#f", "--path"),
            ("http://a b", "host"),
        ]
    )
    func refused(url: String, why: String) {
        let error = #expect(throws: ConfigurationError.self) { try Target(url: url) }
        #expect(error?.description.lowercased().contains(why) == true, "\(error?.description ?? "")")
    }

    @Test("is refused without telling the password in it")
    func password() {
        let error = #expect(throws: ConfigurationError.self) { try Target(url: "http://ann:s3cr3t@x:80/@") }
        #expect(error?.description.contains("s3cr3t") == false && error?.description.contains("***@") == true)
    }

    @Test("resolves a name once, a literal not at all")
    func resolve() throws {
        let literal = try Target(url: "http://127.0.0.1:8000").resolved()
        #expect(literal.resolution(first: 0) == nil)
        let name = try Target(url: "http://localhost:8000").resolved()
        let resolution = try #require(name.resolution(first: 0))
        #expect(resolution.wholeMatch(of: /localhost:8000:(127\.0\.0\.1|\[::1\])(,(127\.0\.0\.1|\[::1\]))?/) != nil)
    }

    @Test("begins with each of the addresses that users are spread over, and ends with those that are the last resort")
    func rotation() throws {
        let target = try Target(url: "http://a.test:80").resolved(
            to: ["1.1.1.1", "2.2.2.2", "3.3.3.3"],
            then: ["[::1]"]
        )
        #expect(
            (0..<4).map { target.resolution(first: $0) } == [
                "a.test:80:1.1.1.1,2.2.2.2,3.3.3.3,[::1]", "a.test:80:2.2.2.2,3.3.3.3,1.1.1.1,[::1]",
                "a.test:80:3.3.3.3,1.1.1.1,2.2.2.2,[::1]", "a.test:80:1.1.1.1,2.2.2.2,3.3.3.3,[::1]",
            ]
        )
    }

    @Test("may have a zone, and a name of any alphabet")
    func zonesAndAlphabets() throws {
        for url in ["http://[fe80::1%eth0]:8000", "http://[fe80::1%25eth0]:8000"] {
            let target = try Target(url: url)
            #expect((target.host, target.zone) == ("[fe80::1]", "eth0"))
            #expect(target.baseURL == "http://[fe80::1%25eth0]:8000/")
            #expect(target.numericAddress == "fe80::1")
        }
        let named = try Target(url: "http://b\u{FC}cher.example:81/\u{E4}")
        #expect(named.host == "xn--bcher-kva.example")
        #expect(named.baseURL == "http://xn--bcher-kva.example:81/")
    }

    @Test("that cannot be resolved is an error of the engine")
    func unknownName() throws {
        let target = try Target(url: "http://no-such-host.invalid")
        #expect(throws: EngineError.self) { try target.resolved() }
    }
}

@Suite("The version of libcurl")
struct LibraryVersionTests {
    @Test("is warned of where it is known to be broken")
    func warning() {
        #expect(LibraryVersion.warning(about: 0x075801) == nil)
        #expect(LibraryVersion.warning(about: 0x080E01) == nil)
        #expect(LibraryVersion.warning(about: 0x080E00)?.contains("8.14.0") == true)
        #expect(LibraryVersion.warning(about: 0x081500)?.contains("8.21.0") == true)
    }

    @Test("tells whether a handle may have a second answer, and that it costs something when not")
    func handles() {
        for (version, isReused): (UInt32, Bool) in [
            (0x075200, true), (0x075300, false), (0x075801, false), (0x080001, false), (0x080100, true),
            (0x080E01, true),
        ] {
            #expect(LibraryVersion.reusesHandles(version) == isReused)
            #expect((LibraryVersion.note(about: version) == nil) == isReused)
        }
        #expect(LibraryVersion.note(about: 0x075801)?.contains("7.88.1") == true)
    }
}

@Suite("The header lines")
struct HeaderLinesTests {
    @Test("are the defaults and the user's, who may replace a default")
    func lines() {
        #expect(
            HeaderLines.lines(
                adding: ["Authorization: Bearer x", "ACCEPT: text/plain", "X-Empty:"],
                to: ["Accept: text/event-stream", "Content-Type: application/json"],
                keepsConnections: true
            ) == [
                "User-Agent: loadtest", "Content-Type: application/json", "Expect:", "Authorization: Bearer x",
                "ACCEPT: text/plain",
                "X-Empty;",
            ]
        )
    }

    @Test(
        "are refused with a reason",
        arguments: ["NoColon", ": value", "Na me: value", "A: b\r\nC: d", "Content-Length: 5", "transfer-encoding: x"]
    )
    func refused(line: String) {
        #expect(throws: ConfigurationError.self) { try HeaderLines.validate(line) }
    }
}

@Suite("The requests of a run")
struct TurnRequestsTests {
    @Test("put the session into the path, wherever it is asked for")
    func path() {
        var random = SeededRandom(seed: 3)
        let session = SessionID(from: &random)
        var text = [UInt8](repeating: 0, count: SessionID.textCount)
        text.withUnsafeMutableBufferPointer { session.write(to: $0.baseAddress!) }
        let id = String(decoding: text, as: UTF8.self)
        for (template, expected) in [
            ("/a/{session_id}/b", "/a/\(id)/b"), ("/{session_id}?s={session_id}", "/\(id)?s=\(id)"),
            ("/fixed", "/fixed"),
        ] {
            var profile = APIProfile(name: "a", path: SessionPlaceholder.template(of: template))
            profile.body = .string(Template([.value("content")]))
            let turns = ["one", "", "three"].map { Conversation.Turn(role: "user", content: $0) }
            let conversation = Conversation(name: "a", invocations: 1, turns: turns)
            var compiled = [ConversationRequests(conversation, to: .init(profile, environment: .none))]
            let requests = TurnRequests(&compiled, below: "")
            defer { requests.destroy() }
            #expect(requests.isPrepared(row: 1))
            #expect(String(cString: requests.path(row: 1, session: session)) == expected)
            #expect(requests.body(row: 0).elementsEqual("\"one\"".utf8))
            #expect(requests.body(row: 1).elementsEqual("\"\"".utf8))
            #expect(requests.body(row: 2).elementsEqual("\"three\"".utf8))
        }
    }
}
