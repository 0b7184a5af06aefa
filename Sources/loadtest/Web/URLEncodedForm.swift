import LoadEngine

/// The fields of a body of the type `application/x-www-form-urlencoded`, in their order.
struct URLEncodedForm {
    /// One field.
    struct Field: Equatable {
        var key: String
        var value: String
    }

    let fields: [Field]
    /// Looked up, not searched for: a body has hundreds of thousands of fields.
    private let values: [String: [String]]

    /// Reads a body.
    ///
    /// - Parameter body: The bytes, of which the server has limited the number.
    /// - Throws: `WebProblem` for what is not well encoded; browsers would guess.
    init(_ body: some Sequence<UInt8>) throws(WebProblem) {
        var fields: [Field] = []
        for pair in Array(body).split(separator: UInt8(ascii: "&")) {
            let key = pair.prefix { $0 != UInt8(ascii: "=") }
            let name = try Self.text(key, of: nil)
            fields.append(Field(key: name, value: try Self.text(pair.dropFirst(key.count + 1), of: name)))
        }
        self.fields = fields
        values = Dictionary(grouping: fields, by: \.key).mapValues { $0.map(\.value) }
    }

    /// The values of a key, in their order.
    func values(of key: String) -> [String] { values[key] ?? [] }

    private static func text(_ encoded: ArraySlice<UInt8>, of key: String?) throws(WebProblem) -> String {
        let key = key.map { Shown.line($0, mostBytes: 200) }
        let place = key.map { "the value of '\($0)'" } ?? "the name of a parameter"
        var bytes: [UInt8] = []
        bytes.reserveCapacity(encoded.count)
        var rest = encoded
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = digit(rest.popFirst()), let low = digit(rest.popFirst()) else {
                    throw WebProblem(
                        message: "\(place) has a % without two hexadecimal digits: write a percent sign as %25",
                        field: key
                    )
                }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw WebProblem(message: "\(place) is not UTF-8: encode it as UTF-8", field: key)
        }
        return text
    }

    private static func digit(_ byte: UInt8?) -> UInt8? {
        switch byte {
        case .some(let byte) where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte): byte - UInt8(ascii: "0")
        case .some(let byte) where (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20):
            (byte | 0x20) - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
