/// Where the values of templates come from, and the templates.
extension ConversationFile {
    private static let dataShape = #"an object {"file": "rows.csv", "pick": "each"}"#
    private static let mostNameBytes = 200

    mutating func readVariables(_ value: JSONValue) -> [String: String] {
        var variables: [String: String] = [:]
        for entry in file.entries(value, at: "$.variables", shape: #"an object {"name": value, ...}"#) {
            guard APIProfile.isName(entry.key), entry.key.utf8.count <= Self.mostNameBytes else {
                let expected = "expected a name of letters, digits, '_', '-' and '.'"
                file.note(entry.path, "\(expected), found \(Shown.text(entry.key))")
                continue
            }
            guard !APIProfile.isOfEnvironment(entry.key) else {
                file.note(entry.path, "names with env. are those of the environment; name it otherwise")
                continue
            }
            guard !APIProfile.builtInNames.contains(entry.key) else {
                file.note(entry.path, "this is the name of a value of loadtest itself; name it otherwise")
                continue
            }
            guard json(entry.value, at: entry.path, names: nil) != nil else { continue }
            variables[entry.key] = entry.value.text
        }
        return variables
    }

    mutating func dataSource(
        _ value: JSONValue,
        _ load: (_ path: String) throws(ConfigurationError) -> DataTable
    ) -> DataSource? {
        let keys: [JSONFile.Key] = [
            .required("file", "the name of a CSV or NDJSON file beside this one"), .optional("pick"),
            .optional("when_out"),
        ]
        guard let values = file.members(value, at: "$.data", shape: Self.dataShape, keys: keys) else { return nil }
        let name = values["file"].flatMap { file.nonEmptyString($0, at: "$.data.file") }
        let pick = values["pick"].map { file.word($0, at: "$.data.pick", of: DataSource.Pick.self) } ?? .cycle
        let whenOut = values["when_out"].map { file.word($0, at: "$.data.when_out", of: DataSource.WhenOut.self) }
        if values["when_out"] != nil, let pick, pick != .each {
            file.note("$.data.when_out", #"rows run out with "pick": "each" only, found "pick": "\#(pick.rawValue)""#)
        }
        guard let name, let pick, let table = table(of: name, load) else { return nil }
        for column in table.columns where variables[column] != nil {
            file.note("$.variables\(Shown.subscripted(column))", "a column of \(Shown.text(name)) has the same name")
        }
        // By one name, however it is written: conversations that name the same file share its rows.
        return DataSource(
            file: InputFile.resolved(dataPath(name)),
            pick: pick,
            whenOut: whenOut.flatMap(\.self) ?? .stop,
            table: table
        )
    }

    private mutating func table(
        of name: String,
        _ load: (_ path: String) throws(ConfigurationError) -> DataTable
    ) -> DataTable? {
        guard !name.utf8.contains(0) else {
            file.note("$.data.file", "expected the name of a file, found \(Shown.text(name))")
            return nil
        }
        do {
            return try load(dataPath(name))
        } catch {
            for message in error.messages { file.note("$.data.file", message) }
            return nil
        }
    }

    /// Beside the conversation's file, unless it begins at the root.
    private func dataPath(_ name: String) -> String {
        guard !name.hasPrefix("/"), let slash = path.lastIndex(of: "/") else { return name }
        return path[...slash] + name
    }

    mutating func readHeaders(_ value: JSONValue, _ names: TemplateNames) -> [APIProfile.Header] {
        file.headerEntries(value, at: "$.headers").compactMap { entry in
            guard let text = file.string(entry.value, at: entry.path),
                let template = template(text, at: entry.path, names, isSecret: true)
            else { return nil }
            return file.header(entry, template)
        }
    }

    // MARK: Templates

    /// Reads a text with places for values, and checks their names.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - place: Where it is.
    ///   - names: The names that it may have.
    ///   - isSecret: Whether it may be a secret, so that no message shows it.
    /// - Returns: The template; nil when it is none.
    mutating func template(
        _ text: String,
        at place: String,
        _ names: TemplateNames,
        isSecret: Bool = false
    ) -> Template? {
        do throws(ExpressionError) {
            let template = try Template(text: text)
            for name in template.names {
                if let problem = names.problem(with: name) { file.note(place, problem) }
            }
            return template
        } catch {
            if isSecret {
                file.note(place, "\(error.problem) (character \(error.offset + 1))")
            } else {
                file.note(place, error)
            }
            return nil
        }
    }

    /// Takes any value, in whose strings templates are read where the file has them.
    mutating func json(_ value: JSONValue, at place: String) -> JSONTemplate? { json(value, at: place, names: names) }

    private mutating func json(_ value: JSONValue, at place: String, names: TemplateNames?) -> JSONTemplate? {
        switch value {
        case .object:
            var members: [JSONTemplate.Member] = []
            for entry in file.entries(value, at: place, shape: "an object") {
                guard let value = json(entry.value, at: entry.path, names: names) else { continue }
                members.append(JSONTemplate.Member(key: entry.key, value: value))
            }
            return .object(members)
        case .array(let elements):
            return .array(elements.enumerated().compactMap { json($1, at: "\(place)[\($0)]", names: names) })
        case .string(let text):
            guard let names else { return .string(Template(text.isEmpty ? [] : [.text(text)])) }
            return template(text, at: place, names).map(JSONTemplate.string)
        case .number, .boolean, .null: return value.scalarText.map(JSONTemplate.scalar)
        case .word:
            file.note(place, "expected a JSON value, found \(Shown.value(value))")
            return nil
        }
    }
}
