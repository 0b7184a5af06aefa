#if canImport(Glibc)
import Glibc
#endif

/// The names by which a master knows its workers.
enum NodeName {
    /// What the master's locustfile knows those of this program by.
    private static let mark = "loadtest"

    /// A new one: of this machine, and of nobody else.
    static func make() -> String {
        // A master takes what is before the first underscore for the machine, and spreads users over these.
        "\(host.replacing("_", with: "-"))_\(mark)_\(identity)"
    }

    private static var identity: String {
        var generator = SystemRandomNumberGenerator()
        return (0..<4).map { _ in
            let part = String(UInt32.random(in: 0...UInt32.max, using: &generator), radix: 16)
            return String(repeating: "0", count: 8 - part.count) + part
        }.joined()
    }

    private static var host: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "worker" }
        let text = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return text.isEmpty ? "worker" : text
    }
}
