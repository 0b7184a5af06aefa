#if canImport(Glibc)
import Glibc
#endif

/// The end of the program where a buffer cannot grow: with a message and the exit code of an engine that could not run.
enum MemoryEnd {
    /// Says on the standard error how much could not be had, and ends the program; allocates nothing.
    static func now(_ byteCount: Int) -> Never {
        write("error: out of memory: ")
        write(decimal: byteCount)
        write(" bytes could not be had, and the program ends without its reports; ")
        write("raise the limit (ulimit -v, ulimit -d, that of the container), or use fewer users\n")
        ProcessExit.now(2)
    }

    private static func write(_ text: StaticString) {
        _ = Glibc.write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
    }

    private static func write(decimal value: Int) {
        withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { digits in
            var start = digits.count
            var rest = max(value, 0)
            repeat {
                start -= 1
                digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            let text = UnsafeRawBufferPointer(rebasing: digits[start...])
            _ = Glibc.write(STDERR_FILENO, text.baseAddress, text.count)
        }
    }
}
