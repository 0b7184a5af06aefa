/// What a master says.
package enum MasterMessage: Sendable, Equatable {
    /// It knows the worker now.
    case ack(index: Int)
    /// The echo of a heartbeat.
    case heartbeat
    case spawn(SpawnOrder)
    /// All users of the test have started, of all workers.
    case spawningComplete
    case stop
    case quit
    /// It could not read a message, and wants a new connection.
    case reconnect
    /// A test begins, or the worker has come late to one: which part of its invocations is this worker's. From the
    /// master's locustfile.
    case shard(ShardOrder)
    /// The test ends, and the worker is to say when its turns have. From the master's locustfile.
    case finish
    /// Anything else, which is not for this worker.
    case other(type: String)

    /// Reads a message.
    ///
    /// - Parameter bytes: What has come, which may be anything.
    /// - Throws: `MessageProblem` with what is wrong with it.
    package init(_ bytes: [UInt8]) throws(MessageProblem) {
        guard case .array(let parts) = try PackDecoder.decode(bytes), parts.count == 3 else {
            throw MessageProblem("it is no list of a type, data and a node")
        }
        guard let type = parts[0].asText, parts[2].asText != nil else {
            throw MessageProblem("its type or its node is no text")
        }
        let data = parts[1]
        switch type {
        case "ack": self = .ack(index: data["index"]?.asInt ?? 0)
        case "heartbeat": self = .heartbeat
        case "spawn": self = .spawn(try SpawnOrder(data))
        case "spawning_complete": self = .spawningComplete
        case "stop": self = .stop
        case "quit": self = .quit
        case "reconnect": self = .reconnect
        case "shard": self = .shard(try ShardOrder(data))
        case "finish": self = .finish
        default: self = .other(type: type)
        }
    }
}
