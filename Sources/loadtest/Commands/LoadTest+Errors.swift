import ArgumentParser
import LoadEngine

#if canImport(Glibc)
import Glibc
#endif

/// What stands in for ArgumentParser's own functions of these names, so that its errors look like all others.
extension LoadTest {
    /// Ends the program with the text that somebody asked for, such as the help, or with an error.
    static func exit(withError error: any Error) -> Never {
        let code = exitCode(for: error)
        // Everything has been said already.
        guard !(error is ExitCode) else { Glibc.exit(code.rawValue) }
        guard !code.isSuccess else {
            do { try StandardStream.output.writeAll(CompletionScript.completed(fullMessage(for: error)) + "\n") } catch
            {
                StandardStream.error.write("error: \(error)\n")
                Glibc.exit(ExitCode.engineFailure.rawValue)
            }
            Glibc.exit(code.rawValue)
        }
        let full = fullMessage(for: error)
        let said = withoutHeaders(LocustOptions.advising(message(for: error)).uncapitalized, CommandLine.arguments)
        StandardStream.error.write("error: " + said + hint(in: full) + "\n")
        // What is no wrong usage is nothing that anybody has foreseen.
        Glibc.exit(code == .validationFailure ? code.rawValue : ExitCode.engineFailure.rawValue)
    }

    /// A message without the values of headers that stand in the wrong place of the command line.
    private static func withoutHeaders(_ message: String, _ arguments: [String]) -> String {
        arguments.reduce(message) { message, argument in
            let isAttached = argument.hasPrefix("-") && argument.contains("=")
            let text = isAttached ? String(argument.drop { $0 != "=" }.dropFirst()) : argument
            let shown = Shown.withoutHeaderValue(text)
            return shown == text ? message : message.replacing(text, with: shown)
        }
    }

    /// Where the options are told: the command that ArgumentParser's last line names between quotes.
    private static func hint(in text: String) -> String {
        let line = text.split(separator: "\n").last { $0.contains("See '") }
        guard let command = line?.split(separator: "'").dropFirst().first else { return "" }
        return " (see '\(command)')"
    }
}

extension String {
    /// ArgumentParser's messages are sentences of their own; behind "error: " they go on.
    fileprivate var uncapitalized: String { prefix(1).lowercased() + dropFirst() }
}
