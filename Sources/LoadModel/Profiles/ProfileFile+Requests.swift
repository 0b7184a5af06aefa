/// What is sent.
extension ProfileFile {
    private static let methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]

    mutating func method(_ value: JSONValue, at place: String) -> String? {
        guard case .string(let text) = value, Self.methods.contains(text) else {
            var advice = ""
            if case .string(let text) = value, Self.methods.contains(text.uppercased()) {
                advice = ", did you mean '\(text.uppercased())'?"
            }
            file.note(
                place,
                "expected one of \(Self.methods.joined(separator: ", ")), found \(Shown.value(value))" + advice
            )
            return nil
        }
        return text
    }

    /// A path below the host's; one that is a single value may be a whole URL.
    mutating func path(_ value: JSONValue, at place: String) -> Template? {
        guard let path = file.template(value, at: place) else { return nil }
        let beginsRight =
            if case .text(let text)? = path.parts.first { text.hasPrefix("/") } else { path.parts.count == 1 }
        guard beginsRight else {
            file.note(place, "expected a path that begins with /, such as /v1/chat, found \(Shown.text(path.text))")
            return nil
        }
        for case .text(let text) in path.parts {
            guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }) else {
                file.note(
                    place,
                    "expected a path as URLs have it, found \(Shown.text(path.text)); write other characters "
                        + "percent-encoded, such as %20"
                )
                return nil
            }
        }
        return path
    }

    mutating func headers(_ value: JSONValue, at place: String) -> [APIProfile.Header] {
        file.headerEntries(value, at: place).compactMap { entry in
            file.template(entry.value, at: entry.path).flatMap { file.header(entry, $0) }
        }
    }

    mutating func variables(_ value: JSONValue) -> [String: String] {
        var variables: [String: String] = [:]
        for entry in file.entries(value, at: "$.variables", shape: #"an object {"name": value, ...}"#) {
            guard isName(entry.key, at: entry.path), let text = file.scalar(entry.value, at: entry.path) else {
                continue
            }
            variables[entry.key] = text
        }
        return variables
    }

    mutating func message(_ value: JSONValue) -> JSONTemplate? {
        guard case .object = value else {
            file.note(
                "$.message",
                #"expected one message, such as {"role": "{{role}}", "content": "{{content}}"}, found "#
                    + Shown.value(value)
            )
            return nil
        }
        return file.jsonTemplate(value, at: "$.message")
    }

    mutating func roles(_ value: JSONValue) -> [String: String] {
        var roles: [String: String] = [:]
        for entry in file.entries(value, at: "$.roles", shape: #"an object such as {"assistant": "model"}"#) {
            roles[entry.key] = file.nonEmptyString(entry.value, at: entry.path)
        }
        return roles
    }

    // MARK: What answers leave behind

    mutating func captures(_ value: JSONValue, at place: String) -> [APIProfile.Capture] {
        let shape = #"an object of names and paths, such as {"id": "$.id"}"#
        return file.entries(value, at: place, shape: shape).compactMap { entry in
            guard isName(entry.key, at: entry.path) else { return nil }
            guard case .string(let text) = entry.value, text.hasPrefix("header:") else {
                let paths = file.jsonPaths(entry.value, at: entry.path)
                return paths.isEmpty ? nil : APIProfile.Capture(name: entry.key, source: .body(paths))
            }
            let name = String(text.dropFirst("header:".count))
            guard HeaderRules.isName(name) else {
                file.note(entry.path, "expected the name of a header behind 'header:', found \(Shown.text(name))")
                return nil
            }
            return APIProfile.Capture(name: entry.key, source: .header(name))
        }
    }

    /// Whether a key can be the name of a value; notes if not.
    private mutating func isName(_ key: String, at place: String) -> Bool {
        guard !APIProfile.isName(key) else { return true }
        file.note(place, "expected a name of letters, digits, '_', '-' and '.', found \(Shown.text(key))")
        return false
    }

    // MARK: Set-up

    mutating func setup(_ value: JSONValue) -> [APIProfile.SetupRequest] {
        file.elements(value, at: "$.setup", shape: "an array of requests").compactMap { request($0.value, at: $0.path) }
    }

    private mutating func request(_ value: JSONValue, at place: String) -> APIProfile.SetupRequest? {
        let shape = #"a request {"path": ..., "capture": {...}}"#
        let keys: [JSONFile.Key] = [
            .optional("method"), .required("path", "a path such as /threads"), .optional("headers"), .optional("body"),
            .optional("capture"),
        ]
        guard let values = file.members(value, at: place, shape: shape, keys: keys) else { return nil }
        let path = values["path"].flatMap { self.path($0, at: place + ".path") }
        let method = values["method"].flatMap { self.method($0, at: place + ".method") }
        var request = APIProfile.SetupRequest(method: method ?? "POST", path: path ?? Template([]))
        request.headers = values["headers"].map { headers($0, at: place + ".headers") } ?? []
        request.body = values["body"].flatMap { file.jsonTemplate($0, at: place + ".body") }
        request.captures = values["capture"].map { captures($0, at: place + ".capture") } ?? []
        return request
    }
}
