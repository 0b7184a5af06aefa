/// The method, path and header lines of requests, compiled: one for all turns that have the same.
final class RequestHead {
    let method: String
    let path: RequestTemplate
    /// The header lines that have places for values.
    let lines: [RequestTemplate]
    /// The header lines whose values are known.
    let constantLines: [String]
    /// The names of the header lines that the conversation has, in lower case: no others of these names are sent.
    let ownNames: Set<String>

    /// Compiles a head.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - path: The path, below that of the host.
    ///   - headers: The API's header lines.
    ///   - ofConversation: The conversation's, which take the place of those of the same name.
    ///   - compiler: Knows what names stand for.
    init(
        method: String,
        path: Template,
        headers: [APIProfile.Header],
        ofConversation: [APIProfile.Header],
        _ compiler: RequestCompiler
    ) {
        self.method = method
        self.path = compiler.text(path, .path)
        let own = Set(ofConversation.map { $0.name.lowercased() })
        var lines: [RequestTemplate] = []
        var constantLines: [String] = []
        for header in headers.filter({ !own.contains($0.name.lowercased()) }) + ofConversation {
            // A secret that this machine does not have: a server that needs none is none the worse for it.
            guard !compiler.hasNothing(for: header.value) else { continue }
            var line = RequestTemplate()
            line.append("\(header.name): ")
            line.append(contentsOf: compiler.text(header.value, .header))
            if let bytes = line.constant {
                constantLines.append(String(decoding: bytes, as: UTF8.self))
            } else {
                lines.append(line)
            }
        }
        self.lines = lines
        self.constantLines = constantLines
        ownNames = own
    }

    /// The path with a word at each place for a value, as it is shown.
    var shownPath: String {
        path.pieces.reduce(into: "") { text, piece in
            if case .bytes(let bytes) = piece {
                text += String(decoding: bytes, as: UTF8.self)
            } else {
                text += SessionPlaceholder.text
            }
        }
    }

    /// Whether the path differs from user to user by the session's id at most.
    var hasPreparedPath: Bool {
        path.pieces.allSatisfy { piece in
            switch piece {
            case .bytes, .value(.sessionID, _): true
            default: false
            }
        }
    }

    /// Whether the header lines are the same for all requests, and those of another head.
    func hasLines(of other: RequestHead) -> Bool {
        lines.isEmpty && ownNames.isEmpty && constantLines == other.constantLines
    }
}
