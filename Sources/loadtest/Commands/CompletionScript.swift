/// The completion script of a shell, as ArgumentParser makes it, with what it lacks.
enum CompletionScript {
    /// What of bash's script calls its functions.
    private static let registration = "complete -o filenames -F _loadtest loadtest"

    /// Adds that the command `run` may be left out, and that file names are offered where nothing else is.
    ///
    /// - Parameter text: What ArgumentParser has to say, a script or something else.
    /// - Returns: The same for what is no script of bash.
    static func completed(_ text: String) -> String {
        guard text.hasPrefix("#!/bin/bash"), text.contains(registration) else { return text }
        return text.replacing(registration, with: withoutCommand)
    }

    private static let withoutCommand = """
        # The command "run" may be left out: an option right behind the program is one of its.
        _loadtest_or_run() {
            if [[ "${COMP_CWORD}" -ge 1 && "${COMP_WORDS[1]}" == -* ]]; then
                local -a COMP_WORDS=("${COMP_WORDS[0]}" run "${COMP_WORDS[@]:1}")
                local -i COMP_CWORD="$((COMP_CWORD + 1))"
            fi
            _loadtest "${@}"
        }

        complete -o filenames -o default -F _loadtest_or_run loadtest
        """
}
