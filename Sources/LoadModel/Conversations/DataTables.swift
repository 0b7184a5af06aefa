/// The data files of a run, each of which is loaded once, however many conversations name it.
struct DataTables {
    private var tables: [String: Result<DataTable, ConfigurationError>] = [:]

    /// The rows of a file.
    ///
    /// - Throws: `ConfigurationError` with what is wrong with it.
    mutating func table(_ path: String) throws(ConfigurationError) -> DataTable {
        if let known = tables[path] { return try known.get() }
        let result = Result { () throws(ConfigurationError) in try DataFile.load(path) }
        tables[path] = result
        return try result.get()
    }

    /// What is wrong with how conversations share data files: one picks rows for all that name it.
    static func problems(of conversations: [Conversation]) -> [String] {
        var first: [String: Conversation] = [:]
        var problems: [String] = []
        for conversation in conversations {
            guard let data = conversation.data else { continue }
            guard let other = first[data.file], let theirs = other.data else {
                first[data.file] = conversation
                continue
            }
            if data.pick != theirs.pick || data.whenOut != theirs.whenOut {
                problems.append(
                    "\(Shown.path(conversation.path)): $.data: expected the pick and when_out of \(Shown.path(other.path)), "
                        + "which takes rows from the same file"
                )
            }
        }
        return problems
    }
}
