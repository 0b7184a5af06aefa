import LoadEngine

@testable import loadtest

extension LiveFeed.Hello {
    /// What a page needs once, of a program without conversations and options.
    static var nothing: LiveFeed.Hello {
        LiveFeed.Hello(
            version: "0",
            defaults: Defaults(EngineConfiguration(host: "http://a", conversations: []), host: nil),
            isMock: false,
            isHostLocked: false,
            conversations: [],
            configuration: [:],
            hasCharts: false,
            chartsNote: ""
        )
    }
}
