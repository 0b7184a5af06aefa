/// The master's locustfile of a set of conversations: one class of users for each, and what divides the invocations.
package enum Locustfile {
    /// What stands where the conversations are to be.
    private static let mark = "    # CONVERSATIONS\n"

    /// Writes the file.
    ///
    /// - Parameter conversations: Those that the workers have; several of one name are one class.
    /// - Returns: Python.
    package static func text(of conversations: [Conversation]) -> String {
        var order: [String] = []
        var invocations: [String: Int] = [:]
        for one in conversations where one.invocations > 0 {
            if invocations[one.name] == nil { order.append(one.name) }
            invocations[one.name, default: 0] += one.invocations
        }
        let lines = order.map { "    \(literal($0)): \(invocations[$0] ?? 0),\n" }.joined()
        return String(decoding: PackageResources.locustfile_py, as: UTF8.self).replacing(mark, with: lines)
    }

    /// A text as Python reads it.
    static func literal(_ text: String) -> String {
        var literal = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": literal += "\\\(scalar)"
            case _ where scalar.properties.generalCategory.isSeen: literal.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                literal += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            }
        }
        return literal + "\""
    }
}

extension Unicode.GeneralCategory {
    /// Whether such characters stand for themselves; control characters and what changes the direction of a line do not.
    fileprivate var isSeen: Bool {
        switch self {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
        default: true
        }
    }
}
