import LoadEngine
import LoadModel
import Testing

@Suite("The mix of a share")
struct MixNoteTests {
    private func note(_ share: RunShare, processes: Int = 1, _ invocations: [Int]) throws -> String? {
        var configuration = EngineConfiguration(
            host: "http://127.0.0.1:9",
            conversations: invocations.enumerated().map { index, count in
                Conversation(name: "c\(index)", invocations: count, turns: [.init(role: "u", content: "x")])
            }
        )
        configuration.users = 1_000
        var plan = try RunPlan(configuration)
        try plan.play(share)
        return plan.noteOnMix(processes: processes)
    }

    @Test("is told of where it is another than that of the run")
    func told() throws {
        // 3 : 2 repeats after five, and so does every tenth.
        let text = try #require(try note(RunShare(index: 0, count: 10), [6_000, 4_000]))
        #expect(text.contains("100 % of what this share plays, and 60 % of the whole run"), "\(text)")
        #expect(try note(RunShare(index: 0, count: 11), [6_000, 4_000]) == nil)
        #expect(try note(RunShare(index: 0, count: 3), [6_000, 4_000]) == nil)
        let ofProcess = try note(RunShare(index: 0, count: 3), processes: 5, [6_000, 4_000])
        #expect(ofProcess?.contains("a process of this share") == true)
        #expect(try note(.whole, [6_000, 4_000]) == nil)
        #expect(try note(RunShare(index: 0, count: 10), [6_000]) == nil)
    }
}
