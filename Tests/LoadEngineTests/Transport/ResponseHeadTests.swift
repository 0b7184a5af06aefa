import Testing

@testable import LoadEngine
@testable import LoadModel

@Suite("The head of a response")
struct ResponseHeadTests {
    private func head(_ lines: [String]) -> (head: ResponseHead, completions: Int, isMalformed: Bool) {
        var head = ResponseHead(expecting: .eventStream)
        var completions = 0
        var isMalformed = false
        for line in lines {
            var text = line + "\r\n"
            text.withUTF8 {
                switch head.accept(UnsafeRawBufferPointer($0)) {
                case .more: break
                case .complete: completions += 1
                case .malformed: isMalformed = true
                }
            }
        }
        return (head, completions, isMalformed)
    }

    @Test(
        "decides the outcome",
        arguments: [
            (["HTTP/1.1 200 OK", "Content-Type: text/event-stream"], nil),
            (["HTTP/1.1 200 OK", "content-type:TEXT/Event-Stream ; charset=utf-8"], nil),
            (["HTTP/1.1 200", "Content-Type: text/event-stream;x=y", "Content-Encoding: identity"], nil),
            (["HTTP/1.1 200 OK", "Content-Type:", " text/event-stream"], nil),
            (["HTTP/1.1 200 OK", "Content-Type:", "\ttext/html"], .notEventStream),
            (["HTTP/1.1 200 OK", "Content-Type:", "X: y", " text/event-stream"], .notEventStream),
            (["HTTP/1.1 200 OK", "Content-Type: text/event-stream", " ; charset=utf-8"], nil),
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
        let (head, completions, isMalformed) = head(lines + [""])
        #expect(head.isComplete && !isMalformed)
        #expect(completions == 1)
        #expect(head.rejection == outcome)
    }

    @Test("skips interim heads and ignores trailers")
    func interimAndTrailers() {
        let (head, completions, isMalformed) = head([
            "HTTP/1.1 100 Continue", "", "HTTP/1.1 103 Early Hints", "Content-Type: text/html", "",
            "HTTP/1.1 200 OK", "Content-Type: text/event-stream", "",
            "Content-Type: text/plain", "",
        ])
        #expect(completions == 1 && !isMalformed)
        #expect(head.rejection == nil)
    }

    @Test(
        "is none, whatever libcurl thinks of it",
        arguments: [
            ["HTTP/2 200"], ["HTTP/1.1 99999 OK"], ["HTTP/1.1 2x0 OK"], ["HTTP/1.1"], ["HTTP/1.1 20 OK"],
            ["HTTP/1.1  200 OK"], ["HTTP/1.1 200 OK", "Content-Length: +14"], ["HTTP/1.1 200 OK", "content-length:"],
            ["HTTP/1.1 503 Busy", "Transfer-Encoding: gzip, chunked"],
            ["HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "Content-Length: 0"],
            ["HTTP/1.1 200 OK", "Content-Length: 0", "transfer-encoding: Chunked"],
            ["HTTP/1.1 200 OK", " folded: x"], ["HTTP/1.1 103 Early Hints", "", "HTTP/1.1 200 OK", "\tfolded"],
        ]
    )
    func malformed(lines: [String]) {
        #expect(head(lines).isMalformed)
    }

    @Test("may have folded lines after its first field")
    func folded() {
        let (head, completions, isMalformed) = head([
            "HTTP/1.1 200 OK", "Content-Type: text/event-stream", " folded", "",
        ])
        #expect(completions == 1 && !isMalformed && head.rejection == nil)
    }

    @Test("is bounded: so many lines and bytes, those of interim heads and trailers included")
    func bounds() {
        let most = ResponseHead.maximumLines
        let status = "HTTP/1.1 200 OK"
        #expect(!head([status] + Array(repeating: "a:", count: most - 1)).isMalformed)
        #expect(head([status] + Array(repeating: "a:", count: most)).isMalformed)
        #expect(head(Array(repeating: "HTTP/1.1 103 Early Hints", count: most + 1)).isMalformed)
        #expect(head([status, ""] + Array(repeating: "a:", count: most)).isMalformed)
        let line = "X: " + String(repeating: "x", count: 1_000)
        #expect(!head([status] + Array(repeating: line, count: 60)).isMalformed)
        #expect(head([status] + Array(repeating: line, count: 70)).isMalformed)
    }
}
