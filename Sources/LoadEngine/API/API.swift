/// An API as a run uses it: its profile, compiled; all its users share it.
/// - Isolation: loop
struct API {
    let profile: APIProfile
    /// What the events of its answers mean.
    let reader: EventReader
    /// What the answers to its set-up requests hold.
    ///
    /// `Shape:` [request]
    let setupReaders: [EventReader]
    /// Whether its events are those of `assistant`, which need no reader.
    let isPlain: Bool
    /// Whether the client keeps what was said, with the answers that it received.
    let isLive: Bool
    /// Whether there are tokens before the answer's: reasoning, or calls of tools.
    let hasOtherTokens: Bool
    /// Whether the end of a body completes a turn, always or after a finish reason.
    let endsWithBody: Bool
    let endsAfterReason: Bool
    /// The message that an answer becomes; nil unless `isLive`.
    let answer: AnswerMessage?
    /// The names of all that is captured, in the order of a session's captures.
    let captureNames: [String]
    private let secretCaptures: [Bool]
    /// Of each capture of the profile, its place among a session's; of each set-up request the same.
    private let captures: [Int]
    private let setupCaptures: [[Int]]
    /// The headers that are captured, and their places.
    let capturedHeaders: [(name: String, place: Int)]
    let setupCapturedHeaders: [[(name: String, place: Int)]]

    /// Compiles a profile.
    ///
    /// - Throws: `EngineError` for what cannot be compiled, which a check of the profile would have told.
    init(_ profile: APIProfile) throws(EngineError) {
        self.profile = profile
        let names = profile.captureNames
        captureNames = names
        secretCaptures = names.map(Shown.isNameOfSecret)
        func places(_ captures: [APIProfile.Capture]) -> [Int] {
            captures.map { capture in names.firstIndex(of: capture.name) ?? 0 }
        }
        func headers(_ captures: [APIProfile.Capture]) -> [(name: String, place: Int)] {
            captures.compactMap { capture in
                guard case .header(let name) = capture.source else { return nil }
                return (name, names.firstIndex(of: capture.name) ?? 0)
            }
        }
        captures = places(profile.captures)
        setupCaptures = profile.setup.map { places($0.captures) }
        capturedHeaders = headers(profile.captures)
        setupCapturedHeaders = profile.setup.map { headers($0.captures) }
        isPlain = profile.readsAsAssistant
        isLive = profile.history == .live
        hasOtherTokens = profile.events.contains { $0.kind == .reasoning || $0.kind == .tool }
        endsWithBody = profile.ends.contains(.eof)
        endsAfterReason = profile.ends.contains(.finishReason)
        answer = isLive ? profile.message.flatMap { AnswerMessage(RequestNames.answer(of: profile).json($0)) } : nil
        do throws(ExpressionError) {
            reader = try EventReader(profile)
            setupReaders = try profile.setup.map { request throws(ExpressionError) in
                var answer = APIProfile(name: profile.name, path: request.path)
                answer.captures = request.captures
                return try EventReader(answer)
            }
        } catch {
            throw EngineError(operation: "compile the profile '\(Shown.line(profile.name))'", reason: "\(error)")
        }
    }

    /// The place of a capture of turns, or of a set-up request, among those of a session.
    func place(ofCapture index: Int, setup: Int?) -> Int { setup.map { setupCaptures[$0][index] } ?? captures[index] }

    /// Whether a capture, by its place among those of a session, is secret by its name.
    func isSecret(capture place: Int) -> Bool { secretCaptures[place] }

    /// How many captures turns have, or a set-up request.
    func captureCount(setup: Int?) -> Int { setup.map { setupCaptures[$0].count } ?? captures.count }

    /// Whether a stream may end with an unterminated `[DONE]`, which explains why it has no end.
    var hasDoneMarker: Bool { profile.events.contains { $0.kind == .end && $0.data == "[DONE]" } }

    func destroy() {
        reader.destroy()
        for reader in setupReaders { reader.destroy() }
    }
}

extension APIProfile {
    /// The names of all that is captured, those of set-up requests first.
    var captureNames: [String] {
        var names: [String] = []
        for capture in setup.flatMap(\.captures) + captures where !names.contains(capture.name) {
            names.append(capture.name)
        }
        return names
    }

    /// Whether events mean what they mean for `assistant`: for that there is a shorter way than by rules.
    package var readsAsAssistant: Bool {
        var end = EventRule(.end)
        end.data = "[DONE]"
        var error = EventRule(.error)
        error.event = "error"
        return framing == .sse && events == [end, error, EventRule(.content)] && ends == [.marker] && usage.isEmpty
            && finishReason.isEmpty && captures.isEmpty && setup.isEmpty && history != .live
    }
}
