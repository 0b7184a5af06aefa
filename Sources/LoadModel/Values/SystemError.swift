#if canImport(Glibc)
import Glibc
#endif

/// The system's error numbers as text.
package enum SystemError {
    /// The error number of an attempt to read a file, nil when it can be read.
    package static func ofReading(_ path: String) -> Int32? {
        access(path, R_OK) == 0 ? nil : errno
    }

    /// What the system says about an error number, such as "Connection refused".
    package static func text(of code: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        // Not strerror: its buffer is shared between threads.
        guard strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
