import TestSupport
import MockAssistant

/// A run that has everything that a page can show.
enum ShownRun {
    /// A mock whose answers differ, some of which stall or fail.
    static func mock() throws -> MockServer {
        var configuration = MockConfiguration()
        configuration.script.events = 20
        configuration.script.firstToken = .milliseconds(100)
        configuration.script.interval = .milliseconds(10)
        configuration.script.jitterPercent = 80
        configuration.script.faults = [FaultShare(.http500, percent: 10), FaultShare(.truncate, percent: 10)]
        return try MockServer(configuration)
    }

    /// Conversations, one of them with a name that would be a script if it were not escaped.
    static func data() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let evil = #"</script><script>console.error('not escaped')</script><img src=http://loadtest.invalid/x>"#
        for (file, name) in [("a", "conversation_A"), ("b", evil)] {
            let turns = Array(repeating: #"{"role": "user", "content": "Hi"}"#, count: 3).joined(separator: ",")
            try folder.write(
                #"{"name": "\#(name)", "invocations": 80, "conversation": [\#(turns)]}"#,
                to: "\(file).json"
            )
        }
        return folder
    }
}
