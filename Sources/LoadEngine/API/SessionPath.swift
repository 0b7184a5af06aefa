/// A path with the session's id in it, the same for all users otherwise.
/// - Isolation: loop
struct SessionPath {
    /// The literal parts of the path; the session's id stands between each two.
    private let parts: [[UInt8]]
    private let path: UnsafeMutablePointer<UInt8>

    /// Nil for a path with other values in it.
    init?(_ template: RequestTemplate) {
        var parts: [[UInt8]] = [[]]
        for piece in template.pieces {
            switch piece {
            case .bytes(let bytes): parts[parts.count - 1] += bytes
            case .value(.sessionID, _): parts.append([])
            default: return nil
            }
        }
        self.parts = parts
        let capacity = parts.reduce(0) { $0 + $1.count } + (parts.count - 1) * SessionID.textCount + 1
        path = .allocate(capacity: capacity)
        path.initialize(repeating: 0, count: capacity)
    }

    /// The path, ended by 0; valid until the next call.
    func text(of session: SessionID) -> UnsafePointer<CChar> {
        var end = path
        for index in parts.indices {
            if index > 0 {
                session.write(to: end)
                end += SessionID.textCount
            }
            parts[index].withUnsafeBufferPointer { part in
                guard let bytes = part.baseAddress else { return }
                end.update(from: bytes, count: part.count)
            }
            end += parts[index].count
        }
        return UnsafeRawPointer(path).assumingMemoryBound(to: CChar.self)
    }

    func destroy() { path.deallocate() }
}
