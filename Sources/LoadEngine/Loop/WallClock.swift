internal import CLoad

#if canImport(Glibc)
import Glibc
#endif

/// What this machine knows of its own clock on the wall, and of itself.
package enum WallClock {
    /// How far the clock may be from the true time, in milliseconds, as the kernel estimates it (`maxerror` of adjtimex(2)).
    ///
    /// It is an upper bound that whatever keeps the clock right has told the kernel, and that grows until it tells again. Nil when
    /// nothing keeps the clock right, or does not say so.
    package static var errorMs: Double? {
        let microseconds = cload_clock_error_us()
        return microseconds < 0 ? nil : Double(microseconds) / 1e3
    }

    /// The machine's name; empty when the system does not say.
    package static var machine: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
