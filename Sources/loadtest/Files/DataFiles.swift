import LoadEngine

#if canImport(Glibc)
import Glibc
#endif

/// The conversations that a command is about.
enum DataFiles {
    static let defaultPath = "data"

    /// Loads them.
    ///
    /// - Parameters:
    ///   - path: A folder, or a single file.
    ///   - names: The names of values that the profile of an API gives to templates; nil for the run's API.
    /// - Returns: The conversations, as the library's loader returns them.
    /// - Throws: `ConfigurationError` with every mistake, and with the option to use where there is nothing.
    static func load(
        _ path: String,
        names: @escaping (_ api: String?) -> Set<String> = { _ in [] }
    ) throws(ConfigurationError) -> [Conversation] {
        do {
            return try ConversationLoader.load(path: path, names: names)
        } catch {
            let advice = SystemError.ofReading(path) == ENOENT ? "; give --data FOLDER" : ""
            throw ConfigurationError(error.messages.map { $0 + advice }, of: .conversations)
        }
    }
}
