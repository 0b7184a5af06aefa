import ArgumentParser
import LoadEngine
import LoadModel
import TestSupport
import Testing

@testable import loadtest

@Suite("The options of a command")
struct CommandOptionTests {
    @Test("are those that ArgumentParser knows, with their names and kinds")
    func options() throws {
        let options = try CommandOption.all(of: RunCommand.self)
        func option(_ name: String) throws -> CommandOption { try #require(options.first { $0.name == name }) }
        let users = try option("users")
        #expect(Set(users.spellings) == ["--users", "-u"])
        #expect(users.takesDashes)
        let data = try option("data")
        #expect(!data.isFlag && !data.isRepeating && !data.takesDashes && !data.isHidden && !data.isSecret)
        #expect(data.defaultText == "data")
        #expect(users.variable == "LOADTEST_USERS")
        #expect(try option("exit-code-on-error").variable == "LOADTEST_EXIT_CODE_ON_ERROR")
        #expect(try option("headless").isFlag)
        #expect(try option("header").isRepeating)
        #expect(try option("header").isSecret)
        #expect(try option("processes").takesDashes)
        #expect(!options.contains { $0.name == "help" || $0.name == "version" })
        #expect(Set(options.map(\.variable)).count == options.count)
    }

    @Test(
        "are found on the command line as ArgumentParser finds them",
        arguments: [
            (["--users", "3"], ["users": ["3"]]),
            (["--users=3", "-u=4", "-u", "5"], ["users": ["5"]]),
            (["--headless", "--mock"], ["headless": ["true"], "mock": ["true"]]),
            (["--header", "a: b=c", "--header=d: e=f"], ["header": ["a: b=c", "d: e=f"]]),
            (["--processes", "-1", "--data", "-1"], ["processes": ["-1"]]),
            (["--data", "-", "--users"], ["data": ["-"]]),
            (["--data", "", "--path="], ["data": [""], "path": [""]]),
            (["x", "--", "--users", "3"], [:]),
            (["--data", "users", "--userz", "3"], ["data": ["users"]]),
            (["--no-users"], ["users": []]),
            (["--header", "a: b", "--no-header", "--header", "c: d"], ["header": ["c: d"]]),
            (["--headless", "--no-headless"], ["headless": []]),
        ] as [([String], [String: [String]])]
    )
    func typed(arguments: [String], expected: [String: [String]]) throws {
        let typed = TypedArguments(arguments, options: try CommandOption.all(of: RunCommand.self))
        #expect(typed.settings.mapValues { $0.values.map(\.text) } == expected)
    }

    @Test("are left to ArgumentParser as they were typed, but for what is undone")
    func arguments() throws {
        let options = try CommandOption.all(of: RunCommand.self)
        func left(_ arguments: [String]) -> [String] { TypedArguments(arguments, options: options).arguments }
        let untouched = ["-u", "3", "x", "--userz", "--no-such", "-rt", "--headless", "--", "--no-headless"]
        #expect(left(untouched) == untouched)
        #expect(left(["-u", "3", "--headless", "-r=1", "--no-users", "--json"]) == ["--headless", "-r=1", "--json"])
    }
}

@Suite("Settings")
struct SettingsTests {
    /// A second command that takes its options from the same places.
    private struct Other: ConfigurableCommand {
        static let configuration = CommandConfiguration(commandName: "other")

        @OptionGroup var configurationOptions: ConfigurationOptions
        @ArgumentParser.Option var masterHost = "localhost"

        func check() throws {}
        func run(with settings: Settings) async throws {}
    }

    @Test("pass over what is meant for another command")
    func otherCommands() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("users = 3\nmaster-host = example.test\n", to: "x.conf")
        let environment = ["LOADTEST_MASTER_HOST": "example.test"]
        func read(_ others: [any ConfigurableCommand.Type]) throws -> Settings {
            try Settings(
                for: RunCommand.self,
                typed: ["--config", file],
                environment: environment,
                of: LoadTest.self,
                otherCommands: others
            )
        }
        let settings = try read([RunCommand.self, Other.self])
        #expect(settings.settings["users"]?.values.map(\.text) == ["3"])
        #expect(settings.settings["master-host"] == nil)
        #expect(settings.warnings == [])
        #expect(throws: ConfigurationError.self) { try read([]) }
    }

    @Test("are told of empty variables of secrets, which say as little as any other empty one")
    func emptyVariables() throws {
        func read(_ environment: [String: String]) throws -> Settings {
            try Settings(for: RunCommand.self, typed: [], environment: environment, of: LoadTest.self)
        }
        let names = ["LOADTEST_WEB_LOGIN", "LOADTEST_HEADER"]
        let settings = try read([
            "LOADTEST_WEB_LOGIN": "", "LOADTEST_HEADER": "", "LOADTEST_USERS": "", "LOADTEST_X": "",
        ])
        #expect(["web-login", "header", "users"].allSatisfy { settings.settings[$0] == nil })
        #expect(settings.warnings.count == 2)
        for name in names {
            #expect(settings.warnings.contains { $0.contains(name) && $0.contains("is empty") }, "\(settings.warnings)")
        }
        #expect(try read(["LOADTEST_WEB_LOGIN": "a:b"]).warnings == [])
    }

    @Test("take defaults that ArgumentParser has no text of from the options themselves")
    func defaults() throws {
        let settings = try Settings(for: RunCommand.self, typed: [], environment: [:], of: LoadTest.self)
        let text = SettingsText(settings, of: try settings.parse()).text
        for line in ["connect-timeout = 10s ", "turn-timeout = off ", "stall-after = 1s ", "# run-time = "] {
            #expect(text.contains("\n\(line)"), "\(line)")
        }
    }
}
