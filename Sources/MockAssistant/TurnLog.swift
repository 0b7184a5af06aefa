// For stat: curl.h includes its header, and the compiler takes it for a part of CLoad.
import CLoad
import LoadEngine

#if canImport(Glibc)
import Glibc
#endif

/// The file with one JSON line per answered turn.
///
/// Lines are collected and written once per iteration of the loop, or when many have come together. When the file takes no
/// more, whole lines are dropped and counted: the server never waits for it. Several processes may write one file, since
/// each appends whole lines in one piece; only where the disk is full can a line be cut by another's.
/// - Isolation: loop
final class TurnLog {
    /// How much is kept for a file that takes nothing at the moment, in bytes; one line, however long, may be beyond it.
    private static let mostPendingBytes = 1 << 20

    /// Whether each line has the times of the turn's events.
    let hasEvents: Bool

    private let path: String
    private let api: MockAPI
    /// Which of several processes writes.
    private let processNumber: Int?
    private let descriptor: Int32
    private var pending = ByteBuffer()
    private var linesLost = 0
    private var hasComplained = false

    /// Opens the file, empty unless other processes write it too; nil when there is to be none.
    ///
    /// - Throws: `EngineError` with the path when the file cannot be written.
    init?(_ configuration: MockConfiguration) throws(EngineError) {
        guard let path = configuration.logPath else { return nil }
        self.path = path
        hasEvents = configuration.logsEvents
        api = configuration.api
        processNumber = configuration.processNumber
        descriptor = try Self.open(path, flags: processNumber == nil ? O_TRUNC : 0)
    }

    /// Empties the file that several processes are going to write.
    ///
    /// - Returns: The file's own path, without links.
    /// - Throws: `EngineError` with the path when the file cannot be written, or not by several.
    static func empty(path: String) throws(EngineError) -> String {
        let descriptor = try open(path, flags: O_TRUNC)
        defer { _ = Glibc.close(descriptor) }
        var status = stat()
        // A pipe takes no more than PIPE_BUF in one piece (pipe(7)), and lines may be longer.
        guard fstat(descriptor, &status) != 0 || status.st_mode & S_IFMT != S_IFIFO else {
            throw EngineError(
                operation: "write the log \(path)",
                reason: "several processes would mix their lines in a pipe; name a file, or use one process"
            )
        }
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func open(_ path: String, flags: Int32) throws(EngineError) -> Int32 {
        // Not blocking: a pipe nobody reads is an error now, and a full one later loses lines.
        let descriptor = Glibc.open(path, flags | O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0o644)
        guard descriptor >= 0 else {
            throw EngineError(operation: "write the log \(path)", reason: SystemError.text(of: errno))
        }
        return descriptor
    }

    /// Notes a turn that has ended.
    func append(_ connection: Connection.Pointer, isCompleted: Bool, endNs: UInt64) {
        if pending.count >= Self.mostPendingBytes { flush() }
        guard pending.count < Self.mostPendingBytes else {
            linesLost += 1
            return complain("it takes nothing at the moment")
        }
        let path = connection.pointee.path.bytes
        let session =
            connection.pointee.turn?.pointee.session
            ?? UnsafeRawBufferPointer(rebasing: path[connection.pointee.sessionStart...])
        pending.append("{\"session\":")
        pending.append(jsonString: session)
        pending.append(",\"path\":")
        pending.append(jsonString: path)
        if let processNumber {
            pending.append(",\"process\":")
            pending.append(decimal: processNumber)
        }
        pending.append(",\"fault\":\"")
        append(name: connection.pointee.fault)
        pending.append("\",\"events\":")
        pending.append(decimal: connection.pointee.eventsSent)
        pending.append(isCompleted ? ",\"completed\":true" : ",\"completed\":false")
        pending.append(",\"accepted_ns\":")
        pending.append(decimal: connection.pointee.acceptedNs)
        pending.append(",\"request_ns\":")
        pending.append(decimal: connection.pointee.requestNs)
        pending.append(",\"first_event_ns\":")
        if connection.pointee.firstEventNs == 0 {
            pending.append("null")
        } else {
            pending.append(decimal: connection.pointee.firstEventNs)
        }
        pending.append(",\"end_ns\":")
        pending.append(decimal: endNs)
        if let turn = connection.pointee.turn { append(turn.pointee) }
        if hasEvents { connection.pointee.sendTimes.write(into: &pending) }
        pending.append("}\n")
    }

    /// Adds what other APIs than `assistant` have besides.
    private func append(_ turn: DialectTurn) {
        append(",\"api\":\"", api.rawValue)
        pending.append("\",\"messages\":")
        pending.append(decimal: turn.messages.total)
        pending.append(",\"roles\":{\"system\":")
        pending.append(decimal: turn.messages.system)
        pending.append(",\"user\":")
        pending.append(decimal: turn.messages.user)
        pending.append(",\"assistant\":")
        pending.append(decimal: turn.messages.assistant)
        pending.append(",\"tool\":")
        pending.append(decimal: turn.messages.tool)
        pending.append(turn.hasSystem ? "},\"has_system\":true" : "},\"has_system\":false")
        append(",\"sent_id\":", turn.sentID)
        append(",\"given_id\":", turn.givenID)
        pending.append(",\"reasoning_events\":")
        pending.append(decimal: turn.reasoningSent)
        pending.append(",\"first_reasoning_ns\":")
        append(turn.firstReasoningNs == 0 ? nil : turn.firstReasoningNs)
        pending.append(",\"input_tokens\":")
        append(turn.usage.map { UInt64($0.input) })
        pending.append(",\"output_tokens\":")
        append(turn.usage.map { UInt64($0.output) })
        pending.append(",\"reasoning_tokens\":")
        append(turn.usage.map { UInt64($0.reasoning) })
        pending.append(",\"finish_reason\":")
        if let reason = turn.finishReason { pending.append(quoted: reason) } else { pending.append("null") }
    }

    private func append(_ name: StaticString, _ text: ByteBuffer) {
        pending.append(name)
        if text.isEmpty { pending.append("null") } else { pending.append(jsonString: text.bytes) }
    }

    private func append(_ name: StaticString, _ text: String) {
        pending.append(name)
        var text = text
        text.withUTF8 { pending.append(UnsafeRawBufferPointer($0)) }
    }

    private func append(_ number: UInt64?) {
        if let number { pending.append(decimal: number) } else { pending.append("null") }
    }

    private func append(name fault: Fault?) {
        guard let fault else { return pending.append("none") }
        var name = fault.rawValue
        name.withUTF8 { pending.append(UnsafeRawBufferPointer($0)) }
    }

    /// Writes what has been noted, as far as the file takes it.
    func flush() {
        while !pending.isEmpty {
            let written = write(descriptor, pending.bytes.baseAddress, pending.count)
            if written < 0, errno == EINTR { continue }
            guard written > 0 else {
                if errno != EAGAIN { complain(SystemError.text(of: errno)) }
                return
            }
            pending.removeFirst(written)
        }
        pending.reset()
    }

    /// Writes the rest and closes the file; the log cannot be used afterwards.
    ///
    /// - Returns: How many lines it lacks.
    func close() -> Int {
        flush()
        linesLost += pending.bytes.count { $0 == UInt8(ascii: "\n") }
        if linesLost > 0 {
            Complaint.write("the log \(path) lacks \(counted(linesLost, "line"))")
        }
        pending.destroy()
        _ = Glibc.close(descriptor)
        return linesLost
    }

    private func complain(_ reason: String) {
        guard !hasComplained else { return }
        hasComplained = true
        Complaint.write("cannot write the log \(path): \(reason); lines are lost until it can be written again")
    }
}
