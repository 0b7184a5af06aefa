import FoundationEssentials
import LoadEngine
import LoadModel
import TestSupport

/// A folder of data files that is removed with its owner.
final class DataFolder {
    private let folder: TemporaryFolder

    var path: String { folder.path }

    init() throws { folder = try TemporaryFolder() }

    /// Makes a folder with one file.
    convenience init(_ name: String, _ bytes: some Sequence<UInt8>) throws {
        try self.init()
        try write(name, bytes)
    }

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
