extension JSONPath {
    /// Reads a path such as `$.choices[*].delta.content`.
    ///
    /// - Parameter text: The path as it is written.
    /// - Throws: `ExpressionError` that says where it is no path of this language.
    public init(text: String) throws(ExpressionError) {
        var reader = ExpressionReader(text)
        guard reader.take("$") else { throw reader.expected("'$', with which a path begins") }
        var steps: [Step] = []
        while reader.next != nil {
            if reader.take(".") {
                let start = reader.offset
                let name = reader.take { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
                guard !name.isEmpty else {
                    throw reader.error("expected a name after '.', such as $.delta.content", at: start)
                }
                steps.append(.member(name))
            } else if reader.take("[") {
                steps.append(try Self.subscripted(&reader))
            } else {
                throw reader.expected("'.name', '[0]', '[*]' or the end")
            }
        }
        self.init(steps)
    }

    private static func subscripted(_ reader: inout ExpressionReader) throws(ExpressionError) -> Step {
        let step: Step
        let start = reader.offset
        if reader.take("*") {
            step = .everyElement
        } else if reader.take("'") {
            step = .member(reader.take { $0 != "'" })
            guard reader.take("'") else { throw reader.expected("''', which ends the name") }
        } else {
            let digits = reader.take { $0.isASCII && $0.isNumber }
            guard let index = Int(digits) else {
                throw reader.error("expected a number, * or a name in single quotes after '['", at: start)
            }
            step = .element(index)
        }
        guard reader.take("]") else { throw reader.expected("']'") }
        return step
    }

    /// The path as it is written.
    public var text: String {
        steps.reduce("$") { text, step in
            switch step {
            case .everyElement: text + "[*]"
            case .element(let index): text + "[\(index)]"
            case .member(let name):
                name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }) && !name.isEmpty
                    ? text + "." + name : text + "['\(name)']"
            }
        }
    }
}
