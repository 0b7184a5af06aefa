import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Hummingbird's HTTP/1 connections, of which `WebConnections` is told.
struct WatchedChannel: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    /// A read of more would be hundreds of requests of who sends them without waiting for answers.
    private static let bytesAtOnce = 4_096

    private let http: HTTP1Channel
    private let connections: WebConnections

    /// - Parameters:
    ///   - connections: What is told.
    ///   - responder: Answers requests.
    init(_ connections: WebConnections, responder: @escaping HTTPChannelHandler.Responder) {
        self.connections = connections
        http = HTTP1Channel(
            responder: responder,
            configuration: HTTP1Channel.Configuration(additionalChannelHandlers: [RequestWatch(connections)])
        )
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let id = ObjectIdentifier(channel)
        connections.opened(id) { channel.close(promise: nil) }
        channel.closeFuture.whenComplete { [connections] _ in connections.closed(id) }
        return channel.eventLoop.makeCompletedFuture {
            let allocator = FixedSizeRecvByteBufferAllocator(capacity: Self.bytesAtOnce)
            try channel.syncOptions?.setOption(.recvAllocator, value: allocator)
            try channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
            try channel.pipeline.syncOperations.addHandler(ByteWatch(connections))
        }.flatMap { [http] in http.setup(channel: channel, logger: logger) }.flatMapThrowing { value in
            // Behind it requests have no version any more.
            let pipeline = channel.pipeline.syncOperations
            let codec = try pipeline.handler(type: HTTP1ToHTTPServerCodec.self)
            try pipeline.addHandler(LastRequest(), position: .before(codec))
            return value
        }
    }

    func handle(value: Value, logger: Logger) async { await http.handle(value: value, logger: logger) }
}

/// Sees bytes before they are taken for HTTP: of a head that trickles there is nothing else to be seen.
private final class ByteWatch: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let connections: WebConnections

    init(_ connections: WebConnections) {
        self.connections = connections
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connections.received(ObjectIdentifier(context.channel))
        context.fireChannelRead(data)
    }
}

/// Sees how far a connection's requests and answers are.
private final class RequestWatch: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let connections: WebConnections
    /// Of each request that is not answered yet, whether it changes something.
    private var unanswered: [Bool] = []

    init(_ connections: WebConnections) {
        self.connections = connections
    }

    private var stage: WebConnections.Stage {
        guard !unanswered.isEmpty else { return .waiting }
        return unanswered.contains(true) ? .steering : .handling
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let id = ObjectIdentifier(context.channel)
        switch unwrapInboundIn(data) {
        case .head(let head):
            unanswered.append(head.method == .post)
        case .body: break
        // Of a request that was refused already the end is nothing more to answer.
        case .end: connections.entered(stage, id)
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let id = ObjectIdentifier(context.channel)
        switch unwrapOutboundIn(data) {
        case .head(let head):
            let isStream = head.headerFields[.contentType] == WebAnswer.eventStream
            connections.entered(isStream ? .listening : .writing, id)
        case .body: break
        case .end:
            if !unanswered.isEmpty { unanswered.removeFirst() }
            // The end is not the client's: what it has not read is still to be written.
            let written = promise ?? context.eventLoop.makePromise()
            written.futureResult.assumeIsolated().whenSuccess { [connections, weak self] in
                connections.entered(self?.stage ?? .waiting, id)
            }
            context.write(data, promise: written)
            return
        }
        context.write(data, promise: promise)
    }
}
