#if canImport(Glibc)
import Glibc
#endif

/// The profiles that there are without a file, and those of files.
public enum Profiles {
    /// The texts of the built-in ones, in the order in which they are shown.
    private static let texts: [(name: String, bytes: [UInt8])] = [
        ("assistant", PackageResources.assistant_json),
        ("openai-chat", PackageResources.openai_chat_json),
        ("openai-responses", PackageResources.openai_responses_json),
        ("anthropic", PackageResources.anthropic_json),
        ("gemini", PackageResources.gemini_json),
        ("ollama", PackageResources.ollama_json),
        ("ai-sdk", PackageResources.ai_sdk_json),
        ("dify", PackageResources.dify_json),
        ("langgraph", PackageResources.langgraph_json),
        ("ag-ui", PackageResources.ag_ui_json),
        ("a2a", PackageResources.a2a_json),
    ]

    /// The built-in ones, in the order in which they are shown.
    public static var builtIn: [APIProfile] { texts.map(profile) }

    /// The one that is played when none is chosen.
    public static let assistant = profile(texts[0])

    /// Reads one of the built-in ones: each when it is asked for, since a program needs one of them at most.
    private static func profile(_ text: (name: String, bytes: [UInt8])) -> APIProfile {
        do {
            return try ProfileFile(bytes: text.bytes, path: text.name).checked()
        } catch {
            preconditionFailure("the built-in profile: \(error)")
        }
    }

    /// The names of the built-in ones.
    public static var names: [String] { texts.map(\.name) }

    /// A built-in profile.
    ///
    /// - Parameter name: Its name.
    /// - Returns: Nil when there is none of this name.
    public static func named(_ name: String) -> APIProfile? { texts.first { $0.name == name }.map(profile) }

    /// A built-in profile as the file that it is, with its comments: a start for one's own.
    ///
    /// - Parameter name: Its name.
    /// - Returns: Nil when there is none of this name.
    public static func text(of name: String) -> String? {
        texts.first { $0.name == name }.map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    /// A built-in profile, or that of a file.
    ///
    /// - Parameters:
    ///   - nameOrPath: The name of a built-in profile, or the path of a file.
    ///   - outside: What conversations have to do with the profile's names.
    /// - Returns: The profile, in which nothing is wrong.
    /// - Throws: `ConfigurationError` with everything that is wrong with the file, or when there is neither.
    public static func load(
        _ nameOrPath: String,
        outside: OutsideNames = OutsideNames()
    ) throws(ConfigurationError) -> APIProfile {
        if let profile = named(nameOrPath) { return profile }
        let bytes: [UInt8]
        do throws(InputFile.Problem) {
            bytes = try InputFile.read(nameOrPath, mostBytes: mostBytes, takesPipes: true)
        } catch .system(ENOENT) where !nameOrPath.contains("/") {
            throw unknown(nameOrPath, as: "profile and no file")
        } catch {
            throw ConfigurationError("the profile \(Shown.path(nameOrPath)) cannot be read: \(error.text)")
        }
        return try ProfileFile(bytes: bytes, path: nameOrPath, outside: outside).checked()
    }

    /// The most bytes that a file of a profile may have.
    private static let mostBytes = 1 << 20

    /// That there is no profile of a name.
    ///
    /// - Parameters:
    ///   - name: What was asked for.
    ///   - what: What was looked for.
    /// - Returns: What to write instead.
    package static func unknown(_ name: String, as what: String = "profile") -> ConfigurationError {
        let advice = Spelling.nearest(to: name, among: names).map { ", did you mean '\($0)'?" } ?? ""
        return ConfigurationError(
            "there is no \(what) \(Shown.text(name))\(advice) (the profiles are \(names.joined(separator: ", ")))"
        )
    }
}
