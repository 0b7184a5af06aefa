import Foundation
import LoadEngine
import LoadModel
import Testing

@Suite("The fingerprint of a run's plan")
struct FingerprintTests {
    private func configuration() throws -> EngineConfiguration {
        var conversation = Conversation(
            name: "a",
            invocations: 3,
            turns: [.init(role: "u", content: "x")],
            path: "/one/a.json"
        )
        conversation.data = DataSource(
            file: "/one/people.csv",
            table: try DataTable(columns: ["n"], rows: [[.json("1")], [.json("2")]])
        )
        conversation.variables = ["topic": "\"x\"", "other": "1", "third": "2"]
        var configuration = EngineConfiguration(host: "http://one", conversations: [conversation])
        configuration.seed = 1
        return configuration
    }

    @Test("is the same wherever the run is played, and whatever is secret")
    func same() throws {
        let one = try configuration()
        let print = try one.fingerprint()
        #expect(print.count == 16 && print.allSatisfy(\.isHexDigit))
        var other = one
        other.host = "http://two"
        other.headers = ["Authorization: Bearer abc"]
        other.caFile = "/x"
        other.sourceAddresses = ["127.0.0.2"]
        other.eventLog = EventLogConfiguration(path: "/x")
        other.api.variables["key"] = nil
        other.conversations[0].path = "/two/a.json"
        other.conversations[0].data?.file = "/two/people.csv"
        #expect(try other.fingerprint() == print)
    }

    @Test("is another one when something else is played, or is counted otherwise")
    func others() throws {
        let one = try configuration()
        let changes: [(inout EngineConfiguration) throws -> Void] = [
            { $0.seed = 2 }, { $0.users = 9 }, { $0.spawnRate = 3 }, { $0.runTime = .seconds(1) },
            { $0.conversations[0].invocations = 4 }, { $0.conversations[0].turns[0].content = "y" },
            { $0.conversations[0].data?.pick = .each },
            { $0.conversations[0].data?.table = try DataTable(columns: ["n"], rows: [[.json("1")]]) },
            { $0.arrivals = OpenArrivals(ArrivalRate(perSecond: 5)) }, { $0.stallAfter = .seconds(3) },
            { $0.objectives = [Objective(.ttft, mostNs: 1)] }, { $0.repeats = true }, { $0.warmUp = .turns(5) },
            { $0.api = try #require(Profiles.named("openai-chat")) },
        ]
        var prints = [try one.fingerprint()]
        for change in changes {
            var other = one
            try change(&other)
            prints.append(try other.fingerprint())
        }
        #expect(Set(prints).count == prints.count)
    }

    @Test("of a moment makes a seed, the same for the same moment")
    func seeds() {
        let moment = Date(timeIntervalSince1970: 1_767_268_800)
        let seed = EngineConfiguration.seed(of: moment)
        #expect(seed == EngineConfiguration.seed(of: moment))
        #expect(seed != EngineConfiguration.seed(of: moment + 0.001))
    }
}
