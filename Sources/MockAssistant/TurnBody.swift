import LoadEngine

/// The body of a turn's request: a JSON object with a string `role` and a string `content`.
///
/// It is only checked, without a tree or a copy: thousands of turns a second must leave the processor to the pace.
enum TurnBody {
    /// What is wrong with a body, nil when nothing is.
    static func problem(in body: UnsafeRawBufferPointer) -> StaticString? {
        var scanner = JSONScanner(body)
        var text = UTF8Validator()
        guard text.accept(body), text.isAtBoundary else { return "the body is not UTF-8" }
        scanner.skipSpace()
        guard !scanner.isAtEnd else { return "the body is empty" }
        guard scanner.next != UInt8(ascii: "{") else { return problem(inObject: &scanner) }
        return scanner.skipValue() && scanner.isAtEndAfterSpace
            ? "the body must be a JSON object" : "the body is not JSON"
    }

    private static func problem(inObject scanner: inout JSONScanner) -> StaticString? {
        var hasRole = false
        var hasContent = false
        // Keys are compared as they are written: nobody escapes the letters of these two.
        let isValid = scanner.skipObject { key, isString in
            if key.equals("role") { hasRole = isString }
            if key.equals("content") { hasContent = isString }
        }
        guard isValid, scanner.isAtEndAfterSpace else { return "the body is not JSON" }
        guard hasRole else { return "the body must have a string 'role'" }
        guard hasContent else { return "the body must have a string 'content'" }
        return nil
    }
}
