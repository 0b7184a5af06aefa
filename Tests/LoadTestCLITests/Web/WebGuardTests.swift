import Testing

@testable import loadtest

@Suite("The web page's server")
struct WebGuardTests {
    private let webGuard = WebGuard(webHost: "Load.example.test", machineName: "box7")

    private func status(_ request: WebGuard.Request) -> Int? { webGuard.refusal(of: request)?.status }

    @Test(
        "answers requests by its own names, and by addresses, with any port",
        arguments: [
            "localhost", "localhost:8089", "LOCALHOST:1", "localhost.", "localhost.:80", "localhost:", "127.0.0.1",
            "127.0.0.1:8089", "10.1.2.3:8089", "[::1]", "[::1]:8089", "[2001:DB8::7]:8089", "load.example.test:8089",
            "box7", "BOX7:9000",
        ]
    )
    func ownHost(host: String) {
        #expect(status(.init(host: host)) == nil)
        #expect(status(.init(method: "POST", path: "/swarm", host: host)) == nil)
    }

    @Test(
        "refuses requests by other names, whatever they ask for",
        arguments: [
            "evil.test", "evil.test:8089", "localhost.evil.test", "127.0.0.1.evil.test", "evil-localhost",
            "localhost..",
            "box7.evil.test", "x@localhost", "localhost@evil.test", "localhost:8089@evil.test", "localhost:80:80",
            "localhost:x", "localhost:65536", "localhost:+80", "localhost:99999999999999999999", "localhost/", "[::1",
            "[::1]x", "[localhost]", "[127.0.0.1]", "::1", "", ".", ":8089", "127.0.0.1 ", "lo\u{212A}alhost",
            "localhost, evil.test", "2130706433", "0x7f.1",
        ]
    )
    func foreignHost(host: String) {
        for path in ["/", "/stats/requests", "/swarm"] {
            #expect(status(.init(path: path, host: host)) == 421)
        }
    }

    @Test("refuses requests without a host")
    func noHost() {
        #expect(status(.init(host: nil)) == 421)
        // Not even by an empty --web-host, or by a machine without a name.
        #expect(WebGuard(webHost: "", machineName: "").refusal(of: .init(host: ""))?.status == 421)
    }

    @Test("says what a foreign host could do")
    func message() throws {
        let problem = try #require(webGuard.refusal(of: .init(host: "evil.test:1"))).problem
        #expect(problem.message.contains("evil.test") && problem.message.contains("--web-host evil.test"))
        #expect(problem.field == nil)
    }

    @Test(
        "answers requests of its own page",
        arguments: [
            ("localhost:8089", "http://localhost:8089"), ("localhost", "http://localhost"),
            ("localhost:80", "http://localhost"), ("localhost", "http://localhost:80"),
            ("[::1]:8089", "http://[::1]:8089"), ("Box7:1", "HTTP://box7:1"),
        ]
    )
    func ownOrigin(host: String, origin: String) {
        for site in [nil, "same-origin", "none"] {
            #expect(status(.init(method: "POST", path: "/swarm", host: host, origin: origin, fetchSite: site)) == nil)
        }
    }

    @Test(
        "refuses requests of other origins, also where the browser says no more",
        arguments: [
            "null", "", "http://evil.test", "http://localhost", "http://localhost:3000", "https://localhost:8089",
            "http://127.0.0.1:8089", "http://localhost:8089.evil.test", "http://localhost:8089@evil.test",
            "http://localhost:8089/", "http://evil.test http://localhost:8089", "localhost:8089", "file://",
        ]
    )
    func foreignOrigin(origin: String) {
        for (method, path) in [("POST", "/swarm"), ("GET", "/stats/requests"), ("GET", "/"), ("OPTIONS", "/stop")] {
            for site in [nil, "same-origin", "none"] {
                let request = WebGuard.Request(
                    method: method,
                    path: path,
                    host: "localhost:8089",
                    origin: origin,
                    fetchSite: site,
                    fetchMode: "navigate",
                    fetchDestination: "document"
                )
                #expect(status(request) == 403, "\(method) \(path) \(site ?? "")")
            }
        }
    }

    @Test(
        "refuses what other sites' pages load and send, reading included",
        arguments: ["cross-site", "same-site", "Cross-Site", "something new", ""]
    )
    func foreignSite(site: String) {
        func request(_ method: String, _ path: String, _ mode: String?, _ destination: String?) -> WebGuard.Request {
            .init(
                method: method,
                path: path,
                host: "localhost:8089",
                fetchSite: site,
                fetchMode: mode,
                fetchDestination: destination
            )
        }
        #expect(status(request("POST", "/swarm", "cors", "empty")) == 403)
        #expect(status(request("GET", "/stats/requests", "no-cors", "script")) == 403)
        #expect(status(request("GET", "/stats/requests", "navigate", "document")) == 403)
        #expect(status(request("GET", "/stats/reset", "navigate", "document")) == 403)
        #expect(status(request("POST", "/", "navigate", "document")) == 403)
        #expect(status(request("GET", "/", "navigate", "iframe")) == 403)
        #expect(status(request("GET", "/", "no-cors", "image")) == 403)
        #expect(status(request("GET", "/", nil, nil)) == 403)
        // A link to the page.
        #expect(status(request("GET", "/", "navigate", "document")) == nil)
    }

    @Test("answers the page of a proxy that it was told of, whatever Host the proxy sends")
    func proxy() throws {
        let origins = try ["https://LT.example.test/path", "https://[::1]:8443"].map { try WebOrigin($0) }
        let proxied = WebGuard(webHost: "127.0.0.1", machineName: "box7", origins: origins)
        func status(_ host: String, _ origin: String?) -> Int? {
            let request = WebGuard.Request(method: "POST", path: "/swarm", host: host, origin: origin)
            return proxied.refusal(of: request)?.status
        }
        for host in ["127.0.0.1:8089", "lt.example.test", "lt.example.test:443", "localhost"] {
            for origin in ["https://lt.example.test", "https://lt.example.test:443", "HTTPS://[::1]:8443", nil] {
                #expect(status(host, origin) == nil, "\(host) \(origin ?? "")")
            }
            for origin in [
                "http://lt.example.test", "https://lt.example.test:8443", "https://[::1]",
                "https://lt.example.test.evil.test",
                "https://evil.test", "https://lt.example.test/path", "null",
            ] {
                #expect(status(host, origin) == 403, "\(host) \(origin)")
            }
        }
        #expect(status("evil.test", "https://lt.example.test") == 421)
        #expect(status("127.0.0.1:8089", "http://127.0.0.1:8089") == nil)
    }

    @Test(
        "takes off what the page is below, where the proxy has not",
        arguments: [
            ("/path/stats/requests", "/stats/requests"), ("/path/", "/"), ("/path", ""), ("/pathology", nil),
            ("/", nil),
        ]
    )
    func ownPath(path: String, expected: String?) throws {
        #expect(try WebOrigin("https://lt.example.test/path/").ownPath(path) == expected)
        #expect(try WebOrigin("https://lt.example.test").ownPath(path) == nil)
    }

    @Test("answers what somebody typed into the browser")
    func typed() {
        let request = WebGuard.Request(
            path: "/stats/requests/csv",
            host: "localhost:8089",
            fetchSite: "none",
            fetchMode: "navigate",
            fetchDestination: "document"
        )
        #expect(status(request) == nil)
    }
}
