#if canImport(Glibc)
import Glibc
#endif

/// The locale in which libcurl's library for names of other alphabets reads text.
enum TextLocale {
    /// Calls a function with the thread's text taken for UTF-8, whatever the environment says.
    static func utf8<Value>(_ body: () -> Value) -> Value {
        guard let locale = newlocale(Int32(LC_CTYPE_MASK), "C.UTF-8", nil) else { return body() }
        let before = uselocale(locale)
        defer {
            uselocale(before)
            freelocale(locale)
        }
        return body()
    }
}
