import Foundation
import TestSupport
import Testing

/// groff, which formats manual pages; nil where the machine has none.
private let groff = ["/usr/bin/groff", "/usr/local/bin/groff"].first {
    FileManager.default.isExecutableFile(atPath: $0)
}

@Suite("make install", .timeLimit(.minutes(5)), .amongFew)
struct InstallTests {
    private func install(to prefix: String, below folder: String = "") async throws -> Program.Result {
        try await Program(path: Repository.path + "/scripts/install-program").run(
            [Program.loadtest.path, prefix],
            environment: ["DESTDIR": folder]
        )
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test("puts the program, its manual page and completions where they are looked for")
    func places() async throws {
        let folder = try TemporaryFolder()
        let result = try await install(to: "/opt/here", below: folder.path)
        #expect(result.exitCode == 0, "\(result.errors)")
        let root = folder.path + "/opt/here"
        let version = try await Program(path: root + "/bin/loadtest").run("--version")
        #expect(version.exitCode == 0 && version.output.hasPrefix("loadtest "))
        let bash = root + "/share/bash-completion/completions/loadtest"
        let checked = try await Program(path: "/bin/bash").run("-n", bash)
        #expect(checked.exitCode == 0, "\(checked.errors)")
        let zsh = try text(root + "/share/zsh/site-functions/_loadtest")
        #expect(zsh.hasPrefix("#compdef loadtest"))
        let fish = try text(root + "/share/fish/vendor_completions.d/loadtest.fish")
        for completion in [try text(bash), zsh, fish] {
            #expect(completion.contains("first-token-timeout") && !completion.contains("run-share"))
        }
        let page = root + "/share/man/man1/loadtest.1"
        #expect(try text(page).hasPrefix(".TH \"LOADTEST\" 1 "))
        // Once more over the old ones.
        #expect(try await install(to: root).exitCode == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: root + "/share/man/man1") == ["loadtest.1"])
    }

    @Test("refuses a folder that depends on where it is called")
    func relative() async throws {
        let result = try await install(to: "here")
        #expect(result.exitCode == 64)
        #expect(result.errors.contains("the prefix 'here' must begin with /"))
        let checked = try await Program(path: Repository.path + "/scripts/install-program").run("--check", "here")
        #expect(checked.exitCode == 64 && checked.errors == result.errors)
        // Only printed: what comes before the compiler.
        let steps = try await Program(path: "/bin/bash").run(
            "-c",
            "make -n -C '\(Repository.path)' install PREFIX=here"
        ).output
        let (check, build) = (
            steps.firstRange(of: "install-program --check \"here\""), steps.firstRange(of: "swift build")
        )
        #expect(try #require(check).lowerBound < #require(build).lowerBound)
    }

    @Test("makes folders that everybody can read, whatever whoever installs it hides, and knows the home folder")
    func readable() async throws {
        let home = try TemporaryFolder()
        let script = Repository.path + "/scripts/install-program"
        let result = try await Program(path: "/bin/bash").run(
            ["-c", "umask 077; exec \"$@\"", "bash", script, Program.loadtest.path, "~/.local"],
            environment: ["HOME": home.path]
        )
        #expect(result.exitCode == 0, "\(result.errors)")
        let hidden = try await Program(path: "/usr/bin/find").run(home.path + "/.local", "!", "-perm", "-a=r")
        #expect(hidden.exitCode == 0 && hidden.output.isEmpty, "\(hidden.output)")
        #expect(FileManager.default.fileExists(atPath: home.path + "/.local/share/man/man1/loadtest.1"))
    }

    @Test("only looks at the folder when that is all that is asked for")
    func checked() async throws {
        let result = try await Program(path: Repository.path + "/scripts/install-program").run("--check", "/nowhere")
        #expect(result.exitCode == 0 && result.output.isEmpty && result.errors.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: "/nowhere"))
    }

    @Test(
        "has a manual page with every option of the help",
        .enabled(if: groff != nil, "no groff: make test installs it")
    )
    func manual() async throws {
        let folder = try TemporaryFolder()
        let source = try await Program.loadtest.run("manual-page")
        let file = try folder.write(source.output, to: "loadtest.1")
        let page = try await Program(path: try #require(groff)).run(
            ["-man", "-Tutf8", "-Kutf8", "-ww", "-P-c", "-P-b", "-P-u", "-rLL=100n", file]
        )
        #expect(page.exitCode == 0 && page.errors.isEmpty, "\(page.errors)")
        // A word may end with a hyphen at the end of a line.
        for command in ["run", "mock", "validate", "api", "plan", "report"] {
            #expect(page.output.contains("LOADTEST \(command.uppercased())"))
            let help = try await Program.loadtest.run(command, "--help")
            for option in help.output.matches(of: /(?m)^  (?:-\w, )?(--[a-z-]+)/).map({ String($0.1) }) {
                guard !["--help", "--version"].contains(option) else { continue }
                #expect(page.output.contains(option), "\(option) of \(command)")
            }
        }
        #expect(page.output.contains("bare number is seconds"))
    }
}
