import ArgumentParser
import LoadEngine

/// The web page.
struct WebOptions: ParsableArguments {
    @Flag(help: "Run without a web page, begin at once, and end with the run.")
    var headless = false

    @Option(
        help: ArgumentHelp("The address that the web page is for; 0.0.0.0 for all of the machine.", valueName: "host")
    )
    var webHost = "127.0.0.1"

    @Option(
        parsing: .unconditional,
        help: .showing("The port of the web page, 0 for any that is free.", as: "port", default: 8089),
        transform: NumberArgument.whole
    )
    var webPort = 8089

    @Option(
        help: ArgumentHelp(
            "Ask for this user and password; give it as LOADTEST_WEB_LOGIN, since everybody can read command lines.",
            valueName: "user:password"
        )
    )
    var webLogin: String?

    @Option(
        name: .customLong("web-origin"),
        help: ArgumentHelp(
            "The URL by which browsers reach the page through a reverse proxy, such as https://lt.example.com/path; "
                + "repeatable.",
            valueName: "url"
        )
    )
    var webOrigins: [String] = []

    @Flag(
        help: """
            Send headers, and the query of --path, to every host that the page names, not to that of --host alone.
            """
    )
    var webAnyHost = false

    @Flag(help: "Refuse runs against other hosts, or base paths, than that of --host, or the mock of --mock.")
    var webLockHost = false

    @Flag(help: "Start the run at once, and show it on the page.")
    var autostart = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("With --autostart: end the program so long after the run has ended.", valueName: "duration"),
        transform: DurationText.parse
    )
    var autoquit: Duration?

    /// What the names of its options begin with that mean nothing without it.
    static let namePrefix = "web-"

    /// What becomes of a host that the page names.
    var otherHosts: WebTargets.Others { webLockHost ? .refused : webAnyHost ? .trusted : .withoutSecrets }

    /// Where the page is served.
    ///
    /// - Throws: `ConfigurationError` for a login or an origin that is none.
    func place() throws(ConfigurationError) -> WebPlace {
        var origins: [WebOrigin] = []
        for origin in webOrigins { origins.append(try WebOrigin(origin)) }
        return WebPlace(
            host: webHost,
            port: webPort,
            login: try webLogin.map { (text) throws(ConfigurationError) in try WebLogin(text) },
            origins: origins,
            autostart: autostart,
            autoquit: autoquit
        )
    }

    func check(_ problems: inout Problems, hasHost: Bool) {
        problems.require(
            (0...65_535).contains(webPort),
            "--web-port must be 0 to 65535, not \(webPort)",
            of: "web-port"
        )
        if let webLogin { _ = try? problems.collect(of: "web-login") { try WebLogin(webLogin) } }
        for origin in webOrigins { _ = try? problems.collect(of: "web-origin") { try WebOrigin(origin) } }
        problems.require(
            !autostart || !headless,
            "--autostart is for the web page, and --headless starts without it: give one of them",
            of: "autostart",
            "headless"
        )
        problems.require(
            !webAnyHost || !webLockHost,
            "--web-any-host and --web-lock-host exclude each other: give one of them",
            of: "web-any-host",
            "web-lock-host"
        )
        problems.require(
            !webLockHost || hasHost || headless,
            "--web-lock-host needs --host URL, or --mock: without them there is no host to lock the page to",
            of: "web-lock-host"
        )
        problems.require(autoquit == nil || autostart, "--autoquit needs --autostart", of: "autoquit")
    }
}
