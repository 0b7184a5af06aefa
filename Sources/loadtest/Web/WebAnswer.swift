import FoundationEssentials
import HTTPTypes
import HummingbirdCore
import NIOCore

import enum LoadEngine.Shown

/// Makes the answers of the web page's server.
enum WebAnswer {
    /// An answer with a body.
    ///
    /// - Parameters:
    ///   - bytes: The body.
    ///   - type: Its media type.
    ///   - status: The status.
    ///   - download: The name of the file that a browser keeps it as; nil to show it.
    ///   - policy: What a browser may load and run for it.
    /// - Returns: The answer.
    static func bytes(
        _ bytes: some Sequence<UInt8>,
        type: String,
        status: Int = 200,
        download: String? = nil,
        policy: ContentPolicy = .page
    ) -> Response {
        var headers = headers(type, policy)
        if let download { headers[.contentDisposition] = "attachment; filename=\"\(download)\"" }
        return Response(
            status: HTTPResponse.Status(code: status),
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }

    /// How much of a document is handed on at a time: the rest waits until that is read.
    private static let sliceBytes = 64 << 10

    /// An answer with a document, which it shares with other answers.
    ///
    /// - Parameters:
    ///   - document: The body.
    ///   - download: The name of the file that a browser keeps it as; nil to show it.
    ///   - policy: What a browser may load and run for it.
    /// - Returns: The answer.
    static func document(
        _ document: WebDocuments.Document,
        download: String? = nil,
        policy: ContentPolicy = .page
    ) -> Response {
        var headers = headers(document.type, policy)
        if let download { headers[.contentDisposition] = "attachment; filename=\"\(download)\"" }
        let body = ResponseBody(contentLength: document.bytes.readableBytes) { writer in
            var rest = document.bytes
            while let slice = rest.readSlice(length: min(rest.readableBytes, sliceBytes)), slice.readableBytes > 0 {
                try await writer.write(slice)
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    static func text(_ text: String, type: String = "text/plain; charset=utf-8", download: String? = nil) -> Response {
        bytes(text.utf8, type: type, download: download)
    }

    static func json(_ value: some Encodable, status: Int = 200) -> Response {
        guard let data = try? encoded(value) else { return Response(status: .internalServerError) }
        return bytes(data, type: "application/json", status: status)
    }

    /// JSON as answers have it.
    ///
    /// - Parameter value: What it says.
    /// - Returns: The bytes.
    /// - Throws: What the encoder throws.
    static func encoded(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        return Shown.json(try encoder.encode(value))
    }

    static func problem(_ message: String, status: Int) -> Response {
        json(WebProblem(message: message, field: nil), status: status)
    }

    /// Sends a browser to the same path with a slash at its end, below which the page's files are.
    static func slash(behind path: String) -> Response {
        var response = text("see \(path)/\n")
        response.status = .permanentRedirect
        // Not the whole URL: its scheme and host are the proxy's.
        response.headers[.location] = (path.split(separator: "/").last ?? "") + "/"
        return response
    }

    /// The media type of a stream of events.
    static let eventStream = "text/event-stream"

    /// A stream of events, for as long as the other side listens.
    static func events(_ stream: AsyncStream<[UInt8]>) -> Response {
        var headers = headers(eventStream)
        // nginx would keep events until it has some kilobytes of them.
        if let buffering = HTTPField.Name("X-Accel-Buffering") { headers[buffering] = "no" }
        return Response(
            status: .ok,
            headers: headers,
            body: ResponseBody { writer in
                for await bytes in stream { try await writer.write(ByteBuffer(bytes: bytes)) }
                try await writer.finish(nil)
            }
        )
    }

    private static func headers(_ type: String, _ policy: ContentPolicy = .page) -> HTTPFields {
        var headers: HTTPFields = [.contentType: type, .cacheControl: "no-store"]
        headers[.contentSecurityPolicy] = policy.text
        headers[.xContentTypeOptions] = "nosniff"
        return headers
    }
}
