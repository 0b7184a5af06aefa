import ArgumentParser

/// Where options come from that are not typed.
struct ConfigurationOptions: ParsableArguments {
    /// Those that a file does not give.
    static let names: Set<String> = ["config", "show-config"]
    /// The file that is read when none is named.
    static let defaultPath = "loadtest.conf"

    @Option(
        help: ArgumentHelp(
            "Read options from this file, such as users = 55; without it from \(Self.defaultPath), if that "
                + "is there.",
            valueName: "file"
        ),
        completion: .file()
    )
    var config: String?

    @Flag(help: "Print each option, its value and where it comes from, and end.")
    var showConfig = false
}
