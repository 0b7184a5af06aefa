@testable import loadtest

extension LiveFeed.Hello {
    /// What a page needs once, of a program without conversations and options.
    static var nothing: LiveFeed.Hello {
        LiveFeed.Hello(
            version: "0",
            defaults: Defaults(
                userCount: 1,
                spawnRate: 1,
                host: nil,
                runTime: "",
                thinkTime: "",
                rest: "",
                invocations: "",
                repeats: false
            ),
            isMock: false,
            isHostLocked: false,
            conversations: [],
            configuration: [:],
            hasCharts: false,
            chartsNote: ""
        )
    }
}
