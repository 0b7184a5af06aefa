import Foundation
import LoadEngine
import LoadModel
import Testing

@testable import loadtest

@Suite("The form of /swarm")
struct SwarmFormTests {
    private static let turn = Conversation.Turn(role: "user", content: "Hi")
    private let conversations = [
        Conversation(name: "greeting", invocations: 2, turns: [turn]),
        Conversation(name: "a & b=c", invocations: 3, turns: [turn]),
        Conversation(name: "unused", invocations: 0, turns: [turn]),
    ]

    private func read(_ body: String, contentType: String? = nil) throws(WebProblem) -> SwarmRequest {
        try SwarmForm.read(body.utf8, contentType: contentType, conversations: conversations)
    }

    private func refusal(_ body: String, contentType: String? = nil) -> WebProblem? {
        do {
            let request = try read(body, contentType: contentType)
            let base = EngineConfiguration(host: "http://a", conversations: conversations)
            _ = try request.configuration(base, conversations: conversations)
            Issue.record("\(body) is \(request)")
            return nil
        } catch { return error }
    }

    @Test("needs users and a rate, and leaves the rest as the program was started")
    func least() throws {
        let request = try read("user_count=55&spawn_rate=5.5")
        #expect(request == SwarmRequest(load: SwarmLoad(userCount: 55, spawnRate: 5.5), invocations: [:]))
        #expect(request.chosen(of: conversations) == conversations)
        #expect(
            try read(
                "user_count=55&spawn_rate=5.5&host=&run_time=&think_time=&rest=+&user_classes=&invocations.greeting="
                    + "&arrival_rate=&arrivals=&max_users=&stages=&warm_up="
            ) == request
        )
        #expect(try read("&spawn_rate=+5.5+&&shape_class=x&=&custom&user_count=%35%35&") == request)
    }

    @Test("takes what Locust takes, and invocations")
    func everything() throws {
        let body =
            "user_count=3&spawn_rate=1e1&host=https%3A%2F%2Fexample.test%2Fapi&run_time=1h20m&think_time=exponential(4s)&rest=off"
            + "&user_classes=greeting&user_classes=a+%26+b%3Dc&invocations.a%20%26+b%3dc=7"
        let request = try read(body, contentType: "application/x-www-form-urlencoded; charset=utf-8")
        #expect(
            request
                == SwarmRequest(
                    load: SwarmLoad(userCount: 3, spawnRate: 10),
                    host: "https://example.test/api",
                    runTime: .seconds(80 * 60),
                    thinkTime: .exponential(mean: .seconds(4)),
                    rest: .off,
                    conversations: ["greeting", "a & b=c"],
                    invocations: ["a & b=c": 7]
                )
        )
        let chosen = request.chosen(of: conversations)
        #expect(chosen.map(\.name) == ["greeting", "a & b=c"])
        #expect(chosen.map(\.invocations) == [2, 7])
    }

    @Test("says how long the run is by a number of conversations, or that they begin again")
    func length() throws {
        let base = EngineConfiguration(host: "http://a", conversations: conversations)
        func made(_ fields: String, of base: EngineConfiguration) throws -> EngineConfiguration {
            try read("user_count=1&spawn_rate=1" + fields).configuration(base, conversations: conversations)
        }
        #expect(try made("", of: base).invocations == nil && made("", of: base).repeats == false)
        #expect(try made("&invocations=500", of: base).invocations == 500)
        #expect(try made("&repeat=true", of: base).repeats)
        var other = base
        other.invocations = 7
        #expect(try made("", of: other).invocations == 7 && made("&invocations=0", of: other).invocations == nil)
        other.invocations = nil
        other.repeats = true
        #expect(try made("", of: other).repeats && !made("&repeat=false", of: other).repeats)
    }

    private func made(_ fields: String, of base: EngineConfiguration) throws -> EngineConfiguration {
        try read(fields).configuration(base, conversations: conversations)
    }

    @Test("has conversations arrive by themselves, with what it does not say as the program was started")
    func arrivals() throws {
        var base = EngineConfiguration(host: "http://a", conversations: conversations)
        base.rest = try ThinkTime.parse("3s")
        let rate = try ArrivalRate.parse("50/s")
        var made = try made("arrival_rate=50/s", of: base)
        #expect(made.arrivals == OpenArrivals(rate) && made.users == 1_000 && made.stages == nil)
        #expect(made.rest == nil, "a user of it has one conversation")
        made = try self.made("arrival_rate=50/s&arrivals=gamma:2&max_users=7", of: base)
        #expect(made.arrivals == OpenArrivals(rate, .gamma(cv: 2)) && made.users == 7)
        // As Locust's scripts send it.
        made = try self.made("arrival_rate=50/s&user_count=7&spawn_rate=1", of: base)
        #expect(made.arrivals == OpenArrivals(rate) && made.users == 7)

        var open = base
        open.arrivals = OpenArrivals(rate, .poisson)
        open.users = 20
        #expect(try self.made("", of: open).arrivals == open.arrivals && self.made("", of: open).users == 20)
        #expect(try self.made("user_count=7&spawn_rate=1", of: open).arrivals == open.arrivals)
        #expect(try self.made("user_count=7&spawn_rate=1", of: open).users == 7)
        let slower = try ArrivalRate.parse("3000/m")
        #expect(try self.made("arrival_rate=3000/m", of: open).arrivals == OpenArrivals(slower, .poisson))
        let closed = try self.made("arrival_rate=off&user_count=7&spawn_rate=2", of: open)
        #expect(closed.arrivals == nil && closed.users == 7 && closed.spawnRate == 2)
    }

    @Test("goes in stages of users or of arrivals, and in those of the start unless something else is asked for")
    func stages() throws {
        let base = EngineConfiguration(host: "http://a", conversations: conversations)
        let (users, rates) = (try LoadStages.parse("1m:7,1m:3"), try LoadStages.parse("1m:7/s"))
        #expect(try made("stages=1m:7,1m:3", of: base).stages == users)
        #expect(try made("stages=1m:7/s&arrivals=poisson", of: base).arrivals == OpenArrivals(rates, .poisson))
        let first = try ArrivalRate.parse("2/s")
        #expect(try made("stages=1m:7/s&arrival_rate=2/s", of: base).arrivals == OpenArrivals(rates, from: first))

        var started = base
        started.stages = users
        #expect(try made("", of: started).stages == users)
        let other = try made("user_count=8&spawn_rate=1", of: started)
        #expect(other.stages == nil && other.users == 8)
        #expect(try made("stages=off&user_count=8&spawn_rate=1", of: started).stages == nil)
        let arriving = try made("arrival_rate=2/s", of: started)
        #expect(arriving.stages == nil && arriving.arrivals == OpenArrivals(first))
        started.stages = nil
        started.arrivals = OpenArrivals(first)
        let staged = try made("stages=1m:7,1m:3", of: started)
        #expect(staged.stages == users && staged.arrivals == nil)
    }

    @Test("warms up as the program was started, otherwise, or not at all")
    func warmUp() throws {
        var base = EngineConfiguration(host: "http://a", conversations: conversations)
        base.warmUp = .turns(5)
        let form = "user_count=1&spawn_rate=1"
        #expect(try made(form, of: base).warmUp == .turns(5))
        #expect(try made("\(form)&warm_up=30s", of: base).warmUp == .time(.seconds(30)))
        #expect(
            try made("\(form)&warm_up=off", of: base).warmUp == nil && made("\(form)&warm_up=0", of: base).warmUp == nil
        )
    }

    @Test("has a run time in seconds, with units, and 0 for none", arguments: [("20", 20), ("3m", 180), ("0", 0)])
    func runTime(text: String, seconds: Int) throws {
        #expect(try read("user_count=1&spawn_rate=1&run_time=\(text)").runTime == .seconds(seconds))
    }

    @Test(
        "names what is wrong, where, and what to do",
        arguments: [
            ("", "user_count", "missing: give the number of users"),
            ("spawn_rate=1", "user_count", "missing"),
            ("user_count=&spawn_rate=1", "user_count", "missing"),
            ("user_count=0&spawn_rate=1", "user_count", "from 1 to 16777216, not '0'"),
            ("user_count=16777217&spawn_rate=1", "user_count", "not '16777217'"),
            ("user_count=99999999999999999999999&spawn_rate=1", "user_count", "whole number"),
            ("user_count=-1&spawn_rate=1", "user_count", "not '-1'"),
            ("user_count=1.5&spawn_rate=1", "user_count", "whole number"),
            ("user_count=ten&spawn_rate=1", "user_count", "not 'ten'"),
            ("user_count=1&user_count=1&spawn_rate=1", "user_count", "2 times: give it once"),
            ("user_count=1", "spawn_rate", "missing: give how many"),
            ("user_count=1&spawn_rate=0", "spawn_rate", "over 0"),
            ("user_count=1&spawn_rate=-1", "spawn_rate", "not '-1'"),
            ("user_count=1&spawn_rate=nan", "spawn_rate", "over 0"),
            ("user_count=1&spawn_rate=inf", "spawn_rate", "over 0"),
            ("user_count=1&spawn_rate=1e999", "spawn_rate", "over 0"),
            ("user_count=1&spawn_rate=fast", "spawn_rate", "not 'fast'"),
            ("user_count=1&spawn_rate=1&host=localhost:8000", "host", "it must begin with http://"),
            ("user_count=1&spawn_rate=1&host=http://", "host", "write for example http://localhost:8000"),
            ("user_count=1&spawn_rate=1&host=http://a%00b", "host", "control character"),
            ("user_count=1&spawn_rate=1&host=http://a%20b", "host", "blank"),
            ("user_count=1&spawn_rate=1&run_time=soon", "run_time", "'soon' is not a duration"),
            ("user_count=1&spawn_rate=1&run_time=-5", "run_time", "negative"),
            ("user_count=1&spawn_rate=1&think_time=soon", "think_time", "'soon' is no time to think"),
            ("user_count=1&spawn_rate=1&rest=uniform(1s)", "rest", "a second value"),
            ("user_count=1&spawn_rate=1&invocations=-1", "invocations", "from 0 to 1000000000, not '-1'"),
            ("user_count=1&spawn_rate=1&invocations=many", "invocations", "not 'many'"),
            ("user_count=1&spawn_rate=1&repeat=yes", "repeat", "true or false, not 'yes'"),
            ("user_count=1&spawn_rate=1&repeat=true&invocations=5", "invocations", "give one of both"),
            ("arrival_rate=50", "arrival_rate", "expected /s, /m or /h behind the number"),
            ("arrival_rate=0/s", "arrival_rate", "over 0"),
            ("arrival_rate=5/s&arrivals=posson", "arrivals", "did you mean 'poisson'?"),
            ("arrival_rate=5/s&max_users=0", "max_users", "from 1 to 16777216, not '0'"),
            ("arrival_rate=5/s&max_users=5&user_count=6", "max_users", "give one of both"),
            ("user_count=1&spawn_rate=1&arrivals=poisson", "arrivals", "arrivals needs arrival_rate"),
            ("user_count=1&spawn_rate=1&max_users=5", "max_users", "max_users needs arrival_rate"),
            ("stages=1m", "stages", "expected a colon behind the time"),
            ("stages=1m:5,1m:5/s", "stages", "all of users (30s:100) or all of rates"),
            ("stages=1m:5&arrival_rate=5/s", "stages", "exclude each other: write rates"),
            ("stages=1m:5&user_count=5&spawn_rate=1", "stages", "exclude each other: stages say how many"),
            ("user_count=1&spawn_rate=1&warm_up=soon", "warm_up", "warm_up: "),
            ("user_count=1&spawn_rate=1&user_classes=greetnig", "user_classes", "did you mean 'greeting'?"),
            ("user_count=1&spawn_rate=1&user_classes=unused", "user_classes", "at least 1"),
            (
                "user_count=1&spawn_rate=1&invocations.greeting=0&invocations.a+%26+b%3Dc=0", "user_classes",
                "at least 1"
            ),
            ("user_count=1&spawn_rate=1&invocations.x=1", "invocations.x", "no conversation 'x'"),
            ("user_count=1&spawn_rate=1&invocations.greeting=x", "invocations.greeting", "from 0 to 1000000000"),
            ("user_count=1&spawn_rate=1&invocations.greeting=-1", "invocations.greeting", "not '-1'"),
            ("user_count=%3", "user_count", "write a percent sign as %25"),
            ("user_count=%zz", "user_count", "hexadecimal"),
            ("user_count=%ff", "user_count", "not UTF-8"),
            ("user_count=%ed%a0%80", "user_count", "not UTF-8"),
        ]
    )
    func mistakes(body: String, field: String, message: String) throws {
        let problem = try #require(refusal(body))
        #expect(problem.field == field)
        #expect(problem.message.contains(message), "\(problem.message)")
    }

    @Test("is nothing but a form, and in UTF-8")
    func otherBodies() throws {
        let right = "user_count=1&spawn_rate=1"
        for type in ["application/json", "multipart/form-data; boundary=x", "text/plain", ""] {
            #expect(
                refusal(right, contentType: type)?.message.contains("must be application/x-www-form-urlencoded") == true
            )
        }
        _ = try read(right, contentType: "Application/X-WWW-Form-urlencoded;charset=UTF-8")
        #expect(refusal("%ff=1")?.field == nil)
        #expect(refusal("%=1")?.message.contains("the name of a parameter has a %") == true)
    }

    @Test("shows the start of a value that is long")
    func longValue() throws {
        let message = try #require(refusal("user_count=" + String(repeating: "9", count: 10_000))).message
        #expect(message.contains("9…'") && message.count < 200)
    }

    @Test(
        "is shown in a message as its start, whatever is long",
        arguments: [
            "user_classes=", "host=http://", "run_time=", "think_time=", "rest=", "invocations.", "%", "arrival_rate=",
            "arrivals=", "stages=", "warm_up=",
        ]
    )
    func longText(start: String) throws {
        let long = String(repeating: "e\u{301}", count: 100_000)
        let problem = try #require(refusal("user_count=1&spawn_rate=1&\(start)\(long)=1"))
        #expect(problem.message.utf8.count < 1_000 && problem.field?.utf8.count ?? 0 < 1_000)
    }

    @Test("costs what its bytes cost, not that times the number of conversations", .timeLimit(.minutes(5)), .amongFew)
    func large() throws {
        let names = (0..<20_000).map { "conversation_\($0)" }
        let many = names.map { Conversation(name: $0, invocations: 1, turns: [Self.turn]) }
        let fields = names.map { "user_classes=\($0)&invocations.\($0)=7" }.joined(separator: "&")
        let begin = ContinuousClock.now
        let request = try SwarmForm.read(
            "user_count=1&spawn_rate=1&\(fields)".utf8,
            contentType: nil,
            conversations: many
        )
        #expect(request.chosen(of: many).map(\.invocations) == Array(repeating: 7, count: 20_000))
        // Each name searched for among all of them takes minutes.
        #expect(ContinuousClock.now - begin < .seconds(20))
    }

    @Test("is answered in Locust's structure, with the field")
    func answer() throws {
        func json(_ problem: WebProblem) throws -> String {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            return String(decoding: try encoder.encode(problem), as: UTF8.self)
        }
        #expect(
            try json(WebProblem(message: "no", field: "host")) == #"{"field":"host","message":"no","success":false}"#
        )
        #expect(try json(WebProblem(message: "no")) == #"{"field":null,"message":"no","success":false}"#)
    }
}
