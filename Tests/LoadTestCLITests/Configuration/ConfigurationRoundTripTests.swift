import Foundation
import LoadEngine
import LoadModel
import Testing

@testable import LoadProcesses
@testable import loadtest

@Suite("The configuration of a run")
struct ConfigurationRoundTripTests {
    /// What a test of a new property has to be given.
    private static func everythingChanged() throws -> EngineConfiguration {
        var configuration = EngineConfiguration(host: "http://127.0.0.1:9/base", conversations: [try conversation()])
        configuration.users = 2
        configuration.invocations = 5
        configuration.repeats = true
        configuration.arrivals = OpenArrivals(try ArrivalRate.parse("7/m"), .gamma(cv: 2))
        configuration.spawnRate = 0.1
        configuration.api = try #require(Profiles.named("langgraph"))
        configuration.path = "/x/{session_id}"
        configuration.headers = ["X-A: 1", "X-B:"]
        configuration.caFile = "ca.pem"
        configuration.isInsecure = true
        configuration.keepsConnections = false
        configuration.sourceAddresses = ["127.0.0.2"]
        configuration.runTime = .nanoseconds(90_000_000_001)
        configuration.stages = try LoadStages.parse("1s:5,2s:0")
        configuration.rampDown = .conversation
        configuration.waitForHost = .milliseconds(70)
        configuration.warmUp = .turns(12)
        configuration.findsSteadyStretch = true
        configuration.onFailure = .continue
        configuration.backoff = .off
        configuration.thinkTime = .uniform(.nanoseconds(1), .milliseconds(20))
        configuration.rest = .logNormal(median: .seconds(3), sigma: 0.1)
        configuration.abandon = try Abandonment.parse("5%@3s, 0.5%@7events")
        configuration.readRate = try ArrivalRate.parse("8000/s")
        configuration.sessionScope = .turn
        configuration.connectTimeout = .milliseconds(1)
        configuration.firstTokenTimeout = .milliseconds(2)
        configuration.idleTimeout = .milliseconds(3)
        configuration.stallTimeout = .milliseconds(4)
        configuration.turnTimeout = .milliseconds(5)
        configuration.stopTimeout = .milliseconds(6)
        configuration.maximumEventBytes = 7
        configuration.maximumHistoryBytes = 70
        configuration.resendsStaleTurns = false
        configuration.idleReuse = .seconds(4)
        configuration.maxError = .milliseconds(8)
        configuration.stallAfter = .milliseconds(9)
        configuration.objectives = [try Objective.parse("ttft < 10ms")]
        configuration.publishesRows = true
        configuration.eventLog = EventLogConfiguration(path: "events", hasContentTimes: true)
        configuration.seed = .max
        return configuration
    }

    /// A conversation that has everything.
    private static func conversation() throws -> Conversation {
        var turn = Conversation.Turn(role: "user", content: "Hi")
        turn.entry.template = Template([.text("Hi "), .value("name")])
        turn.name = "first"
        turn.expect = AnswerExpectation(minEvents: 1, contains: ["a"], matches: ["b"], maxTTFT: .seconds(1))
        turn.thinkTime = .exponential(mean: .seconds(4))
        turn.before = [.init(role: "system", content: "Be brief.")]
        let parts = JSONTemplate.array([
            .object([.init(key: "n", value: .scalar("1"))]), .string(Template([.value("name")])),
        ])
        var conversation = Conversation(
            name: "a\u{0}é",
            invocations: 3,
            turns: [.init(.init(role: "user", parts: parts)), turn],
            path: "a.json"
        )
        conversation.api = "assistant"
        conversation.thinkTime = .constant(.milliseconds(1))
        conversation.variables = ["v": #"["x",0.50]"#]
        let table = try DataTable(columns: ["name"], rows: [[.text("Ada")], [.json("5")]])
        conversation.data = DataSource(file: "d.csv", pick: .each, whenOut: .cycle, table: table)
        conversation.headers = [.init(name: "X-A", value: Template([.value("v")]))]
        return conversation
    }

    private static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    @Test("comes whole to a process that shares the run, each property of it")
    func roundTrip() async throws {
        let changed = try Self.everythingChanged()
        let defaults = EngineConfiguration(host: "", conversations: [])
        for (new, old) in zip(Mirror(reflecting: changed).children, Mirror(reflecting: defaults).children) {
            let name = try #require(new.label)
            #expect(
                String(reflecting: new.value) != String(reflecting: old.value),
                "\(name): give it another value above"
            )
        }
        let names = Mirror(reflecting: changed).children.compactMap(\.label)
        let members = try #require(JSONSerialization.jsonObject(with: Data(Self.json(changed).utf8)) as? [String: Any])
        #expect(Set(members.keys) == Set(names))
        // Nobody connects to it, nor reads its files.
        var playable = changed
        (playable.caFile, playable.eventLog) = (nil, nil)
        // What excludes other properties.
        (playable.rest, playable.invocations, playable.stages) = (nil, nil, nil)
        var plan = try RunPlan(playable)
        plan.configuration = changed
        let frame = try MessageFrame.encode(ParentMessage.prepare(plan))
        let expected = try Self.json(changed)
        await #expect(processExitsWith: .success) { [frame = frame as [UInt8], expected = expected as String] in
            var received = frame
            guard case .prepare(let plan)? = try MessageFrame.take(ParentMessage.self, from: &received) else {
                fatalError("no message")
            }
            let came = try Self.json(plan.configuration)
            guard came == expected else { fatalError("\(came) is not \(expected)") }
        }
    }

    @Test("has an option for each property, by which its problems are traced to their source")
    func options() throws {
        let options = Set(try CommandOption.all(of: RunCommand.self).map(\.name))
        let properties = Mirror(reflecting: EngineConfiguration(host: "", conversations: [])).children
        // What the program decides by itself.
        let others: Set = ["publishesRows"]
        for name in properties.compactMap(\.label) where !others.contains(name) {
            let option = ConfigurationField(rawValue: name).optionName
            #expect(options.contains(option), "\(name): --\(option)")
        }
        #expect(ConfigurationField.option("web-port").optionName == "web-port")
    }
}
