import Testing

@testable import LoadEngine

@Suite("The head of a response")
struct ResponseHeadTests {
    private func head(_ lines: [String]) -> (head: ResponseHead, completions: Int) {
        var head = ResponseHead()
        var completions = 0
        for line in lines {
            var text = line + "\r\n"
            text.withUTF8 { if head.accept(UnsafeRawBufferPointer($0)) { completions += 1 } }
        }
        return (head, completions)
    }

    @Test(
        "decides the outcome",
        arguments: [
            (["HTTP/1.1 200 OK", "Content-Type: text/event-stream"], nil),
            (["HTTP/1.1 200 OK", "content-type:TEXT/Event-Stream ; charset=utf-8"], nil),
            (["HTTP/1.1 200", "Content-Type: text/event-stream;x=y", "Content-Encoding: identity"], nil),
            (["HTTP/1.1 200 OK", "Content-Type: application/json"], .notEventStream),
            (["HTTP/1.1 200 OK", "Content-Type: text/event-streams"], .notEventStream),
            (["HTTP/1.1 200 OK"], .notEventStream),
            (["HTTP/1.1 200 OK", "Content-Type:"], .notEventStream),
            (["HTTP/1.1 200 OK", "Content-Type: text/event-stream", "Content-Encoding: gzip"], .malformedStream),
            (["HTTP/1.1 204 No Content"], .httpStatus),
            (["HTTP/1.1 302 Found", "Content-Type: text/event-stream"], .httpStatus),
            (["HTTP/1.1 500 Oops", "Content-Type: text/event-stream"], .httpStatus),
            (["HTTP/1.1 101 Switching Protocols"], .httpStatus),
        ] as [([String], TurnOutcome?)]
    )
    func rejection(lines: [String], outcome: TurnOutcome?) {
        let (head, completions) = head(lines + [""])
        #expect(head.isComplete)
        #expect(completions == 1)
        #expect(head.rejection == outcome)
    }

    @Test("skips interim heads and ignores trailers")
    func interimAndTrailers() {
        let (head, completions) = head([
            "HTTP/1.1 100 Continue", "", "HTTP/1.1 103 Early Hints", "Content-Type: text/html", "",
            "HTTP/1.1 200 OK", "Content-Type: text/event-stream", "",
            "Content-Type: text/plain", "",
        ])
        #expect(completions == 1)
        #expect(head.rejection == nil)
    }
}
