/// What conversations have to do with the names in a profile's templates.
public struct OutsideNames: Equatable, Sendable {
    /// The names of values that conversations give: their variables, and the columns of their data.
    public var given: Set<String>
    /// The names that templates of conversations have.
    public var used: Set<String>

    /// Makes names.
    ///
    /// - Parameters:
    ///   - given: The names of values that conversations give.
    ///   - used: The names that templates of conversations have.
    public init(given: Set<String> = [], used: Set<String> = []) {
        self.given = given
        self.used = used
    }
}

extension APIProfile {
    /// A name in a template that nothing gives a value.
    public struct UnknownName: Equatable, Sendable {
        /// The name, without its braces.
        public let name: String
        /// Where it is, such as `$.body.model`.
        public let place: String
        /// What is wrong, and what to do about it.
        public let problem: String
    }

    /// A place for a value in a template.
    struct NameUse {
        let name: String
        /// Such as `$.body.model`.
        let place: String
        let part: Part
        /// Which set-up request it belongs to; nil for turns.
        let request: Int?
        /// Whether it is all of a value in JSON.
        let isWholeValue: Bool
        /// Whether it is in the value of a header.
        let isInHeader: Bool
    }

    /// What names of the environment begin with.
    package static let environmentPrefix = "env."

    /// The names that always have a value, or may have one, besides those of the environment.
    package static let builtInNames = [
        "content", "role", "messages", "system", "session_id", "turn", "user", "uuid", "seq", "now_ms",
    ]

    /// Those of them that have none before the first turn.
    private static let namesOfTurns: Set = ["content", "role", "messages", "turn", "seq"]

    /// Whether a text can be the name of a variable or a capture.
    static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" || $0 == "." }
    }

    /// Whether a name is that of an environment variable, such as `env.HOME`.
    package static func isOfEnvironment(_ name: String) -> Bool {
        guard name.hasPrefix(environmentPrefix) else { return false }
        let variable = name.utf8.dropFirst(environmentPrefix.utf8.count)
        return !variable.isEmpty && variable.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "=") }
    }

    /// The names in templates that nothing gives a value.
    ///
    /// - Parameter names: Names that have a value besides: the variables of a conversation, the columns of its data.
    /// - Returns: One for each place, in the order of the file.
    public func unknownNames(beyond names: Set<String> = []) -> [UnknownName] {
        nameUses.compactMap { use in
            problem(with: use, beyond: names).map { UnknownName(name: use.name, place: use.place, problem: $0) }
        }
    }

    /// The names that have a value in a request.
    ///
    /// - Parameter request: The number of a set-up request; nil for turns.
    /// - Returns: The names.
    private func knownNames(in request: Int?) -> Set<String> {
        let before = setup[..<(request ?? setup.count)].flatMap(\.captures) + (request == nil ? captures : [])
        let builtIn = Self.builtInNames.filter { request == nil || !Self.namesOfTurns.contains($0) }
        return Set(variables.keys).union(before.map(\.name)).union(builtIn)
    }

    func problem(with use: NameUse, beyond names: Set<String>) -> String? {
        let known = knownNames(in: use.request)
        guard !known.contains(use.name), !names.contains(use.name), !Self.isOfEnvironment(use.name) else { return nil }
        let shown = Shown.line("{{\(use.name)}}")
        if use.request != nil {
            if Self.namesOfTurns.contains(use.name) { return "\(shown) has no value before the first turn" }
            if captures.contains(where: { $0.name == use.name }) {
                return "\(shown) is captured from turns, and has no value before the first"
            }
            if setup.contains(where: { $0.captures.contains { $0.name == use.name } }) {
                return "\(shown) is captured from this request, or a later one"
            }
        }
        let candidates = known.union(names).sorted()
        let advice =
            Spelling.nearest(to: use.name, among: candidates).map { ", did you mean {{\($0)}}?" }
            ?? "; add it to \"variables\" or \"capture\" (there are \(candidates.joined(separator: ", ")) and env.NAME)"
        return "nothing gives \(shown) a value" + advice
    }

    // MARK: The places

    /// The names of all values that its templates need.
    package var templateNames: Set<String> { Set(nameUses.map(\.name)) }

    /// Every place for a value, in the order of the file.
    var nameUses: [NameUse] {
        var uses = Self.uses(in: path, at: Part.path.place, of: .path)
        uses += Self.uses(in: headers, at: Part.headers.place, of: .headers)
        uses += body.map { Self.uses(in: $0, at: Part.body.place, of: .body) } ?? []
        uses += message.map { Self.uses(in: $0, at: Part.message.place, of: .message) } ?? []
        for (index, request) in setup.enumerated() {
            let place = "\(Part.setup.place)[\(index)]"
            uses += Self.uses(in: request.path, at: place + ".path", of: .setup, request: index)
            uses += Self.uses(in: request.headers, at: place + ".headers", of: .setup, request: index)
            uses += request.body.map { Self.uses(in: $0, at: place + ".body", of: .setup, request: index) } ?? []
        }
        return uses
    }

    private static func uses(
        in template: Template,
        at place: String,
        of part: Part,
        request: Int? = nil,
        isWholeValue: Bool = false,
        isInHeader: Bool = false
    ) -> [NameUse] {
        template.names.map { name in
            NameUse(
                name: name,
                place: place,
                part: part,
                request: request,
                isWholeValue: isWholeValue,
                isInHeader: isInHeader
            )
        }
    }

    private static func uses(
        in headers: [Header],
        at place: String,
        of part: Part,
        request: Int? = nil
    ) -> [NameUse] {
        headers.flatMap { header in
            uses(
                in: header.value,
                at: place + Shown.subscripted(header.name),
                of: part,
                request: request,
                isInHeader: true
            )
        }
    }

    private static func uses(
        in value: JSONTemplate,
        at place: String,
        of part: Part,
        request: Int? = nil
    ) -> [NameUse] {
        switch value {
        case .object(let members):
            members.flatMap { uses(in: $0.value, at: place + Shown.subscripted($0.key), of: part, request: request) }
        case .array(let elements):
            elements.enumerated().flatMap { uses(in: $1, at: "\(place)[\($0)]", of: part, request: request) }
        case .string(let template):
            uses(in: template, at: place, of: part, request: request, isWholeValue: template.onlyValue != nil)
        case .scalar: []
        }
    }
}
