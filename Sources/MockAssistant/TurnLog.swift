import LoadEngine

#if canImport(Glibc)
import Glibc
#endif

/// The file with one JSON line per answered turn.
///
/// Lines are collected and written once per turn of the loop, or when many have come together. When the file takes no
/// more, whole lines are dropped and counted: the server never waits for it.
/// - Isolation: loop
final class TurnLog {
    /// How much is kept for a file that takes nothing at the moment, in bytes; one line, however long, may be beyond it.
    private static let mostPendingBytes = 1 << 20

    /// Whether each line has the times of the turn's events.
    let hasEvents: Bool

    private let path: String
    private let descriptor: Int32
    private var pending = ByteBuffer()
    private var linesLost = 0
    private var hasComplained = false

    /// Opens the file, empty.
    ///
    /// - Throws: `EngineError` with the path when the file cannot be written.
    init(path: String, hasEvents: Bool) throws(EngineError) {
        self.path = path
        self.hasEvents = hasEvents
        // Not blocking: a pipe nobody reads is an error now, and a full one later loses lines.
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0o644)
        guard descriptor >= 0 else {
            throw EngineError(operation: "write the log \(path)", reason: SystemError.text(of: errno))
        }
    }

    /// Notes a turn that has ended.
    func append(_ connection: Connection.Pointer, isCompleted: Bool, endNs: UInt64) {
        if pending.count >= Self.mostPendingBytes { flush() }
        guard pending.count < Self.mostPendingBytes else {
            linesLost += 1
            return complain("it takes nothing at the moment")
        }
        let path = connection.pointee.path.bytes
        let session = UnsafeRawBufferPointer(rebasing: path[connection.pointee.sessionStart...])
        pending.append("{\"session\":")
        pending.append(jsonString: session)
        pending.append(",\"path\":")
        pending.append(jsonString: path)
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
        if hasEvents { connection.pointee.sendTimes.write(into: &pending) }
        pending.append("}\n")
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
    func close() {
        flush()
        linesLost += pending.bytes.count { $0 == UInt8(ascii: "\n") }
        if linesLost > 0 {
            Complaint.write("the log \(path) lacks \(linesLost) line\(linesLost == 1 ? "" : "s")")
        }
        pending.destroy()
        _ = Glibc.close(descriptor)
    }

    private func complain(_ reason: String) {
        guard !hasComplained else { return }
        hasComplained = true
        Complaint.write("cannot write the log \(path): \(reason); lines are lost until it can be written again")
    }
}
