extension APIProfile {
    /// Something in a profile that does not go together, each part of which is right by itself.
    struct Mistake {
        /// Where it is in a file, such as `$.ends[0]`.
        let place: String
        /// What was expected, and what was found.
        let text: String
        /// What is to be right for it to be a mistake at all.
        let parts: Set<Part>

        init(_ place: String, _ text: String, of parts: Part...) {
            self.init(place, text, of: Set(parts))
        }

        init(_ place: String, _ text: String, of parts: Set<Part>) {
            self.place = place
            self.text = text
            self.parts = parts
        }
    }

    /// What templates are in.
    private static let templates: Set<Part> = [.path, .headers, .body, .message, .setup]

    /// Checks that what the profile says goes together.
    ///
    /// - Parameter outside: What conversations have to do with its names.
    /// - Throws: `ConfigurationError` with everything that does not, each with its place in a file of the profile.
    public func check(outside: OutsideNames = OutsideNames()) throws(ConfigurationError) {
        let mistakes = mistakes(outside: outside)
        guard mistakes.isEmpty else {
            throw ConfigurationError(mistakes.map { "the profile \(Shown.text(name)): \($0.place): \($0.text)" })
        }
    }

    /// Everything that does not go together.
    ///
    /// - Parameter outside: What conversations have to do with its names.
    /// - Returns: The mistakes of requests, then those of answers.
    func mistakes(outside: OutsideNames) -> [Mistake] {
        let uses = nameUses
        return namesWithoutValue(uses, outside) + valuesWithoutUse(uses, outside) + namesTwice() + messages(uses)
            + rules() + endsWithoutCause()
    }

    // MARK: Names

    private func namesWithoutValue(_ uses: [NameUse], _ outside: OutsideNames) -> [Mistake] {
        let ofTurns = Set(captures.map(\.name)).subtracting(setup.flatMap(\.captures).map(\.name))
        return uses.compactMap { use in
            if let problem = problem(with: use, beyond: outside.given) {
                return Mistake(use.place, problem, of: use.part, .variables, .capture, .setup)
            }
            guard use.part == .path, ofTurns.contains(use.name) else { return nil }
            return Mistake(
                use.place,
                "{{\(use.name)}} is captured from turns: the path of the first one would lack it",
                of: use.part,
                .capture,
                .setup
            )
        }
    }

    private func valuesWithoutUse(_ uses: [NameUse], _ outside: OutsideNames) -> [Mistake] {
        let used = outside.used.union(uses.map(\.name))
        var mistakes = variables.keys.sorted().filter { !used.contains($0) }.map { name in
            Mistake(
                Part.variables.place + Shown.subscripted(name),
                "nothing uses this variable; write {{\(name)}} where its value belongs, or remove it",
                of: Self.templates.union([.variables])
            )
        }
        for (capture, place, request) in capturePlaces {
            // What a set-up request captures is for those behind it.
            let isUsed =
                outside.used.contains(capture.name)
                || uses.contains { $0.name == capture.name && ($0.request ?? .max) > request ?? -1 }
            guard !isUsed else { continue }
            mistakes.append(
                Mistake(
                    place,
                    "nothing uses what is captured here; write {{\(capture.name)}} where it belongs, or remove it",
                    of: Self.templates.union([.capture])
                )
            )
        }
        if !roles.isEmpty, !used.contains("role") {
            mistakes.append(
                Mistake(
                    Part.roles.place,
                    "nothing sends a role; write {{role}} where it belongs, or remove this",
                    of: Self.templates.union([.roles])
                )
            )
        }
        return mistakes
    }

    private func namesTwice() -> [Mistake] {
        func owner(of name: String) -> String? {
            Self.builtInNames.contains(name) || name.hasPrefix(Self.environmentPrefix)
                ? "a value that is always there" : nil
        }
        let ofVariables = variables.keys.sorted().compactMap { name in
            owner(of: name).map { owner in
                Mistake(
                    Part.variables.place + Shown.subscripted(name),
                    "expected a name of its own, found that of \(owner)",
                    of: .variables
                )
            }
        }
        return ofVariables
            + capturePlaces.compactMap { capture, place, _ in
                let isVariable = variables[capture.name] != nil
                return (owner(of: capture.name) ?? (isVariable ? "a variable" : nil)).map { owner in
                    Mistake(
                        place,
                        "expected a name of its own, found that of \(owner)",
                        of: .variables,
                        .capture,
                        .setup
                    )
                }
            }
    }

    /// Every capture, with its place and the set-up request that it belongs to.
    private var capturePlaces: [(capture: Capture, place: String, request: Int?)] {
        let ofTurns = captures.map { ($0, Part.capture.place + Shown.subscripted($0.name), Int?.none) }
        return ofTurns
            + setup.enumerated().flatMap { index, request in
                request.captures.map { capture in
                    let place = "\(Part.setup.place)[\(index)].capture" + Shown.subscripted(capture.name)
                    return (capture, place, index)
                }
            }
    }

    // MARK: History

    private func messages(_ uses: [NameUse]) -> [Mistake] {
        let all = uses.filter { $0.name == "messages" && $0.request == nil }
        var mistakes = all.filter { $0.part != .body || !$0.isWholeValue }.map { use in
            Mistake(
                use.place,
                "{{messages}} stands for an array: expected it as a whole value of the body, "
                    + #"such as "messages": "{{messages}}""#,
                of: use.part
            )
        }
        let first = all.first { $0.part == .body }
        if history == .none, let first {
            mistakes.append(
                Mistake(
                    first.place,
                    "{{messages}} are those that the client keeps, and \"history\" is none; write live or recorded there, "
                        + "or {{content}} here",
                    of: .history,
                    .body
                )
            )
        }
        if history != .none, first == nil {
            mistakes.append(
                Mistake(
                    Part.history.place,
                    "with \(history.rawValue) the client sends what was said before: expected {{messages}} in the body",
                    of: .history,
                    .body
                )
            )
        }
        if message == nil, let first {
            mistakes.append(
                Mistake(
                    first.place,
                    "{{messages}} needs \"message\", which says what one of them is, such as "
                        + #"{"role": "{{role}}", "content": "{{content}}"}"#,
                    of: .message,
                    .body
                )
            )
        }
        if message != nil, first == nil {
            mistakes.append(
                Mistake(
                    Part.message.place,
                    "nothing sends messages; write {{messages}} where they belong in the body, or remove this",
                    of: .message,
                    .body
                )
            )
        }
        return mistakes
    }
}
