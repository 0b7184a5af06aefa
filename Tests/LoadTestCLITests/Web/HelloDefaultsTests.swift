import Foundation
import LoadEngine
import LoadModel
import Testing

@testable import loadtest

@Suite("What the form of the page begins with")
struct HelloDefaultsTests {
    private func defaults(_ set: (inout EngineConfiguration) throws -> Void) throws -> [String: Any] {
        var configuration = EngineConfiguration(host: "http://a", conversations: [])
        configuration.users = 20
        try set(&configuration)
        let json = try JSONEncoder().encode(LiveFeed.Hello.Defaults(configuration, host: "http://a"))
        return try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    }

    @Test("is users, where the program was started with users")
    func users() throws {
        let defaults = try defaults { $0.warmUp = .turns(5) }
        #expect(defaults["user_count"] as? Int == 20 && defaults["max_users"] as? Int == 1_000)
        #expect(defaults["arrival_rate"] as? String == "" && defaults["stages"] as? String == "")
        #expect(defaults["arrivals"] as? String == "constant" && defaults["warm_up"] as? String == "5")
    }

    @Test("is arrivals, where the program was started with arrivals")
    func arrivals() throws {
        let rate = try ArrivalRate.parse("3000/m")
        let defaults = try defaults { $0.arrivals = OpenArrivals(rate, .gamma(cv: 2)) }
        #expect(defaults["arrival_rate"] as? String == "3000/m" && defaults["arrivals"] as? String == "gamma:2.0")
        #expect(defaults["max_users"] as? Int == 20 && defaults["user_count"] as? Int == 1)
    }

    @Test("is stages of users or of arrivals, where the program was started with such")
    func stages() throws {
        let users = try defaults { $0.stages = try LoadStages.parse("1m:20,1m:0") }
        #expect(users["stages"] as? String == "1m:20,1m:0" && users["user_count"] as? Int == 1)
        let rates = try defaults { $0.arrivals = OpenArrivals(try LoadStages.parse("1m:20/s")) }
        #expect(rates["stages"] as? String == "1m:20/s" && rates["arrival_rate"] as? String == "")
    }
}
