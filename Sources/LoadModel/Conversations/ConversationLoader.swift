/// Loads the conversations of a run from a folder of JSON files, or from one file.
public enum ConversationLoader {
    /// Loads every conversation below a path.
    ///
    /// - Parameters:
    ///   - path: A folder, whose `*.json` files are loaded with those of its subfolders (hidden ones are left out), or a
    ///     single file of any name. Data files that they name are loaded too.
    ///   - names: The names of values that templates may have besides those of the file: what a profile's variables and
    ///     captures are called, by the name of the profile; nil for the run's. Asked once for each profile.
    /// - Returns: The conversations in the order of their paths, which is the order that breaks ties in the queue.
    /// - Throws: `ConfigurationError` with every mistake of every file, or `No invocations configured` when there is no
    ///   file, or when all ask for 0 invocations.
    public static func load(
        path: String,
        names: (_ api: String?) -> Set<String> = { _ in [] }
    ) throws(ConfigurationError) -> [Conversation] {
        var listing = FileListing(path: path)
        guard !listing.files.isEmpty || !listing.problems.isEmpty else {
            throw ConfigurationError(
                "No invocations configured: no .json file is below the folder \(Shown.path(path)); "
                    + "add a conversation file to it, or choose another folder"
            )
        }
        var conversations: [Conversation] = []
        var firstPaths: [String: String] = [:]
        var tables = DataTables()
        var known: [String?: Set<String>] = [:]
        func namesOfProfile(_ api: String?) -> Set<String> {
            if let names = known[api] { return names }
            let names = names(api)
            known[api] = names
            return names
        }
        for file in listing.files {
            do {
                let contents = ConversationFile(
                    bytes: try InputFile.contents(of: file),
                    path: file,
                    names: namesOfProfile,
                    table: { path throws(ConfigurationError) in try tables.table(path) }
                )
                listing.problems += contents.problems
                if let conversation = contents.conversation { conversations.append(conversation) }
                guard let name = contents.name else { continue }
                if let first = firstPaths[name] {
                    listing.problems.append(
                        "\(Shown.path(file)): $.name: expected a name of its own, found \(Shown.text(name)), "
                            + "which is also the name of \(Shown.path(first))"
                    )
                } else {
                    firstPaths[name] = file
                }
            } catch {
                listing.problems += error.messages
            }
        }
        listing.problems += DataTables.problems(of: conversations)
        guard listing.problems.isEmpty else { throw ConfigurationError(listing.problems) }
        guard conversations.contains(where: { $0.invocations > 0 }) else {
            throw ConfigurationError(
                "No invocations configured: every conversation of \(Shown.path(path)) has 0 invocations; "
                    + "set \"invocations\" of at least one to 1 or more"
            )
        }
        return conversations
    }
}
