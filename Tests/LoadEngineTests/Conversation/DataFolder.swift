import FoundationEssentials
import LoadEngine
import LoadModel

/// A folder of data files that is removed with its owner.
final class DataFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "loadtest-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// Makes a folder with one file.
    convenience init(_ name: String, _ bytes: some Sequence<UInt8>) throws {
        try self.init()
        try write(name, bytes)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ bytes: some Sequence<UInt8>) throws {
        let target = path + "/" + name
        let folder = target.prefix(upTo: target.lastIndex(of: "/") ?? target.endIndex)
        try FileManager.default.createDirectory(atPath: String(folder), withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(filePath: target))
    }

    func write(_ name: String, _ text: String) throws { try write(name, text.utf8) }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path + "/" + name, withDestinationPath: target)
    }

    /// Loads the folder, or something in it, which has to fail.
    ///
    /// - Returns: The problems, with the folder left out of every path; empty when nothing failed.
    func problems(loading name: String = "") -> [String] {
        do {
            _ = try ConversationLoader.load(path: name.isEmpty ? path : path + "/" + name)
            return []
        } catch {
            return error.messages.map { $0.replacing(path + "/", with: "").replacing(path, with: "FOLDER") }
        }
    }

    func load() throws -> [Conversation] { try ConversationLoader.load(path: path) }

    /// The text of a correct file.
    static func text(name: String, invocations: Int = 1) -> String {
        #"{"name": "\#(name)", "invocations": \#(invocations), "conversation": [{"role": "user", "content": "Hi"}]}"#
    }
}
