import Foundation
import TestSupport
import Testing

@Suite("The completion of bash", .timeLimit(.minutes(5)), .amongFew)
struct CompletionTests {
    /// What bash offers behind these words, the last of which is still being typed.
    private func offers(_ words: [String], in folder: TemporaryFolder) async throws -> [String] {
        let script = try await Program.loadtest.run("--generate-completion-script", "bash")
        let path = try folder.write(script.output, to: "completion")
        // As readline calls it.
        let call = """
            source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
            function=$(complete -p loadtest); function=${function#*-F }; COMPREPLY=()
            "${function%% *}" loadtest "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"; printf '%s\\n' "${COMPREPLY[@]}"
            """
        let result = try await Program(path: "/bin/bash").run(
            ["-c", call, "bash", path, "loadtest"] + words,
            in: folder.path
        )
        #expect(result.exitCode == 0 && result.errors.isEmpty, "\(result.errors)")
        return result.output.split(separator: "\n").map(String.init)
    }

    @Test(
        "offers files where a value is one",
        arguments: [
            ["run", "--data"], ["run", "--ca"], ["run", "--summary"], ["run", "--html"], ["run", "--junit"],
            ["run", "--csv"], ["run", "--json-file"], ["run", "--events"], ["run", "--config"], ["mock", "--log"],
            ["validate"], ["validate", "--data"], ["report"], ["report", "--html"], ["--html"], ["--mock", "--data"],
        ]
    )
    func files(words: [String]) async throws {
        let folder = try TemporaryFolder.data(invocations: 1)
        try folder.write("", to: "abc")
        #expect(Set(try await offers(words + ["a"], in: folder)) == ["a.json", "abc"])
    }

    @Test("offers the options of a run without the word run, and the commands where nothing is typed")
    func withoutCommand() async throws {
        let folder = try TemporaryFolder()
        #expect(try await offers(["--headl"], in: folder) == ["--headless"])
        #expect(try await offers(["--mock", "--on-failure", ""], in: folder) == ["stop", "continue"])
        #expect(try await offers(["--mock", "--web-lo"], in: folder).contains("--web-lock-host"))
        #expect(Set(try await offers([""], in: folder)).isSuperset(of: ["run", "mock", "validate", "api"]))
        #expect(try await offers(["--mock", "--api", "open"], in: folder) == ["openai-chat", "openai-responses"])
        #expect(try await offers(["api", "ol"], in: folder) == ["ollama"])
        #expect(try await offers(["mo"], in: folder) == ["mock"])
    }
}
