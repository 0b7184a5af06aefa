/// The requests of all turns of a run: bodies that are the same for every user are made once.
/// - Isolation: loop
struct TurnRequests {
    /// How a turn's request comes about.
    private struct Row {
        /// Where its body begins in `storage`, and its length; means nothing without `isPrepared`.
        var offset = 0
        var count = 0
        /// The index of its path.
        var path: Int32 = -1
        /// Whether nothing but the session's id in the path differs from user to user.
        var isPrepared = false
    }

    private let storage: UnsafeMutablePointer<UInt8>
    /// How each turn's request comes about.
    ///
    /// `Shape:` [row]
    private let rows: UnsafeMutablePointer<Row>
    private let paths: [SessionPath]

    /// Lays out the requests.
    ///
    /// - Parameters:
    ///   - conversations: The requests of each conversation; a row is a turn of them, in this order. Bodies that are
    ///     laid out are taken from there.
    ///   - prefix: The path of the host, below which all others are.
    init(_ conversations: inout [ConversationRequests], below prefix: String) {
        let rowCount = conversations.reduce(0) { $0 + $1.turns.count }
        let size = conversations.lazy.flatMap(\.turns).reduce(0) { $0 + ($1.body?.constant?.count ?? 0) }
        rows = .allocate(capacity: max(rowCount, 1))
        storage = .allocate(capacity: max(size, 1))
        var paths: [SessionPath] = []
        var known: [[UInt8]: Int32] = [:]
        var offset = 0
        var next = rows
        for conversation in conversations.indices {
            for turn in conversations[conversation].turns.indices {
                let request = conversations[conversation].turns[turn]
                var row = Row()
                if request.isPrepared, let key = request.head.path.sessionKey {
                    row.path = known[key] ?? Int32(paths.count)
                    if row.path == paths.count {
                        known[key] = row.path
                        paths.append(Self.path(request.head.path, below: prefix))
                    }
                    let body = conversations[conversation].takeBody(ofTurn: turn)
                    (storage + offset).initialize(from: body, count: body.count)
                    row.offset = offset
                    row.count = body.count
                    row.isPrepared = true
                    offset += body.count
                }
                next.initialize(to: row)
                next += 1
            }
        }
        self.paths = paths
    }

    private static func path(_ path: RequestTemplate, below prefix: String) -> SessionPath {
        var template = RequestTemplate()
        template.append(prefix)
        template.append(contentsOf: path)
        guard let path = SessionPath(template) else { preconditionFailure("it has a key") }
        return path
    }

    /// Whether the body and path of a turn are here.
    func isPrepared(row: Int) -> Bool { rows[row].isPrepared }

    /// The body of a turn; its memory stays until `destroy`.
    func body(row: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: storage + rows[row].offset, count: rows[row].count)
    }

    /// The path of a turn, ended by 0; valid until the next call.
    func path(row: Int, session: SessionID) -> UnsafePointer<CChar> {
        paths[Int(rows[row].path)].text(of: session)
    }

    func destroy() {
        storage.deallocate()
        rows.deallocate()
        for path in paths { path.destroy() }
    }
}

extension RequestTemplate {
    /// What is the same for two paths with the session's id that are the same; nil for a path with other values.
    fileprivate var sessionKey: [UInt8]? {
        var key: [UInt8] = []
        for piece in pieces {
            switch piece {
            case .bytes(let bytes): key += bytes
            // No byte of a path.
            case .value(.sessionID, _): key.append(0)
            default: return nil
            }
        }
        return key
    }
}
