import LoadEngine

#if canImport(Glibc)
import Glibc
#endif

/// The conversations that a command is about.
enum DataFiles {
    static let defaultPath = "data"

    /// Loads them.
    ///
    /// - Parameter path: A folder, or a single file.
    /// - Returns: The conversations, as the library's loader returns them.
    /// - Throws: `ConfigurationError` with every mistake, and with the option to use where there is nothing.
    static func load(_ path: String) throws(ConfigurationError) -> [Conversation] {
        do {
            return try ConversationLoader.load(path: path)
        } catch {
            let advice = SystemError.ofReading(path) == ENOENT ? "; give --data FOLDER" : ""
            throw ConfigurationError(error.messages.map { $0 + advice }, of: .conversations)
        }
    }
}
