extension Shown {
    /// Whether a name is that of something secret, such as `Authorization`, `x-api-key` or `env.TOKEN`.
    package static func isNameOfSecret(_ name: String) -> Bool {
        let name = name.lowercased()
        return name.hasPrefix(APIProfile.environmentPrefix) || secretNames.contains(name)
            || secretEnds.contains(where: name.hasSuffix)
    }

    /// Whether a header line is secret by its name.
    package static func isSecretLine(_ line: String) -> Bool { isNameOfSecret(String(line.prefix { $0 != ":" })) }

    private static let secretNames: Set = ["authorization", "proxy-authorization", "cookie"]
    private static let secretEnds = ["key", "token", "secret", "password", "passwd", "credentials"]
}

extension APIProfile {
    /// What is secret in requests: names of headers and values, in the order of the file.
    package var namesOfSecrets: [String] {
        let inHeaders = (headers + setup.flatMap(\.headers)).filter(Self.isSecret).map(\.name)
        let elsewhere = nameUses.filter { !$0.isInHeader && Shown.isNameOfSecret($0.name) }.map(\.name)
        var seen: Set<String> = []
        return (inHeaders + elsewhere).filter { seen.insert($0).inserted }
    }

    /// The profile for a server that is to get no secret: without the headers and the values that are one.
    package var withoutSecrets: APIProfile {
        var profile = self
        profile.headers.removeAll(where: Self.isSecret)
        profile.path = Self.withoutSecrets(path)
        profile.body = body.flatMap(Self.withoutSecrets)
        profile.message = message.flatMap(Self.withoutSecrets)
        profile.setup = setup.map { request in
            var request = request
            request.headers.removeAll(where: Self.isSecret)
            request.path = Self.withoutSecrets(request.path)
            request.body = request.body.flatMap(Self.withoutSecrets)
            return request
        }
        // What only secrets needed; conversations may have uses of their own for the rest.
        let unneeded = Set(nameUses.map(\.name)).subtracting(profile.nameUses.map(\.name))
        profile.variables = variables.filter { !unneeded.contains($0.key) }
        profile.captures.removeAll { unneeded.contains($0.name) }
        for index in profile.setup.indices {
            profile.setup[index].captures.removeAll { unneeded.contains($0.name) }
        }
        return profile
    }

    private static func isSecret(_ header: Header) -> Bool {
        Shown.isNameOfSecret(header.name) || header.value.names.contains(where: Shown.isNameOfSecret)
    }

    private static func withoutSecrets(_ template: Template) -> Template {
        Template(
            template.parts.filter { part in
                if case .value(let name) = part { !Shown.isNameOfSecret(name) } else { true }
            }
        )
    }

    private static func withoutSecrets(_ value: JSONTemplate) -> JSONTemplate? {
        switch value {
        case .object(let members):
            .object(
                members.compactMap { member in
                    withoutSecrets(member.value).map { JSONTemplate.Member(key: member.key, value: $0) }
                }
            )
        case .array(let elements): .array(elements.compactMap(withoutSecrets))
        case .string(let template):
            template.onlyValue.map(Shown.isNameOfSecret) == true ? nil : .string(withoutSecrets(template))
        case .scalar: value
        }
    }
}
