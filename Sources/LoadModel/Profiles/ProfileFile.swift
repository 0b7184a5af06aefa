/// One file of a profile: its text as a profile, or everything that is wrong with it.
package struct ProfileFile {
    /// What the file says, as far as it is right.
    private(set) var profile = APIProfile(name: "", path: Template([]))
    var file: JSONFile

    private static let shape = #"an object {"name": ..., "path": ..., "events": [...]}"#
    /// The longest name, in characters.
    private static let maximumNameCount = 100

    /// Checks a text.
    ///
    /// - Parameters:
    ///   - bytes: The whole file.
    ///   - path: Where it is, as shown in messages.
    ///   - outside: What conversations have to do with the profile's names.
    package init(bytes: [UInt8], path: String, outside: OutsideNames = OutsideNames()) {
        file = JSONFile(bytes: bytes, path: path, shape: Self.shape)
        if let value = file.value { check(value, outside) }
    }

    /// One line per mistake: those of single values, then what does not go together.
    package var problems: [String] { file.problems }

    /// The profile.
    ///
    /// - Throws: `ConfigurationError` with everything that is wrong with the file.
    package func checked() throws(ConfigurationError) -> APIProfile {
        guard problems.isEmpty else { throw ConfigurationError(problems) }
        return profile
    }

    private mutating func check(_ value: JSONValue, _ outside: OutsideNames) {
        let keys: [JSONFile.Key] = APIProfile.Part.allCases.map { part in
            part.expected.map { .required(part.rawValue, $0) } ?? .optional(part.rawValue)
        }
        guard let values = file.members(value, at: "$", shape: Self.shape, keys: keys, ignored: ["$schema"]) else {
            return
        }
        // What a key was meant to be that nobody knows is not known either.
        var wrong = Set(problems.isEmpty ? [] : APIProfile.Part.allCases)
        for part in APIProfile.Part.allCases {
            guard let value = values[part.rawValue] else { continue }
            let before = problems.count
            check(part, value)
            if problems.count > before { wrong.insert(part) }
        }
        for mistake in profile.mistakes(outside: outside) where mistake.parts.isDisjoint(with: wrong) {
            file.note(mistake.place, mistake.text)
        }
    }

    private mutating func check(_ part: APIProfile.Part, _ value: JSONValue) {
        let place = part.place
        switch part {
        case .name: checkName(value)
        case .description: profile.description = file.string(value, at: place).map { Shown.line($0) } ?? ""
        case .method: if let method = method(value, at: place) { profile.method = method }
        case .path: if let path = path(value, at: place) { profile.path = path }
        case .headers: profile.headers = headers(value, at: place)
        case .variables: profile.variables = variables(value)
        case .body: profile.body = file.jsonTemplate(value, at: place)
        case .message: profile.message = message(value)
        case .roles: profile.roles = roles(value)
        case .history: if let word = file.word(value, at: place, of: APIProfile.History.self) { profile.history = word }
        case .framing: if let word = file.word(value, at: place, of: APIProfile.Framing.self) { profile.framing = word }
        case .events: profile.events = events(value)
        case .usage: profile.usage = usage(value)
        case .finishReason: profile.finishReason = file.jsonPaths(value, at: place)
        case .ends: profile.ends = ends(value)
        case .capture: profile.captures = captures(value, at: place)
        case .setup: profile.setup = setup(value)
        }
    }

    private mutating func checkName(_ value: JSONValue) {
        guard let text = file.nonEmptyString(value, at: "$.name") else { return }
        guard text.utf8.allSatisfy(Self.isPartOfName), text.utf8.count <= Self.maximumNameCount else {
            file.note(
                "$.name",
                "expected at most \(Self.maximumNameCount) of a-z, A-Z, 0-9, '-', '_' and '.', found \(Shown.text(text))"
            )
            return
        }
        profile.name = text
    }

    private static func isPartOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-_.".utf8.contains(byte)
        }
    }
}
