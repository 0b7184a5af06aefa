/// Compiles the templates of a profile and a conversation: names become what they stand for.
struct RequestCompiler {
    /// What a name stands for.
    enum Meaning {
        /// A JSON value, as it is written.
        case constant(String)
        /// A value that is known when the request is made.
        case value(RequestValue)
        /// A text with templates of its own, such as the content of a turn.
        case text(Template)
        /// A JSON value with templates of its own.
        case json(JSONTemplate)
        /// The messages so far.
        case messages
        /// Nothing: there is no value, and there will be none.
        case nothing
    }

    /// What each name stands for; a name that stands for nothing at all was refused before.
    let meaning: (String) -> Meaning

    /// The same, with another meaning of a name.
    func knowing(_ name: String, _ json: String) -> RequestCompiler {
        RequestCompiler { [meaning] other in other == name ? .constant(json) : meaning(other) }
    }

    /// Whether a text lacks a value, and always will.
    func hasNothing(for template: Template) -> Bool {
        template.names.contains { if case .nothing = meaning($0) { true } else { false } }
    }

    // MARK: JSON

    /// A JSON value.
    func json(_ template: JSONTemplate) -> RequestTemplate {
        var result = RequestTemplate()
        append(template, to: &result)
        return result
    }

    private func append(_ template: JSONTemplate, to result: inout RequestTemplate) {
        switch template {
        case .scalar(let text): result.append(text)
        case .string(let text): append(text, to: &result)
        case .array(let elements):
            result.append("[")
            for (index, element) in elements.filter({ !isLeftOut($0) }).enumerated() {
                if index > 0 { result.append(",") }
                append(element, to: &result)
            }
            result.append("]")
        case .object(let members): append(members, to: &result)
        }
    }

    /// Whether nothing is left of a value: it is one that there is not, or holds nothing else.
    private func isLeftOut(_ template: JSONTemplate) -> Bool {
        switch template {
        case .scalar: false
        case .string(let text): text.onlyValue.map { if case .nothing = meaning($0) { true } else { false } } ?? false
        case .array(let elements): !elements.isEmpty && elements.allSatisfy(isLeftOut)
        case .object(let members): !members.isEmpty && members.allSatisfy { isLeftOut($0.value) }
        }
    }

    /// Members that may be left out come last: so each of them begins with a comma, unless it is the first of all.
    private func append(_ members: [JSONTemplate.Member], to result: inout RequestTemplate) {
        result.append("{")
        var isFirst = true
        var optional: [(key: [UInt8], value: RequestValue)] = []
        for member in members {
            let key = JSONText.string(member.key) + Array(":".utf8)
            if case .string(let text) = member.value, let name = text.onlyValue {
                switch meaning(name) {
                case .nothing: continue
                case .value(let value) where value.mayBeMissing:
                    optional.append((key, value))
                    continue
                default: break
                }
            }
            guard !isLeftOut(member.value) else { continue }
            if !isFirst { result.append(",") }
            isFirst = false
            result.append(key)
            append(member.value, to: &result)
        }
        for (key, value) in optional { result.append(.member(Array(",".utf8) + key, value)) }
        result.append("}")
    }

    /// A JSON string, or the value that alone stands in it, with its own type.
    private func append(_ text: Template, to result: inout RequestTemplate) {
        guard let name = text.onlyValue else {
            result.append("\"")
            append(text, .inString, to: &result)
            result.append("\"")
            return
        }
        switch meaning(name) {
        case .constant(let json): result.append(json)
        case .value(let value): result.append(.value(value, .json))
        case .text(let content): append(.string(content), to: &result)
        case .json(let content): append(content, to: &result)
        case .messages:
            result.append("[")
            result.append(.messages)
            result.append("]")
        case .nothing: result.append("null")
        }
    }

    // MARK: Texts

    /// A text, such as a path.
    func text(_ template: Template, _ form: ValueForm) -> RequestTemplate {
        var result = RequestTemplate()
        append(template, form, to: &result)
        return result
    }

    private func append(_ template: Template, _ form: ValueForm, to result: inout RequestTemplate) {
        for part in template.parts {
            switch part {
            case .text(let text):
                result.append(form == .inString ? JSONText.escaped(Array(text.utf8)) : Array(text.utf8))
            case .value(let name): append(meaning(name), form, to: &result)
            }
        }
    }

    private func append(_ meaning: Meaning, _ form: ValueForm, to result: inout RequestTemplate) {
        switch meaning {
        case .constant(let json): result.append(JSONText.bytes(of: Array(json.utf8), form))
        case .value(let value): result.append(.value(value, form))
        case .text(let content): append(content, form, to: &result)
        case .json(let content):
            // JSON within a text: as its text.
            if let bytes = json(content).constant { result.append(JSONText.bytes(of: bytes, form)) }
        case .messages, .nothing: break
        }
    }
}

extension RequestValue {
    /// Whether there may be none yet: what is captured comes with an answer.
    var mayBeMissing: Bool { if case .capture = self { true } else { false } }
}
