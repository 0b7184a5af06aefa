/// The bytes of all requests of a run: one body for each turn, and the path with a session's id in it.
/// - Isolation: loop
struct TurnRequests {
    private let storage: UnsafeMutablePointer<UInt8>
    /// Where each body begins in `storage`, and where the last one ends.
    ///
    /// `Shape:` [row], one more than rows.
    private let offsets: [Int]
    /// The literal parts of the path; the session's id stands between each two.
    private let pathParts: [[UInt8]]
    private let path: UnsafeMutablePointer<UInt8>

    /// What stands for the session's id in a path template.
    static let placeholder = "{session_id}"

    /// The first word between braces that is not the placeholder, and so would be sent as it is; nil without any.
    static func otherPlaceholder(in path: String) -> String? {
        for part in path.split(separator: "{", omittingEmptySubsequences: false).dropFirst() {
            // Anything else between braces is no word that somebody could have meant to be replaced.
            let word = part.prefix { $0.isLetter || $0.isNumber || "_-.".contains($0) }
            if part.dropFirst(word.count).first == "}", "{\(word)}" != placeholder { return String(word) }
        }
        return nil
    }

    /// Lays out the requests.
    ///
    /// - Parameters:
    ///   - conversations: What is played; a row is a turn of them, in this order.
    ///   - api: What they are sent to.
    ///   - pathTemplate: The path, with `{session_id}` for the session's id.
    init(_ conversations: [Conversation], to api: AssistantAPI, pathTemplate: String) {
        self.init(bodies: conversations.flatMap { $0.turns.map(api.body) }, pathTemplate: pathTemplate)
    }

    /// Lays out requests.
    ///
    /// - Parameters:
    ///   - bodies: The body of each turn, by row.
    ///   - pathTemplate: The path, with `{session_id}` for the session's id.
    init(bodies: [[UInt8]], pathTemplate: String) {
        offsets = bodies.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1.count) }
        storage = .allocate(capacity: max(offsets.last ?? 0, 1))
        for (row, body) in bodies.enumerated() { (storage + offsets[row]).initialize(from: body, count: body.count) }
        pathParts = pathTemplate.split(separator: Self.placeholder, omittingEmptySubsequences: false).map {
            Array($0.utf8)
        }
        let capacity = pathParts.reduce(0) { $0 + $1.count } + (pathParts.count - 1) * SessionID.textCount + 1
        path = .allocate(capacity: capacity)
        path.initialize(repeating: 0, count: capacity)
    }

    /// The body of a turn; its memory stays until `destroy`.
    func body(row: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: storage + offsets[row], count: offsets[row + 1] - offsets[row])
    }

    /// The path of a turn, ended by 0; valid until the next call.
    func path(session: SessionID) -> UnsafePointer<CChar> {
        var end = path
        for index in pathParts.indices {
            if index > 0 {
                session.write(to: end)
                end += SessionID.textCount
            }
            pathParts[index].withUnsafeBufferPointer { part in
                guard let bytes = part.baseAddress else { return }
                end.update(from: bytes, count: part.count)
            }
            end += pathParts[index].count
        }
        return UnsafeRawPointer(path).assumingMemoryBound(to: CChar.self)
    }

    func destroy() {
        storage.deallocate()
        path.deallocate()
    }
}
