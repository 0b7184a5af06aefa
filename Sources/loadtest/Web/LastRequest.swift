import NIOCore
import NIOHTTP1

/// Which request of a connection is the last one: after its answer the connection is closed.
///
/// That is the one that asks for it, one of HTTP/1.0, and the last of those that are sent before the first of them is
/// answered, if these are very many. Hummingbird closes after a request with `Connection: close`, so that is what the
/// request is given; what comes behind it is read and forgotten, since a close with something unread would take the answers
/// with it.
final class LastRequest: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// No client that is in use sends a request before the last one was answered; who does could keep the server busy.
    private static let mostUnanswered = 8
    private static let close = "close"
    private static let connection = "Connection"

    /// The version of each request that is not answered yet.
    private var unanswered: [HTTPVersion] = []
    private var hasLast = false
    /// Whether the last request is whole, or answered.
    private var isOver = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isOver else { return }
        switch unwrapInboundIn(data) {
        case .head(var head):
            unanswered.append(head.version)
            let isOld = Self.isOld(head.version)
            if isOld || !head.isKeepAlive || unanswered.count == Self.mostUnanswered {
                hasLast = true
                head.headers.replaceOrAdd(name: Self.connection, value: Self.close)
            }
            context.fireChannelRead(wrapInboundOut(.head(head)))
        case .body: context.fireChannelRead(data)
        case .end:
            isOver = hasLast
            context.fireChannelRead(data)
        }
    }

    private static func isOld(_ version: HTTPVersion) -> Bool { (version.major, version.minor) < (1, 1) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isOver else { return }
        context.fireErrorCaught(error)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            if hasLast, unanswered.count == 1 { head.headers.replaceOrAdd(name: Self.connection, value: Self.close) }
            // Before 1.1 there are no chunks.
            if let version = unanswered.first, Self.isOld(version) { head.version = version }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            if !unanswered.isEmpty { unanswered.removeFirst() }
            isOver = isOver || hasLast && unanswered.isEmpty
            context.write(data, promise: promise)
        }
    }
}
