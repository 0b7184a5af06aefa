#if canImport(Glibc)
import Glibc
#endif

/// The small text files with which Linux answers questions.
enum ProcText {
    /// The whole text of such a file; nil when there is none.
    static func read(_ path: String) -> String? {
        bytes(of: path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The number that a file begins with; nil when there is none.
    static func number(inFile path: String) -> UInt64? { read(path).flatMap { UInt64($0.prefix { $0.isNumber }) } }

    /// The number behind the name that a line begins with, such as `VmSize:   512 kB`; nil when there is none.
    static func number(named name: String, in text: String) -> UInt64? {
        guard
            let line = text.split(separator: "\n").first(where: {
                $0.hasPrefix(name + " ") || $0.hasPrefix(name + "\t")
            })
        else { return nil }
        let value = line.dropFirst(name.count).split(whereSeparator: \.isWhitespace).first
        return value.flatMap { UInt64($0) }
    }

    /// All bytes of such a file; nil when there is none.
    static func bytes(of path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
        defer { block.deallocate() }
        while true {
            let count = Glibc.read(descriptor, block.baseAddress, block.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            bytes.append(contentsOf: block[..<count])
        }
        return bytes
    }
}
