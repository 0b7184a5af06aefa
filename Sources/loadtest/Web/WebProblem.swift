/// Why a request to the web page's server was refused, as the JSON of its answer.
struct WebProblem: Error, Equatable, Encodable {
    /// What is wrong, where, and what to do about it.
    var message: String
    /// The parameter that it is about; nil when it is about none of them.
    var field: String?

    private enum CodingKeys: CodingKey {
        case success, message, field
    }

    /// Encodes it as the answers of Locust that have no success.
    ///
    /// - Parameter encoder: Where to.
    /// - Throws: What the encoder throws.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(false, forKey: .success)
        try container.encode(message, forKey: .message)
        // null, not a missing key.
        try container.encode(field, forKey: .field)
    }
}
