/// A part of a request, compiled: bytes that stay as they are, and places for values.
struct RequestTemplate {
    /// A piece of it.
    enum Piece {
        /// Bytes that stay as they are.
        case bytes([UInt8])
        /// A value at its place.
        case value(RequestValue, ValueForm)
        /// A member of an object, `,"key":` and its value; left out without a value.
        case member([UInt8], RequestValue)
        /// The messages so far, a comma between two.
        case messages
    }

    /// In their order; two of bytes never follow each other.
    private(set) var pieces: [Piece] = []

    /// The bytes, when there is no place for a value.
    var constant: [UInt8]? {
        switch pieces.count {
        case 0: return []
        case 1: if case .bytes(let bytes) = pieces[0] { return bytes } else { return nil }
        default: return nil
        }
    }

    /// Whether the messages so far stand in it.
    var hasMessages: Bool { pieces.contains { if case .messages = $0 { true } else { false } } }

    mutating func append(_ bytes: some Sequence<UInt8>) {
        if case .bytes(let before)? = pieces.last {
            pieces[pieces.count - 1] = .bytes(before + bytes)
        } else {
            pieces.append(.bytes(Array(bytes)))
        }
    }

    mutating func append(_ text: String) { append(text.utf8) }

    mutating func append(_ piece: Piece) {
        if case .bytes(let bytes) = piece { append(bytes) } else { pieces.append(piece) }
    }

    mutating func append(contentsOf other: RequestTemplate) {
        for piece in other.pieces { append(piece) }
    }
}
