/// Where the web page is served, for whom, and until when.
struct WebPlace {
    /// The address that it listens on.
    let host: String
    /// The port; 0 for any that is free.
    let port: Int
    /// Who may see it; nil for everybody.
    let login: WebLogin?
    /// The URLs by which browsers reach it through a proxy.
    let origins: [WebOrigin]
    /// Whether a run is started at once.
    let autostart: Bool
    /// How long after that run the program ends; nil for when somebody ends it.
    let autoquit: Duration?
}
